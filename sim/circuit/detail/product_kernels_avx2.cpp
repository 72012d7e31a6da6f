#define OHMGRID_LANES 4
#define OHMGRID_KERNELS_NAME product_kernels_avx2
#include "sim/circuit/detail/product_kernels.inl"
