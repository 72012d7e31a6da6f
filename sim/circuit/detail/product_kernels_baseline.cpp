#define OHMGRID_LANES 2
#define OHMGRID_KERNELS_NAME product_kernels_baseline
#include "sim/circuit/detail/product_kernels.inl"
