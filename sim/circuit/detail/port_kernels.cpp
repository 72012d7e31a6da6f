#include "sim/circuit/detail/port_kernels.hpp"

namespace ohmgrid::detail {

#if defined(__x86_64__)
PortKernels port_kernels_avx512();
PortKernels port_kernels_avx2();
#endif
PortKernels port_kernels_baseline();

std::vector<PortKernels> port_kernels() {
    std::vector<PortKernels> kernels;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) kernels.push_back(port_kernels_avx512());
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        kernels.push_back(port_kernels_avx2());
    }
#endif
    kernels.push_back(port_kernels_baseline());
    return kernels;
}

}  // namespace ohmgrid::detail
