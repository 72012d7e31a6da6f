#include "sim/inference/programmed_layer.hpp"

#include <cmath>
#include <cstdlib>

#include "sim/circuit/effective_conductance.hpp"
#include "sim/inference/plane_kernel.hpp"
#include "sim/parallel/parallel_for.hpp"

namespace ohmgrid {
namespace {

std::int64_t padded(std::int64_t columns) {
    return (columns + column_block - 1) / column_block * column_block;
}

bool has_ideal_lines(const ArraySpec& array) {
    return array.row_wire_ohm == 0 && array.column_wire_ohm == 0 && array.driver_ohm == 0 &&
           array.sense_ohm == 0 && array.unselected == UnselectedColumns::clamped;
}

/// Writes numbers into cells and reads column sums back out of conductances.
class Programmer {
  public:
    Programmer(const QuantisedWeights& weights, const LayerMapping& where, const ArraySpec& array,
               const MappingSpec& mapping, const DeviceModel& device, const ChipPart& chip)
        : weights_(weights),
          where_(where),
          array_(array),
          device_(device),
          chip_(chip),
          ideal_lines_(has_ideal_lines(array) || !chip.chip.sources.has(ErrorSource::wires)),
          levels_(std::int64_t{1} << array.cell_bits),
          differential_(mapping.signed_weights == SignedWeights::differential),
          offset_(differential_ ? 0 : 1 << (mapping.weight_bits - 1)) {}

    /// Everything but the matrices.
    [[nodiscard]] ProgrammedLayer frame(const MappingSpec& mapping) const {
        const double resting = device_.g_min_siemens / device_.g_max_siemens;
        const double per_level = (1 - resting) / static_cast<double>(levels_ - 1);
        ProgrammedLayer layer{.slices = where_.slices(), .blocks = {}, .slice_weight = {}};
        double resting_sum = 0;
        for (int s = 0; s < where_.slices(); ++s) {
            const double weight = std::ldexp(1.0, s * array_.cell_bits) / per_level;
            layer.slice_weight.push_back(static_cast<float>(weight));
            resting_sum += weight * resting;
        }
        if (mapping.signed_weights == SignedWeights::offset) {
            layer.removed_per_input = offset_ + resting_sum;
        }
        const std::int64_t references = where_.has_reference_column() ? where_.column_parts() : 0;
        for (std::int64_t b = 0; b < where_.blocks(); ++b) {
            ProgrammedBlock& block = layer.blocks.emplace_back();
            block.groups = where_.block_groups(b);
            const std::int64_t outputs = block.groups.size() * where_.channels();
            layer.columns = std::max(layer.columns, padded(outputs + references));
            for (std::int64_t part = 0; references > 0 && part < where_.column_parts(); ++part) {
                const IndexRange channels = where_.channel_range({b, 0, part, Plane::positive});
                block.reference_of.insert(block.reference_of.end(),
                                          static_cast<std::size_t>(channels.size()),
                                          outputs + part);
            }
        }
        return layer;
    }

    /// Adds what the arrays at `position` (both, if differential) contribute to `part`.
    void program(const ArrayPosition& position, std::int64_t columns, ProgrammedPart& part) const {
        add(position, Plane::positive, columns, part);
        if (differential_) add(position, Plane::negative, columns, part);
    }

  private:
    void add(ArrayPosition position, Plane plane, std::int64_t columns,
             ProgrammedPart& part) const {
        position.plane = plane;
        const RowMajorMatrix cells = conductances(position);
        const RowMajorMatrix effective =
            ideal_lines_ ? cells : effective_conductance(make_crossbar(array_, cells), array_);
        const double sign = plane == Plane::positive ? 1 : -1;
        const IndexRange channels = where_.channel_range(position);
        const std::int64_t used = channels.size() + (where_.has_reference_column() ? 1 : 0);
        const std::int64_t outputs = where_.block_groups(position.block).size() * where_.channels();
        for (std::int64_t row = 0; row < part.rows.size(); ++row) {
            float* to = part.matrix.data() + row * columns * where_.slices();
            for (std::int64_t c = 0; c < used; ++c) {
                const std::int64_t column =
                    c < channels.size() ? channels.begin + c : outputs + position.column_part;
                for (int s = 0; s < where_.slices(); ++s) {
                    to[s * columns + column] += static_cast<float>(
                        sign * effective(row, c * where_.slices() + s) / device_.g_max_siemens);
                }
            }
        }
    }

