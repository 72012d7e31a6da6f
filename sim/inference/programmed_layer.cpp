#include "sim/inference/programmed_layer.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

#include "sim/circuit/crossbar.hpp"
#include "sim/inference/array_reader.hpp"
#include "sim/inference/cell_bytes.hpp"
#include "sim/inference/tile_kernel.hpp"
#include "sim/parallel/parallel_for.hpp"

namespace ohmgrid {
namespace {

std::int64_t quads_of(std::int64_t rows) { return (rows + rows_per_quad - 1) / rows_per_quad; }

/// Writes numbers into cells and reads column sums back out of conductances.
class Programmer {
  public:
    Programmer(const QuantisedWeights& weights, const LayerMapping& where,
               const LayerSettings& settings, const DeviceModel& device, const ChipPart& chip,
               double finest_step)
        : where_(where),
          array_(settings.array),
          settings_(settings),
          chip_(chip.chip),
          reader_(weights, where, settings, device, chip.first_array),
          finest_step_(finest_step),
          resting_(read_siemens(settings, device, chip.chip, device.g_min_siemens) /
                   read_siemens(settings, device, chip.chip, device.g_max_siemens)),
          level_unit_((1 - resting_) /
                      static_cast<double>((std::int64_t{1} << array_.cell_bits) - 1)),
          differential_(settings.mapping.signed_weights == SignedWeights::differential),
          offset_(differential_ ? 0 : 1 << (settings.mapping.weight_bits - 1)) {
        if (chip_.sources.has(ErrorSource::multiplexer)) {
            injected_volt_ =
                injected_volt(with_switches(array_, settings.multiplexer), settings.multiplexer);
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
        const Sums sums = sums_on(position, chip_);
        ProgrammedUnit unit;
        for (std::int64_t c = 0; c < reader_.channels_used(position); ++c) {
            for (int s = 0; s < where_.slices_per_array(); ++s) add_columns(position, c, s, unit);
        }
        store_cells(sums.values, unit);
        if (!sums.variances.empty()) store_noise(sums.variances, unit);
        if (settings_.mapping.column_gain == ColumnGain::ir_drop) correct_columns(position, unit);
        if (settings_.mapping.drift_scale == DriftScale::per_array) {
            correct_drift(position, sums, unit);
        }
        if (settings_.array.cells == CellReads::newton && follows_cell_law(settings_, chip_)) {
            for (const ArrayPosition& plane : planes(position)) {
                unit.circuits.push_back(reader_.circuit(plane, chip_));
            }
            unit.converts_twins_apart = settings_.mapping.subtracts_digitally();
        }
        return unit;
    }

  private:
    /// What every row adds to every converted column, and the noise of it: [column][row].
    struct Sums {
        std::vector<std::vector<double>> values, variances;
    };

    /// The array at a position, and its negative twin if there is one.
    [[nodiscard]] std::vector<ArrayPosition> planes(ArrayPosition position) const {
        std::vector<ArrayPosition> all{position};
        all.front().plane = Plane::positive;
        if (!differential_) return all;
        position.plane = Plane::negative;
        all.push_back(position);
        return all;
    }

    [[nodiscard]] Sums sums_on(const ArrayPosition& position, const VirtualChip& chip) const {
        std::vector<ArrayMap> maps;
        for (const ArrayPosition& plane : planes(position)) {
            maps.push_back(reader_.read(plane, chip));
        }
        Sums sums;
        const std::int64_t columns = reader_.channels_used(position) * where_.slices_per_array();
        for (std::int64_t column = 0; column < columns; ++column) {
            add_values(maps, column, &ArrayMap::signal, sums.values);
            if (maps[0].variance.size() == 0) continue;
            add_values(maps, column, &ArrayMap::variance, sums.variances);
        }
        return sums;
    }

    /// Per-column gain that makes up for the mean loss in the wires, known from the design: least
    /// squares of what rows should add to a column against what they add through its wires.
    void correct_columns(const ArrayPosition& position, ProgrammedUnit& unit) const {
        VirtualChip design = chip_;
        const ErrorSources law = chip_.sources.has(ErrorSource::nonlinear_cells)
                                     ? ErrorSources::only(ErrorSource::nonlinear_cells)
                                     : ErrorSources::none();
        design.sources = law;
        const Sums ideal = sums_on(position, design);
        design.sources = law.with(ErrorSource::wires).with(ErrorSource::multiplexer);
        const Sums lossy = sums_on(position, design);
        for (std::size_t c = 0; c < unit.columns.size(); ++c) {
            double product = 0, square = 0;
            for (std::size_t r = 0; r < ideal.values[c].size(); ++r) {
                product += ideal.values[c][r] * lossy.values[c][r];
                square += lossy.values[c][r] * lossy.values[c][r];
            }
            // A column that should add nothing has no gain to correct.
            if (product > 0) unit.columns[c].weight *= product / square;
        }
    }

    /// One factor per array for what its cells have lost since they were written, measured by
    /// driving all rows then and now.
    void correct_drift(const ArrayPosition& position, const Sums& now, ProgrammedUnit& unit) const {
        VirtualChip fresh = chip_;
        fresh.sources = chip_.sources.without(ErrorSource::drift);
        const double before = total_current(sums_on(position, fresh));
        const double after = total_current(now);
        if (!(before > 0 && after > 0)) return;
        for (ConvertedColumn& column : unit.columns) column.weight *= before / after;
    }

    static double total_current(const Sums& sums) {
        double total = 0;
        for (const auto& column : sums.values) {
            double current = 0;
            for (const double value : column) current += value;
            total += std::abs(current);
        }
        return total;
    }

    [[nodiscard]] double slice_weight(int slice) const {
        return std::ldexp(1.0, slice * array_.cell_bits) / level_unit_;
    }
    [[nodiscard]] std::int64_t stacked_outputs(std::int64_t block) const {
        return where_.block_groups(block).size() * where_.channels();
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
            ArrayPosition at = position;
            at.plane = plane;
            const std::uint32_t number = reader_.number_of(at);
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

    const LayerMapping& where_;
    const ArraySpec& array_;
    const LayerSettings& settings_;
    const VirtualChip& chip_;
    ArrayReader reader_;
    double finest_step_;
    double resting_;
    double level_unit_;
    bool differential_;
    std::int32_t offset_;
    std::vector<double> injected_volt_;
};

/// Cells as bytes (at most three, and two for their noise), then as tables (eight bytes, and as
/// many for their noise) with the thresholds of their columns, and the maps that every thread works
/// on.
double needed_bytes(const LayerMapping& where, const ArraySpec& array, int threads) {
    // Where every read is solved, the conductances and two coefficients as well.
    const double bytes_per_cell = array.cells == CellReads::newton ? 49 : 25;
    constexpr double maps = 8;  // targets, cells, effective map, its shares, for both twins
    const auto columns = static_cast<double>(where.channels() * where.slices());
    const double cells = static_cast<double>(where.groups() * where.rows()) * columns;
    return bytes_per_cell * cells +
           maps * sizeof(double) * threads * static_cast<double>(array.rows * array.columns);
}

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
                for (const ReadCircuit& circuit : unit.circuits) {
                    sum += static_cast<std::size_t>(circuit.crossbar.conductance_siemens.size()) *
                           sizeof(double);
                }
                sum += unit.cells.size() + unit.noise_cells.size() +
                       unit.columns.size() * sizeof(ConvertedColumn);
            }
        }
    }
    return static_cast<std::int64_t>(sum);
}

ProgrammedLayer program_layer(const QuantisedWeights& weights, const LayerMapping& where,
                              const LayerSettings& settings, const DeviceModel& device,
                              const ChipPart& chip, double finest_step, const RunContext& context) {
    check_memory(needed_bytes(where, settings.array, context.threads),
                 "a layer of " + std::to_string(where.arrays()) + " arrays");
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
