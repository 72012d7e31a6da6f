#define OHMGRID_LANES 4
#define OHMGRID_KERNEL_NAME plane_kernel_baseline
#include "sim/inference/plane_kernel.inl"
