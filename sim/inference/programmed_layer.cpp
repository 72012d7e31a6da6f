#include "sim/inference/programmed_layer.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

#include "sim/circuit/effective_conductance.hpp"
#include "sim/core/error.hpp"
#include "sim/device/programmed_array.hpp"
#include "sim/inference/cell_bytes.hpp"
#include "sim/inference/tile_kernel.hpp"
#include "sim/parallel/parallel_for.hpp"

namespace ohmgrid {
namespace {

bool has_ideal_lines(const ArraySpec& array) {
    return array.row_wire_ohm == 0 && array.column_wire_ohm == 0 && array.driver_ohm == 0 &&
           array.sense_ohm == 0 && array.unselected == UnselectedColumns::clamped;
}

std::int64_t quads_of(std::int64_t rows) { return (rows + rows_per_quad - 1) / rows_per_quad; }

/// What a read of one array does: shares of g_max, rows x columns.
struct ArrayMap {
    RowMajorMatrix signal;
    RowMajorMatrix variance;  ///< of read noise; empty without
};

/// Writes numbers into cells and reads column sums back out of conductances.
class Programmer {
  public:
    Programmer(const QuantisedWeights& weights, const LayerMapping& where,
               const LayerSettings& settings, const DeviceModel& device, const ChipPart& chip,
               double finest_step)
        : weights_(weights),
          where_(where),
          array_(with_switches(settings.array, settings.multiplexer)),
          settings_(settings),
          device_(device),
          chip_(chip.chip),
          first_array_(chip.first_array),
          finest_step_(finest_step),
          levels_(std::int64_t{1} << array_.cell_bits),
          resting_(device.g_min_siemens / device.g_max_siemens),
          level_unit_((1 - resting_) / static_cast<double>(levels_ - 1)),
          differential_(settings.mapping.signed_weights == SignedWeights::differential),
          offset_(differential_ ? 0 : 1 << (settings.mapping.weight_bits - 1)) {
        if (chip_.sources.has(ErrorSource::multiplexer)) {
            if (mixes_columns(settings.multiplexer)) {
                mixing_ = column_mixing(array_, settings.multiplexer);
            }
            injected_volt_ = injected_volt(array_, settings.multiplexer);
        }
    }

    /// Everything but the arrays.
    [[nodiscard]] ProgrammedLayer frame() const {
        ProgrammedLayer layer{.slices = where_.slices(), .level_unit = level_unit_, .blocks = {}};
        if (settings_.mapping.signed_weights == SignedWeights::offset) {
            layer.removed_per_input = offset_;
            for (int s = 0; s < where_.slices(); ++s) {
                layer.removed_per_input += slice_weight(s) * resting_;
            }
        }
        const std::int64_t references = where_.has_reference_column() ? where_.channel_parts() : 0;
        for (std::int64_t b = 0; b < where_.blocks(); ++b) {
            ProgrammedBlock& block = layer.blocks.emplace_back();
            block.groups = where_.block_groups(b);
            block.sums = stacked_outputs(b) + references;
            for (std::int64_t part = 0; part < references; ++part) {
                const IndexRange channels = where_.channel_range({b, 0, part, Plane::positive});
                block.reference_of.insert(block.reference_of.end(),
                                          static_cast<std::size_t>(channels.size()),
                                          stacked_outputs(b) + part);
            }
            for (std::int64_t p = 0; p < where_.row_parts(); ++p) {
                block.parts.push_back({where_.row_range({b, p, 0, Plane::positive}), {}});
                block.parts.back().units.resize(static_cast<std::size_t>(where_.column_parts()));
            }
        }
        return layer;
    }

