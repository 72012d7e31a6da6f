#include "sim/circuit/detail/product_kernels.hpp"

namespace ohmgrid::detail {

#if defined(__x86_64__)
ProductKernel product_kernels_avx512();
ProductKernel product_kernels_avx2();
#endif
ProductKernel product_kernels_baseline();

std::vector<ProductKernel> product_kernels() {
    std::vector<ProductKernel> kernels;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) kernels.push_back(product_kernels_avx512());
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        kernels.push_back(product_kernels_avx2());
    }
#endif
    kernels.push_back(product_kernels_baseline());
    return kernels;
}

}  // namespace ohmgrid::detail
