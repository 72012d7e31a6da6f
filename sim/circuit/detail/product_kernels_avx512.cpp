#define OHMGRID_LANES 8
#define OHMGRID_KERNELS_NAME product_kernels_avx512
#include "sim/circuit/detail/product_kernels.inl"