    /// The array at `position`, with its negative twin if the layer is differential.
    [[nodiscard]] ProgrammedUnit unit(const ArrayPosition& position) const {
        std::vector<ArrayMap> maps{read_map(position, Plane::positive)};
        if (differential_) maps.push_back(read_map(position, Plane::negative));
        ProgrammedUnit unit;
        std::vector<std::vector<double>> values, variances;
        for (std::int64_t c = 0; c < channels_used(position); ++c) {
            for (int s = 0; s < where_.slices_per_array(); ++s) {
                const std::int64_t column = c * where_.slices_per_array() + s;
                add_columns(position, c, s, unit);
                add_values(maps, column, &ArrayMap::signal, values);
                if (maps[0].variance.size() > 0) {
                    add_values(maps, column, &ArrayMap::variance, variances);
                }
            }
        }
        store_cells(values, unit);
        if (!variances.empty()) store_noise(variances, unit);
        return unit;
    }

  private:
    [[nodiscard]] double slice_weight(int slice) const {
        return std::ldexp(1.0, slice * array_.cell_bits) / level_unit_;
    }
    [[nodiscard]] std::int64_t stacked_outputs(std::int64_t block) const {
        return where_.block_groups(block).size() * where_.channels();
    }
    [[nodiscard]] std::int64_t channels_used(const ArrayPosition& position) const {
        return where_.channel_range(position).size() + (where_.has_reference_column() ? 1 : 0);
    }
    [[nodiscard]] std::uint32_t array_number(ArrayPosition position, Plane plane) const {
        position.plane = plane;
        return first_array_ + static_cast<std::uint32_t>(where_.array_at(position).value);
    }

    /// Describes the conversions of channel c, slice s: one, or one for each twin.
    void add_columns(const ArrayPosition& position, std::int64_t c, int s,
                     ProgrammedUnit& unit) const {
        const IndexRange channels = where_.channel_range(position);
        const std::int64_t bit_line = c * where_.slices_per_array() + s;
        const int slice = static_cast<int>(where_.slice_range(position).begin) + s;
        const std::int64_t served = array_.shared_columns == SharedColumns::adjacent
                                        ? bit_line / array_.column_sharing
                                        : bit_line % array_.converters();
        const bool digital = settings_.mapping.subtracts_digitally();
        for (const Plane plane : {Plane::positive, Plane::negative}) {
            if (plane == Plane::negative && !digital) break;
            const std::uint32_t number = array_number(position, plane);
            unit.columns.push_back(
                {.sum = c < channels.size() ? channels.begin + c
                                            : stacked_outputs(position.block) +
                                                  position.column_part % where_.channel_parts(),
                 .weight = (plane == Plane::positive ? 1 : -1) * slice_weight(slice),
                 .slice = slice,
                 .converter = number * static_cast<std::uint32_t>(array_.converters()) +
                              static_cast<std::uint32_t>(served),
                 .number = number * static_cast<std::uint32_t>(array_.columns) +
                           static_cast<std::uint32_t>(bit_line),
                 .injected_volt = injected_volt_.empty()
                                      ? 0
                                      : injected_volt_[static_cast<std::size_t>(bit_line)]});
        }
    }

    /// Column `column` of both maps: their difference (variances: their sum), or one after the
    /// other if each has its own conversion.
    void add_values(const std::vector<ArrayMap>& maps, std::int64_t column,
                    RowMajorMatrix ArrayMap::*which,
                    std::vector<std::vector<double>>& values) const {
        const bool digital = settings_.mapping.subtracts_digitally();
        const double sign = which == &ArrayMap::signal ? -1 : 1;
        for (std::size_t m = 0; m < maps.size(); ++m) {
            const RowMajorMatrix& map = maps[m].*which;
            if (m == 0 || digital) values.emplace_back(static_cast<std::size_t>(map.rows()));
            for (Eigen::Index row = 0; row < map.rows(); ++row) {
                values.back()[static_cast<std::size_t>(row)] +=
                    (m == 0 || digital ? 1 : sign) * map(row, column);
            }
        }
    }

