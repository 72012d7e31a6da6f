#define OHMGRID_LANES 2
#define OHMGRID_KERNELS_NAME line_kernels_baseline
#include "sim/circuit/detail/line_kernels.inl"
