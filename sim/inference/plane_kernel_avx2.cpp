#define OHMGRID_LANES 8
#define OHMGRID_KERNEL_NAME plane_kernel_avx2
#include "sim/inference/plane_kernel.inl"
