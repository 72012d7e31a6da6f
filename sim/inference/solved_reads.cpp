#include "sim/inference/solved_reads.hpp"

#include <cmath>
#include <cstdlib>

namespace ohmgrid {

using Eigen::Index;

SolvedReads::SolvedReads(const InputCode& inputs, const std::uint8_t* digits, std::int64_t rows,
                         std::int64_t positions)
    : code_(inputs), positions_(positions), weight_(inputs.read_weights()) {
    constexpr std::int64_t quad_bytes = rows_per_quad * tile_positions;
    const StepPlan& plan = code_.plan();
    const std::int64_t reads = std::ssize(weight_);
    inputs_.setZero(positions * plan.steps * reads, rows);
    for (std::int64_t row = 0; row < rows; ++row) {
        const std::uint8_t* quad = digits + row / rows_per_quad * plan.planes() * quad_bytes;
        for (std::int64_t i = 0; i < positions; ++i) {
            const std::uint8_t* digit = quad + i * rows_per_quad + row % rows_per_quad;
            for (int k = 0; k < plan.steps; ++k) {
                std::int32_t value = 0;
                for (int j = plan.planes_per_step - 1; j >= 0; --j) {
                    const int plane = k * plan.planes_per_step + j;
                    value = value * 256 + digit[plane * quad_bytes] - plan.offset[j];
                }
                place_value(value, (i * plan.steps + k) * reads, row);
            }
        }
    }
}

/// Cuts a step's value into the levels of its reads.
void SolvedReads::place_value(std::int32_t value, Index first, Index row) {
    if (weight_.size() == 1) {
        inputs_(first, row) = static_cast<double>(value) / code_.full_digit();
        return;
    }
    const bool negative = value < 0;
    const bool complement = negative && !code_.scale().is_sign_magnitude();
    std::int32_t rest = complement ? value + (1 << code_.scale().bits()) : std::abs(value);
    const int full = (1 << code_.read_bits()) - 1;
    for (std::size_t m = 0; m < weight_.size(); ++m, rest >>= code_.read_bits()) {
        const double level = static_cast<double>(rest & full) / full;
        inputs_(first + static_cast<Index>(m), row) = negative && !complement ? -level : level;
    }
}

std::vector<double> SolvedReads::sums(const ProgrammedUnit& unit) const {
    const bool each_plane = unit.converts_twins_apart;
    const int steps = code_.plan().steps;
    const std::size_t planes = each_plane ? unit.circuits.size() : 1;
    std::vector<double> out(unit.columns.size() * static_cast<std::size_t>(steps) * tile_positions);
    for (std::size_t p = 0; p < unit.circuits.size(); ++p) {
        const RowMajorMatrix solved = newton_sums(unit.circuits[p], inputs_);
        const double sign = p > 0 && !each_plane ? -1 : 1;
        for (std::size_t c = each_plane ? p : 0; c < unit.columns.size(); c += planes) {
            const auto bit_line = static_cast<Index>(c / planes);
            for (std::int64_t i = 0; i < positions_; ++i) {
                for (std::int64_t k = 0; k < steps; ++k) {
                    double& sum =
                        out[(c * static_cast<std::size_t>(steps) + static_cast<std::size_t>(k)) *
                                tile_positions +
                            static_cast<std::size_t>(i)];
                    const Index first = (i * steps + k) * std::ssize(weight_);
                    for (std::size_t m = 0; m < weight_.size(); ++m) {
                        sum += sign * weight_[m] * solved(first + static_cast<Index>(m), bit_line);
                    }
                }
            }
        }
    }
    return out;
}

}  // namespace ohmgrid
