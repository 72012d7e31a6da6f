#define OHMGRID_LANES 8
#define OHMGRID_KERNELS_NAME port_kernels_avx512
#include "sim/circuit/detail/port_kernels.inl"
