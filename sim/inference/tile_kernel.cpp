#include "sim/inference/tile_kernel.hpp"

#include <algorithm>
#include <cmath>

#include "sim/random/random_stream.hpp"
#include "sim/random/short_normal.hpp"

namespace ohmgrid {

#if defined(__x86_64__)
extern const TileKernels tile_kernels_avx512;
extern const TileKernels tile_kernels_avx2;
#endif
extern const TileKernels tile_kernels_baseline;

std::vector<TileKernels> tile_kernels() {
    std::vector<TileKernels> kernels;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512vnni")) {
        kernels.push_back(tile_kernels_avx512);
    }
    if (__builtin_cpu_supports("avx2")) kernels.push_back(tile_kernels_avx2);
#endif
    kernels.push_back(tile_kernels_baseline);
    return kernels;
}

std::int64_t scratch_words(const TileTask& t) {
    constexpr std::int64_t most_rows = 8;      // as in tile_kernel.inl
    constexpr std::int64_t table_columns = 5;  // four and one of noise
    const std::int64_t planes = t.plan.planes();
    return t.quads + tile_positions * (planes * (2 + most_rows) + 2 * t.plan.square_planes() +
                                       table_columns * 4 * t.plan.input_bytes);
}

namespace {

constexpr std::int64_t quad_bytes = rows_per_quad * tile_positions;

/// Whole number: digits of one plane times one row of bytes.
std::int32_t dot(const std::uint8_t* digits, std::int64_t planes, std::int64_t plane,
                 std::int64_t position, const std::int8_t* cells, std::int64_t quads) {
    std::int32_t sum = 0;
    for (std::int64_t row = 0; row < quads * rows_per_quad; ++row) {
        const std::int64_t quad = row / rows_per_quad;
        sum += digits[(quad * planes + plane) * quad_bytes + position * rows_per_quad +
                      row % rows_per_quad] *
               cells[row];
    }
    return sum;
}

/// Whole number: what the tables of one column give for the pattern of each quad.
std::int32_t sum_of_tables(const TileTask& t, const std::int16_t* tables, int step,
                           std::int64_t position) {
    std::int32_t sum = 0;
    for (std::int64_t quad = 0; quad < t.quads; ++quad) {
        const std::uint32_t patterns =
            t.patterns[(step / 8 * t.quads + quad) * tile_positions + position];
        sum += tables[quad * 16 + (patterns >> (4 * (step % 8)) & 15U)];
    }
    return sum;
}

float sum_of_step(const TileTask& t, std::int64_t column, int step, std::int64_t position) {
    if (t.given != nullptr) {
        return t.given[(column * t.plan.steps + step) * tile_positions + position];
    }
    const KernelColumn& c = t.columns[column];
    if (t.tables != nullptr) {
        const std::int16_t* tables = t.tables + column * t.quads * 16;
        return code_steps(
            c, static_cast<float>(sum_of_tables(t, tables, step, position)) * c.scale_of_byte[0]);
    }
    const std::int64_t rows = t.quads * rows_per_quad;
    const int planes = t.plan.planes();
    float sum = 0;
    for (int b = 0; b < t.bytes; ++b) {
        float scale = c.scale_of_byte[b];
        for (int j = 0; j < t.plan.planes_per_step; ++j, scale *= 256.0F) {
            const std::int32_t whole =
                dot(t.digits, planes, step * t.plan.planes_per_step + j, position,
                    t.cells + (column * t.bytes + b) * rows, t.quads) -
                t.plan.offset[j] * c.colsum[b];
            sum += static_cast<float>(whole) * scale;
        }
    }
    if (!t.counts_inputs) return code_steps(c, sum);
    const std::vector<std::int8_t> ones(static_cast<std::size_t>(rows), 1);
    float count = 0;
    float scale = 1;
    for (int j = 0; j < t.plan.planes_per_step; ++j, scale *= 256.0F) {
        const std::int32_t whole = dot(t.digits, planes, step * t.plan.planes_per_step + j,
                                       position, ones.data(), t.quads) -
                                   t.plan.offset[j] * static_cast<std::int32_t>(rows);
        count += static_cast<float>(whole) * scale;
    }
    return code_steps(c, sum + count * c.scale_of_count);
}

float noise_of_step(const TileTask& t, std::int64_t column, int step, std::int64_t position) {
    const KernelColumn& c = t.columns[column];
    const std::uint32_t at = t.first_position + static_cast<std::uint32_t>(position);
    float noise = 0;
    if (t.tables != nullptr && t.noise_tables != nullptr) {
        const std::int16_t* tables = t.noise_tables + column * t.quads * 16;
        const float variance =
            static_cast<float>(sum_of_tables(t, tables, step, position)) * c.variance_of_byte[0];
        noise += std::sqrt(std::max(variance, 0.0F)) *
                 noise_normal_reference(t.noise->read, c.number, at, step);
    }
    if (t.tables == nullptr && t.noise_cells != nullptr) {
        float variance = 0;
        for (int b = 0; b < 2; ++b) {
            float scale = c.variance_of_byte[b];
            for (int j = 0; j < t.plan.square_planes_per_step; ++j, scale *= 256.0F) {
                variance +=
                    static_cast<float>(dot(
                        t.squares, t.plan.square_planes(), step * t.plan.square_planes_per_step + j,
                        position, t.noise_cells + (column * 2 + b) * t.quads * 4, t.quads)) *
                    scale;
            }
        }
        noise += std::sqrt(std::max(variance, 0.0F)) *
                 noise_normal_reference(t.noise->read, c.number, at, step);
    }
    if (c.converter_variance > 0) {
        noise += noise_normal_reference(t.noise->converter, c.number, at, step) *
                 std::sqrt(c.converter_variance);
    }
    return noise * t.noise->sign;
}

std::int32_t code_of(float x, const KernelColumn& c) {
    const float inside = std::min(std::max(x, 0.0F), c.top_code);
    if (c.transfer == nullptr) return static_cast<std::int32_t>(std::nearbyint(inside));
    const std::vector<float>& thresholds = c.transfer->thresholds;
    const auto passed = std::upper_bound(thresholds.begin(), thresholds.end(), x);
    return c.transfer->codes[static_cast<std::size_t>(passed - thresholds.begin())];
}

}  // namespace

