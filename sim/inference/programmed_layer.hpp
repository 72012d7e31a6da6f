#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/matrix.hpp"
#include "sim/core/run_context.hpp"
#include "sim/device/device_model.hpp"
#include "sim/inference/layer_settings.hpp"
#include "sim/inference/nonlinear_cells.hpp"
#include "sim/inference/quantisation.hpp"
#include "sim/mapping/layer_mapping.hpp"
#include "sim/random/virtual_chip.hpp"

namespace ohmgrid {

/// One converted bit line (or pair of bit lines) and what becomes of its value.
struct ConvertedColumn {
    std::int64_t sum = 0;  ///< the sum of its block that it contributes to
    double weight = 0;     ///< of its value in that sum
    int slice = 0;
    std::uint32_t converter = 0;  ///< number on the chip
    std::uint32_t number = 0;     ///< of the bit line on the chip: array * columns + column
    double unit = 1;              ///< column-sum units of one unit of a cell's bytes
    double base = 0;              ///< column-sum units that every driven cell adds to that
    double noise_unit = 0;        ///< column-sum units squared of one unit of a noise cell
    double injected_volt = 0;     ///< at its converter, whatever the sum
};

/// One array, or the pair of arrays whose columns are subtracted before the converters: what every
/// row adds to every column sum (one cell at g_max with full input gives 1), as whole numbers of
/// `bytes` signed bytes, [column][byte][row], rows padded to quads.
///
/// Where cells stand exactly on their levels, the numbers are those levels and the sums exact. What
/// wires or errors have moved is held in steps of 2^-15 or 2^-23 of the column's largest cell.
struct ProgrammedUnit {
    std::vector<ConvertedColumn> columns;
    int bytes = 1;
    std::vector<std::int8_t> cells;
    std::vector<std::int8_t> noise_cells;  ///< variances, [column][2 bytes][row]; empty without
    /// The array, or both of a pair, where every read is solved (CellReads::newton); else empty.
    std::vector<ReadCircuit> circuits = {};
    bool converts_twins_apart = false;  ///< columns come in pairs: a bit line of each circuit

    /// What row `row` adds to the sum of column `column`.
    [[nodiscard]] double value(std::int64_t column, std::int64_t row) const;
};

/// The rows of a block that share word lines.
struct ProgrammedPart {
    IndexRange rows;  ///< of the block's stacked rows
    std::vector<ProgrammedUnit> units;

    [[nodiscard]] std::int64_t quads() const;
};

/// Groups of a layer that share arrays (all of it for a dense layer; see LayerMapping).
struct ProgrammedBlock {
    IndexRange groups;
    std::vector<ProgrammedPart> parts;
    /// For every stacked output channel the sum that holds its array's reference; empty if the
    /// layer has none.
    std::vector<std::int64_t> reference_of = {};
    std::int64_t sums = 0;  ///< stacked outputs and references
};

/// A layer's weights as they stand in the arrays, and how column sums become whole numbers again:
///
///   sum over rows of q * x = sum over columns of weight * column sum
///                            - removed_per_input * sum of the block's x   (digital removal), or
///                            - the same for the reference                 (reference_of)
struct ProgrammedLayer {
    int slices = 0;
    double level_unit = 1;  ///< column-sum units between two levels of a cell
    std::vector<ProgrammedBlock> blocks;
    double removed_per_input = 0;

    [[nodiscard]] std::int64_t bytes() const;  ///< of memory
};

/// The arrays and converters of one layer on a chip.
struct ChipPart {
    const VirtualChip& chip;
    std::uint32_t first_array = 0;  ///< number of the layer's first array on the chip
};

/// Programs the quantised weights as `where` places them: slices of cell_bits, differential pairs,
/// offset binary or offset with a reference; levels between g_min and g_max of the device. Cells
/// that hold no weight are fully reset. ArrayReader says what a read makes of them. Compensation
/// (MappingSpec::column_gain and drift_scale) acts on the weights of the converted columns.
///
/// @param finest_step of the layer's converters, column-sum units; 0: sums are not converted.
///        Cells take two bytes where their rounding can move no sum by more than 1/32 of it
/// @throws as ArrayReader and, for layers larger than memory, check_memory; Interrupted
ProgrammedLayer program_layer(const QuantisedWeights& weights, const LayerMapping& where,
                              const LayerSettings& settings, const DeviceModel& device,
                              const ChipPart& chip, double finest_step, const RunContext& context);

/// Mean of (g - g_min) / (g_max - g_min) over the cells that hold weights: 0 .. 1.
double mean_cell_level(const QuantisedWeights& weights, const ArraySpec& array,
                       const MappingSpec& mapping);

/// The same numbers on arrays without any limit: one slice that holds q itself.
ProgrammedLayer program_ideal_layer(const QuantisedWeights& weights);

}  // namespace ohmgrid
