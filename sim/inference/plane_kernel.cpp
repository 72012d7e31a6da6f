#include "sim/inference/plane_kernel.hpp"

#include <algorithm>
#include <cmath>

namespace ohmgrid {

#if defined(__x86_64__)
void plane_kernel_avx512(const PlaneTask& task);
void plane_kernel_avx2(const PlaneTask& task);
#endif
void plane_kernel_baseline(const PlaneTask& task);

std::vector<PlaneKernel> plane_kernels() {
    std::vector<PlaneKernel> kernels;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) kernels.push_back(plane_kernel_avx512);
    if (__builtin_cpu_supports("avx2")) kernels.push_back(plane_kernel_avx2);
#endif
    kernels.push_back(plane_kernel_baseline);
    return kernels;
}

void plane_kernel_reference(const PlaneTask& task) {
    for (std::int64_t column = 0; column < task.columns; ++column) {
        float total = 0;
        for (int slice = 0; slice < task.slices; ++slice) {
            for (int step = 0; step < task.steps; ++step) {
                float sum = 0;
                for (std::int32_t i = task.begin[step]; i < task.end[step]; ++i) {
                    const float cell =
                        task.matrix[task.rows[i] * task.stride + slice * task.columns + column];
                    sum += task.inputs == nullptr ? cell : cell * task.inputs[i];
                }
                const AdcScale& adc = task.adc[slice];
                if (adc.step != 0) {
                    const float scaled = (sum - adc.low) * adc.codes_per_unit;
                    const float code =
                        std::nearbyint(std::min(std::max(scaled, 0.0F), adc.top_code));
                    sum = adc.low + code * adc.step;
                }
                total += sum * (task.step_weight[step] * task.slice_weight[slice]);
            }
        }
        task.sums[column] += total;
    }
}

}  // namespace ohmgrid
