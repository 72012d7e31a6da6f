#define OHMGRID_LANES 2
#define OHMGRID_KERNELS_NAME port_kernels_baseline
#include "sim/circuit/detail/port_kernels.inl"
