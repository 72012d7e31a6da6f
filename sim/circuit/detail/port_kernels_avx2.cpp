#define OHMGRID_LANES 4
#define OHMGRID_KERNELS_NAME port_kernels_avx2
#include "sim/circuit/detail/port_kernels.inl"
