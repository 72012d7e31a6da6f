#define OHMGRID_LANES 4
#define OHMGRID_KERNELS tile_kernels_baseline
#include "sim/inference/tile_kernel.inl"
