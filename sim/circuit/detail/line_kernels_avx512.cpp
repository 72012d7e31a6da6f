#define OHMGRID_LANES 8
#define OHMGRID_KERNELS_NAME line_kernels_avx512
#include "sim/circuit/detail/line_kernels.inl"