    void store_cells(const std::vector<std::vector<double>>& values, ProgrammedUnit& unit) const {
        const bool subtracted = differential_ && !settings_.mapping.subtracts_digitally();
        ByteCode levels{.unit = level_unit_, .base = subtracted ? 0 : resting_};
        if (!subtracted && array_.cell_bits == 8) levels.base += 128 * level_unit_;
        int exact = 1;
        for (const auto& column : values) {
            const int bytes = exact_bytes(column, levels);
            exact = bytes == 0 ? 0 : std::max(exact, bytes);
            if (exact == 0) break;
        }
        unit.bytes = exact > 0 ? exact : analog_bytes(values);
        for (std::size_t c = 0; c < values.size(); ++c) {
            const ByteCode code = exact > 0 ? levels : finest_code(values[c], unit.bytes);
            unit.columns[c].unit = code.unit;
            unit.columns[c].base = code.base;
            append_bytes(values[c], code, unit.bytes, unit.cells);
        }
    }

    void store_noise(const std::vector<std::vector<double>>& variances,
                     ProgrammedUnit& unit) const {
        for (std::size_t c = 0; c < variances.size(); ++c) {
            const ByteCode code = finest_code(variances[c], 2);
            unit.columns[c].noise_unit = code.unit;
            append_bytes(variances[c], code, 2, unit.noise_cells);
        }
    }

    [[nodiscard]] int analog_bytes(const std::vector<std::vector<double>>& values) const {
        constexpr double share_of_step = 1.0 / 32;
        double largest = 0;
        for (const auto& column : values) {
            for (const double v : column) largest = std::max(largest, std::abs(v));
        }
        const double rounding = largest / static_cast<double>(most_of_bytes(2)) / 2 *
                                static_cast<double>(values.front().size());
        return rounding < finest_step_ * share_of_step ? 2 : 3;
    }

    static void append_bytes(const std::vector<double>& values, const ByteCode& code, int bytes,
                             std::vector<std::int8_t>& cells) {
        const auto padded = static_cast<std::size_t>(
            quads_of(static_cast<std::int64_t>(values.size())) * rows_per_quad);
        const std::size_t first = cells.size();
        cells.resize(first + padded * static_cast<std::size_t>(bytes));
        std::int8_t digits[3] = {};
        for (std::size_t row = 0; row < values.size(); ++row) {
            split_bytes(std::llrint((values[row] - code.base) / code.unit), bytes, digits);
            for (int b = 0; b < bytes; ++b) {
                cells[first + static_cast<std::size_t>(b) * padded + row] = digits[b];
            }
        }
    }

    /// The array's used rows: what the device made of the targets, seen through everything between
    /// drivers and converters.
    [[nodiscard]] ArrayMap read_map(const ArrayPosition& position, Plane plane) const {
        ArrayPosition at = position;
        at.plane = plane;
        const std::uint32_t number = array_number(position, plane);
        const RowMajorMatrix cells = program_array(device_, targets(at), chip_, number);
        const bool wires = !has_ideal_lines(array_) && chip_.sources.has(ErrorSource::wires);
        const RowMajorMatrix read =
            wires ? effective_conductance(make_crossbar(array_, cells), array_) : cells;
        const std::int64_t rows = where_.row_range(position).size();
        ArrayMap map{.signal = read.topRows(rows) / device_.g_max_siemens, .variance = {}};
        if (!map.signal.allFinite()) {
            throw NumericalError(Message{.place = "array " + std::to_string(number),
                                         .id = "INF003",
                                         .what = "a conductance is not finite",
                                         .remedy = "Check [device] and the wires of [array]"});
        }
        if (has_noisy_reads(device_, chip_)) {
            map.variance = noise_variance(cells.topRows(rows), map.signal);
        }
        if (mixing_.size() > 0) {
            map.signal = map.signal * mixing_;
            if (map.variance.size() > 0) map.variance = map.variance * mixing_.cwiseAbs2();
        }
        if (has_level_errors(settings_.driver)) scale_rows(number, map);
        return map;
    }

