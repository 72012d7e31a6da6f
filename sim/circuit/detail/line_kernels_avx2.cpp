#define OHMGRID_LANES 4
#define OHMGRID_KERNELS_NAME line_kernels_avx2
#include "sim/circuit/detail/line_kernels.inl"
