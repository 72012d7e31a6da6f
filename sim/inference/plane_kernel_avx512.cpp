#define OHMGRID_LANES 16
#define OHMGRID_KERNEL_NAME plane_kernel_avx512
#include "sim/inference/plane_kernel.inl"