    /// Each driver's gain. Of drivers with several levels the straight line through them counts.
    void scale_rows(std::uint32_t number, ArrayMap& map) const {
        const int bits = settings_.mapping.encoding == InputEncoding::multi_level
                             ? settings_.mapping.input_bits
                             : settings_.mapping.step_bits;
        const RowMajorMatrix levels =
            driver_levels(settings_.driver, bits, map.signal.rows(), chip_, number);
        Eigen::RowVectorXd ideal(levels.cols());
        for (Eigen::Index q = 0; q < ideal.size(); ++q) ideal(q) = static_cast<double>(q);
        const Eigen::VectorXd gain = levels * ideal.transpose() / ideal.squaredNorm();
        map.signal = gain.asDiagonal() * map.signal;
    }

    [[nodiscard]] RowMajorMatrix noise_variance(const RowMajorMatrix& cells,
                                                const RowMajorMatrix& signal) const {
        RowMajorMatrix variance(cells.rows(), cells.cols());
        for (Eigen::Index r = 0; r < cells.rows(); ++r) {
            for (Eigen::Index c = 0; c < cells.cols(); ++c) {
                const double share = cells(r, c) / device_.g_max_siemens;
                const double seen = share > 0 ? signal(r, c) / share : 1;
                const double sigma =
                    read_noise_siemens(device_, cells(r, c)) / device_.g_max_siemens * seen;
                variance(r, c) = sigma * sigma;
            }
        }
        return variance;
    }

    /// All cells of one array as they should be.
    [[nodiscard]] RowMajorMatrix targets(const ArrayPosition& position) const {
        RowMajorMatrix cells =
            RowMajorMatrix::Constant(array_.rows, array_.columns, device_.g_min_siemens);
        const IndexRange rows = where_.row_range(position);
        const IndexRange channels = where_.channel_range(position);
        for (std::int64_t row = 0; row < rows.size(); ++row) {
            for (std::int64_t c = 0; c < channels_used(position); ++c) {
                const bool holds =
                    c >= channels.size() || on_diagonal(rows.begin + row, channels.begin + c);
                const std::int32_t number =
                    holds && c < channels.size()
                        ? stacked_weight(position.block, rows.begin + row, channels.begin + c)
                        : 0;
                const IndexRange slices = where_.slice_range(position);
                for (std::int64_t s = 0; s < slices.size(); ++s) {
                    const int slice = static_cast<int>(slices.begin + s);
                    cells(row, c * slices.size() + s) =
                        device_.level_siemens(level(number, slice, position.plane), levels_);
                }
            }
        }
        return cells;
    }

    [[nodiscard]] bool on_diagonal(std::int64_t row, std::int64_t channel) const {
        return row / where_.rows() == channel / where_.channels();
    }

    /// The number at a stacked row and channel of a block; zero off its diagonal.
    [[nodiscard]] std::int32_t stacked_weight(std::int64_t block, std::int64_t row,
                                              std::int64_t channel) const {
        if (!on_diagonal(row, channel)) return 0;
        return weights_.at(where_.block_groups(block).begin + channel / where_.channels(),
                           channel % where_.channels(), row % where_.rows());
    }

    [[nodiscard]] std::int64_t level(std::int32_t number, int slice, Plane plane) const {
        const int sign = plane == Plane::positive ? 1 : -1;
        if (differential_ && settings_.mapping.pair == PairCells::two_sided) {
            return std::llrint(static_cast<double>(levels_ - 1 + sign * number) / 2);
        }
        const std::int32_t stored = differential_ ? std::max(sign * number, 0) : number + offset_;
        return (stored >> (slice * array_.cell_bits)) & (levels_ - 1);
    }