    /// All cells of one array.
    [[nodiscard]] RowMajorMatrix conductances(const ArrayPosition& position) const {
        RowMajorMatrix cells = RowMajorMatrix::Constant(array_.rows, array_.columns,
                                                        device_.level_siemens(0, levels_));
        const IndexRange rows = where_.row_range(position);
        const IndexRange channels = where_.channel_range(position);
        const std::int64_t used = channels.size() + (where_.has_reference_column() ? 1 : 0);
        for (std::int64_t row = 0; row < rows.size(); ++row) {
            for (std::int64_t c = 0; c < used; ++c) {
                const std::int32_t number =
                    c < channels.size()
                        ? stacked_weight(position.block, rows.begin + row, channels.begin + c)
                        : 0;
                for (int s = 0; s < where_.slices(); ++s) {
                    cells(row, c * where_.slices() + s) =
                        device_.level_siemens(digit(number, s, position.plane), levels_);
                }
            }
        }
        return cells;
    }

    /// The number at a stacked row and channel of a block; zero off its diagonal.
    [[nodiscard]] std::int32_t stacked_weight(std::int64_t block, std::int64_t row,
                                              std::int64_t channel) const {
        const std::int64_t row_group = row / where_.rows();
        const std::int64_t group = channel / where_.channels();
        if (row_group != group) return 0;
        return weights_.at(where_.block_groups(block).begin + group, channel % where_.channels(),
                           row % where_.rows());
    }

    [[nodiscard]] std::int64_t digit(std::int32_t number, int slice, Plane plane) const {
        std::int32_t stored = number + offset_;
        if (differential_) {
            const bool here = (plane == Plane::positive) == (number >= 0);
            stored = here ? std::abs(number) : 0;
        }
        return (stored >> (slice * array_.cell_bits)) & (levels_ - 1);
    }

    const QuantisedWeights& weights_;
    const LayerMapping& where_;
    const ArraySpec& array_;
    const DeviceModel& device_;
    const ChipPart& chip_;
    bool ideal_lines_;
    std::int64_t levels_;
    bool differential_;
    std::int32_t offset_;
};

}  // namespace

ProgrammedLayer program_layer(const QuantisedWeights& weights, const LayerMapping& where,
                              const ArraySpec& array, const MappingSpec& mapping,
                              const DeviceModel& device, const ChipPart& chip,
                              const RunContext& context) {
    const Programmer programmer(weights, where, array, mapping, device, chip);
    ProgrammedLayer layer = programmer.frame(mapping);
    const auto blank_part = [&](std::int64_t block, std::int64_t part) {
        const IndexRange rows = where.row_range({block, part, 0, Plane::positive});
        const auto cells = static_cast<std::size_t>(rows.size() * layer.slices * layer.columns);
        return ProgrammedPart{rows, std::vector<float>(cells)};
    };
    for (std::int64_t b = 0; b < where.blocks(); ++b) {
        for (std::int64_t p = 0; p < where.row_parts(); ++p) {
            layer.blocks[static_cast<std::size_t>(b)].parts.push_back(blank_part(b, p));
        }
    }
    // Arrays of different column parts write to different columns of the same matrix.
    parallel_for(context, where.converting_units(), [&](std::int64_t unit) {
        const ArrayPosition position = where.position_of({unit * where.planes()});
        programmer.program(position, layer.columns,
                           layer.blocks[static_cast<std::size_t>(position.block)]
                               .parts[static_cast<std::size_t>(position.row_part)]);
    });
    return layer;
}

double mean_cell_level(const QuantisedWeights& weights, const ArraySpec& array,
                       const MappingSpec& mapping) {
    const bool differential = mapping.signed_weights == SignedWeights::differential;
    const std::int64_t top_level = (std::int64_t{1} << array.cell_bits) - 1;
    const std::int32_t offset = differential ? 0 : 1 << (mapping.weight_bits - 1);
    const int slices = mapping.slices(array.cell_bits);
    std::int64_t sum = 0;
    for (const std::int32_t q : weights.q) {
        for (int s = 0; s < slices; ++s) {
            sum += (std::abs(q + offset) >> (s * array.cell_bits)) & top_level;
        }
    }
    const std::int64_t cells =
        static_cast<std::int64_t>(weights.q.size()) * slices * (differential ? 2 : 1);
    return cells == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(cells * top_level);
}

ProgrammedLayer program_ideal_layer(const QuantisedWeights& weights) {
    ProgrammedLayer layer{
        .slices = 1, .columns = padded(weights.outputs), .blocks = {}, .slice_weight = {1.0F}};
    for (std::int64_t g = 0; g < weights.groups; ++g) {
        std::vector<float> matrix(static_cast<std::size_t>(weights.rows * layer.columns));
        for (std::int64_t row = 0; row < weights.rows; ++row) {
            for (std::int64_t c = 0; c < weights.outputs; ++c) {
                matrix[static_cast<std::size_t>(row * layer.columns + c)] =
                    static_cast<float>(weights.at(g, c, row));
            }
        }
        layer.blocks.push_back(
            {.groups = {g, g + 1}, .parts = {{{0, weights.rows}, std::move(matrix)}}});
    }
    return layer;
}

}  // namespace ohmgrid
