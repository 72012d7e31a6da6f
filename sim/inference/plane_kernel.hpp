#pragma once

#include <cstdint>
#include <vector>

namespace ohmgrid {

/// How a column sum becomes a code and back: code = round((sum - low) * codes_per_unit), limited to
/// 0 .. top_code, ties to even; value = low + code * step. `step` = 0 is a converter without error.
struct AdcScale {
    float low = 0;
    float step = 0;
    float codes_per_unit = 0;  ///< 1 / step
    float top_code = 0;
};

/// Columns of a matrix come in blocks of this many floats, padded with zeros.
inline constexpr std::int64_t column_block = 16;

/// One read of one array by one input vector, all input steps and all weight slices of it.
///
/// `matrix` holds column-sum units: entry i * stride + s * columns + c is what row i adds to the
/// sum of slice s of output c when its input is 1. `columns` is a multiple of column_block. Step k
/// drives the rows listed in `rows[begin[k]] .. rows[end[k] - 1]`, each with `inputs[...]` of the
/// same index, or with 1 where `inputs` is null (a bit plane).
///
/// The kernel adds, for every column c, sum over steps k and slices s of
///     step_weight[k] * slice_weight[s] * adc[s](sum over driven rows)
/// to `sums[c]`. Cost: one vector addition per driven row and block; nothing is allocated.
struct PlaneTask {
    const float* matrix = nullptr;
    std::int64_t stride = 0;
    std::int64_t columns = 0;
    int slices = 0;
    int steps = 0;
    const std::uint16_t* rows = nullptr;
    const float* inputs = nullptr;
    const std::int32_t* begin = nullptr;
    const std::int32_t* end = nullptr;
    const float* step_weight = nullptr;
    const float* slice_weight = nullptr;
    const AdcScale* adc = nullptr;
    float* sums = nullptr;
};

using PlaneKernel = void (*)(const PlaneTask&);

/// The kernels this processor can run, fastest first: AVX-512, AVX2, baseline. All add in the same
/// order and without fused rounding, so their results are equal bit for bit.
std::vector<PlaneKernel> plane_kernels();

/// The obvious twin: scalar loops. Equal to every kernel bit for bit.
void plane_kernel_reference(const PlaneTask& task);

}  // namespace ohmgrid
