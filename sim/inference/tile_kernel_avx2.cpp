#define OHMGRID_LANES 8
#define OHMGRID_KERNELS tile_kernels_avx2
#include "sim/inference/tile_kernel.inl"