    const QuantisedWeights& weights_;
    const LayerMapping& where_;
    ArraySpec array_;
    const LayerSettings& settings_;
    const DeviceModel& device_;
    const VirtualChip& chip_;
    std::uint32_t first_array_;
    double finest_step_;
    std::int64_t levels_;
    double resting_;
    double level_unit_;
    bool differential_;
    std::int32_t offset_;
    RowMajorMatrix mixing_;
    std::vector<double> injected_volt_;
};

}  // namespace

double ProgrammedUnit::value(std::int64_t column, std::int64_t row) const {
    const auto at = static_cast<std::size_t>(column);
    const std::size_t padded = cells.size() / columns.size() / static_cast<std::size_t>(bytes);
    double whole = 0;
    for (int b = bytes - 1; b >= 0; --b) {
        const std::size_t byte = at * static_cast<std::size_t>(bytes) + static_cast<std::size_t>(b);
        whole = whole * 256 + cells[byte * padded + static_cast<std::size_t>(row)];
    }
    return columns[at].base + columns[at].unit * whole;
}

std::int64_t ProgrammedPart::quads() const { return quads_of(rows.size()); }

std::int64_t ProgrammedLayer::bytes() const {
    std::size_t sum = 0;
    for (const ProgrammedBlock& block : blocks) {
        for (const ProgrammedPart& part : block.parts) {
            for (const ProgrammedUnit& unit : part.units) {
                sum += unit.cells.size() + unit.noise_cells.size() +
                       unit.columns.size() * sizeof(ConvertedColumn);
            }
        }
    }
    return static_cast<std::int64_t>(sum);
}

bool has_noisy_reads(const DeviceModel& device, const VirtualChip& chip) {
    return device.read_noise.any() && device.read_noise.timing == NoiseTiming::each_read &&
           chip.sources.has(ErrorSource::read_noise);
}

ProgrammedLayer program_layer(const QuantisedWeights& weights, const LayerMapping& where,
                              const LayerSettings& settings, const DeviceModel& device,
                              const ChipPart& chip, double finest_step, const RunContext& context) {
    const Programmer programmer(weights, where, settings, device, chip, finest_step);
    ProgrammedLayer layer = programmer.frame();
    parallel_for(context, where.arrays() / where.planes(), [&](std::int64_t unit) {
        const ArrayPosition position = where.position_of({unit * where.planes()});
        layer.blocks[static_cast<std::size_t>(position.block)]
            .parts[static_cast<std::size_t>(position.row_part)]
            .units[static_cast<std::size_t>(position.column_part)] = programmer.unit(position);
    });
    return layer;
}

double mean_cell_level(const QuantisedWeights& weights, const ArraySpec& array,
                       const MappingSpec& mapping) {
    const bool differential = mapping.signed_weights == SignedWeights::differential;
    if (differential && mapping.pair == PairCells::two_sided) return 0.5;
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
    ProgrammedLayer layer{.slices = 1, .level_unit = 1, .blocks = {}};
    const auto padded = static_cast<std::size_t>(quads_of(weights.rows) * rows_per_quad);
    std::int32_t largest = 0;
    for (const std::int32_t q : weights.q) largest = std::max(largest, std::abs(q));
    const int bytes = largest <= most_of_bytes(1) ? 1 : largest <= most_of_bytes(2) ? 2 : 3;
    for (std::int64_t g = 0; g < weights.groups; ++g) {
        ProgrammedUnit unit{.columns = {}, .bytes = bytes, .cells = {}, .noise_cells = {}};
        unit.cells.resize(padded * static_cast<std::size_t>(weights.outputs * bytes));
        std::int8_t digits[3] = {};
        for (std::int64_t c = 0; c < weights.outputs; ++c) {
            unit.columns.push_back({.sum = c, .weight = 1});
            for (std::int64_t row = 0; row < weights.rows; ++row) {
                split_bytes(weights.at(g, c, row), bytes, digits);
                for (int b = 0; b < bytes; ++b) {
                    unit.cells[static_cast<std::size_t>(c * bytes + b) * padded +
                               static_cast<std::size_t>(row)] = digits[b];
                }
            }
        }
        ProgrammedBlock& block = layer.blocks.emplace_back();
        block = {.groups = {g, g + 1}, .parts = {}, .reference_of = {}, .sums = weights.outputs};
        block.parts.push_back({{0, weights.rows}, {std::move(unit)}});
    }
    return layer;
}

}  // namespace ohmgrid
