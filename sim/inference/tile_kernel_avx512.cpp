#define OHMGRID_LANES 16
#define OHMGRID_KERNELS tile_kernels_avx512
#include "sim/inference/tile_kernel.inl"
