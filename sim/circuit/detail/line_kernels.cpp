#include "sim/circuit/detail/line_kernels.hpp"

namespace ohmgrid::detail {

#if defined(__x86_64__)
LineKernels line_kernels_avx512();
LineKernels line_kernels_avx2();
#endif
LineKernels line_kernels_baseline();

std::int64_t row_scratch_doubles(const LineFactors& factors) {
    constexpr std::int64_t most_rows_at_once = 16;
    return most_rows_at_once * factors.padded_columns;
}

std::vector<LineKernels> line_kernels() {
    std::vector<LineKernels> kernels;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) kernels.push_back(line_kernels_avx512());
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        kernels.push_back(line_kernels_avx2());
    }
#endif
    kernels.push_back(line_kernels_baseline());
    return kernels;
}

}  // namespace ohmgrid::detail
