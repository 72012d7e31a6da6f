// The plane kernel, written once with GCC vector extensions and compiled once per instruction set;
// OHMGRID_LANES is the number of floats in a register. Included by plane_kernel_<isa>.cpp only.

#include "sim/inference/plane_kernel.hpp"

namespace ohmgrid {
namespace {

constexpr std::size_t lanes = OHMGRID_LANES;
constexpr std::size_t registers_per_block = column_block / lanes;

using Vector [[gnu::vector_size(OHMGRID_LANES * sizeof(float))]] = float;
using UnalignedVector [[gnu::vector_size(OHMGRID_LANES * sizeof(float)), gnu::aligned(4)]] = float;

inline Vector load(const float* p) { return *reinterpret_cast<const UnalignedVector*>(p); }

inline void store(float* p, Vector v) { *reinterpret_cast<UnalignedVector*>(p) = v; }

inline Vector smaller(Vector a, Vector b) { return a < b ? a : b; }

inline Vector larger(Vector a, Vector b) { return a > b ? a : b; }

/// Adding and subtracting 1.5 * 2^23 rounds a float below 2^22 to a whole number, ties to even.
constexpr float rounding_shift = 12582912.0F;

inline Vector convert(Vector sum, const AdcScale& adc) {
    if (adc.step == 0) return sum;
    const Vector scaled = (sum - adc.low) * adc.codes_per_unit;
    const Vector inside = smaller(larger(scaled, Vector{}), Vector{} + adc.top_code);
    const Vector code = (inside + rounding_shift) - rounding_shift;
    return adc.low + code * adc.step;
}

/// `Blocks` column blocks at once, their sums in registers.
template <std::size_t Blocks>
void read_columns(const PlaneTask& task, std::int64_t first_column) {
    constexpr std::size_t n = Blocks * registers_per_block;
    Vector total[n] = {};
    for (int slice = 0; slice < task.slices; ++slice) {
        const float* matrix = task.matrix + slice * task.columns + first_column;
        const AdcScale adc = task.adc[slice];
        for (int step = 0; step < task.steps; ++step) {
            Vector sum[n] = {};
            for (std::int32_t i = task.begin[step]; i < task.end[step]; ++i) {
                const float* row = matrix + task.rows[i] * task.stride;
                if (task.inputs == nullptr) {
                    for (std::size_t v = 0; v < n; ++v) sum[v] += load(row + v * lanes);
                } else {
                    for (std::size_t v = 0; v < n; ++v) {
                        sum[v] += load(row + v * lanes) * task.inputs[i];
                    }
                }
            }
            const float weight = task.step_weight[step] * task.slice_weight[slice];
            for (std::size_t v = 0; v < n; ++v) total[v] += convert(sum[v], adc) * weight;
        }
    }
    float* out = task.sums + first_column;
    for (std::size_t v = 0; v < n; ++v) store(out + v * lanes, load(out + v * lanes) + total[v]);
}

}  // namespace

void OHMGRID_KERNEL_NAME(const PlaneTask& task) {
    constexpr std::size_t wide = 4;  // blocks that fit the registers together
    constexpr std::int64_t wide_columns = wide * column_block;
    std::int64_t column = 0;
    for (; column + wide_columns <= task.columns; column += wide_columns) {
        read_columns<wide>(task, column);
    }
    for (; column + 2 * column_block <= task.columns; column += 2 * column_block) {
        read_columns<2>(task, column);
    }
    for (; column < task.columns; column += column_block) read_columns<1>(task, column);
}

}  // namespace ohmgrid