float noise_normal_reference(std::uint64_t key, std::uint32_t number, std::uint32_t position,
                             int step) {
    // A RandomStream's counter is (purpose, trial, element, draw).
    const RandomStream stream(key, static_cast<Purpose>(position), TrialId{step / 8}, number);
    const auto half = [&](std::uint32_t level) {
        const std::uint32_t word = stream.block(level)[static_cast<std::size_t>(step % 4)];
        return static_cast<std::uint16_t>(step / 4 % 2 == 0 ? word : word >> 16U);
    };
    return short_normal_of(half(0), half(1));
}

void expand_digits_reference(const DigitTask& t) {
    const StepPlan& plan = t.plan;
    const int most = (1 << plan.digit_bits) - 1;
    const auto input = [&](int byte, std::int64_t at) {
        return t.inputs[byte * t.quads * quad_bytes + at];
    };
    for (std::int64_t at = 0; t.patterns != nullptr && at < t.quads * quad_bytes; ++at) {
        for (int step = 0; step < plan.steps; ++step) {
            std::uint32_t& word =
                t.patterns[step / 8 * t.quads * tile_positions + at / rows_per_quad];
            const auto bit =
                static_cast<unsigned>(4 * (step % 8) + static_cast<int>(at % rows_per_quad));
            word &= ~(std::uint32_t{1} << bit);
            word |= (input(step / 8, at) >> (step % 8) & 1U) << bit;
        }
    }
    for (std::int64_t at = 0; t.digits != nullptr && at < t.quads * quad_bytes; ++at) {
        const std::int64_t quad = at / quad_bytes;
        const std::int64_t in_quad = at % quad_bytes;
        for (int p = 0; p < plan.planes(); ++p) {
            const int bit = p * plan.digit_bits;
            int digit = (input(bit / 8, at) >> (bit % 8)) & most;
            if (plan.sign_magnitude) {
                const bool negative = input(plan.input_bytes - 1, at) >= 128;
                digit = most + (negative ? -digit : digit);
            }
            t.digits[(quad * plan.planes() + p) * quad_bytes + in_quad] =
                static_cast<std::uint8_t>(digit);
            if (t.squares == nullptr || p % plan.planes_per_step != plan.planes_per_step - 1) {
                continue;
            }
            const int value = digit - plan.offset[plan.planes_per_step - 1];
            for (int j = 0; j < plan.square_planes_per_step; ++j) {
                const int plane = p / plan.planes_per_step * plan.square_planes_per_step + j;
                t.squares[(quad * plan.square_planes() + plane) * quad_bytes + in_quad] =
                    static_cast<std::uint8_t>((value * value) >> (8 * j) & 255);
            }
        }
    }
}

void read_tile_reference(const TileTask& t) {
    const StepPlan& plan = t.plan;
    const auto radix = static_cast<float>(1 << plan.step_bits);
    std::vector<float> sum_of_code(static_cast<std::size_t>(plan.steps));
    for (std::int64_t column = 0; column < t.column_count; ++column) {
        const KernelColumn& c = t.columns[column];
        for (std::int64_t position = 0; position < tile_positions; ++position) {
            std::int32_t codes = 0;
            float values = 0;
            for (int k = plan.steps - 1; k >= 0; --k) {
                float x = sum_of_step(t, column, k, position);
                if (t.observed != nullptr) {
                    t.observed[(column * plan.steps + k) * tile_positions + position] = x;
                }
                if (t.noise != nullptr) x += noise_of_step(t, column, k, position);
                const int sign = plan.negative_top && k == plan.steps - 1 ? -1 : 1;
                const std::int32_t code = t.converts ? code_of(x, c) : 0;
                codes = codes * (1 << plan.step_bits) + sign * code;
                sum_of_code[static_cast<std::size_t>(k)] =
                    static_cast<float>(sign) *
                    (static_cast<float>(code) / c.codes_per_sum + c.lowest);
                values = values * radix + static_cast<float>(sign) * x;
            }
            if (t.single_precision) {
                values = 0;
                for (const float sum : sum_of_code) values = (values + sum) / radix;
                values *= c.value_of_code;
            } else if (t.converts) {
                values = static_cast<float>(codes - c.code_sum_at_zero) * c.value_of_code +
                         c.value_at_zero;
            }
            t.totals[c.sum * tile_positions + position] += values;
        }
    }
}

}  // namespace ohmgrid
