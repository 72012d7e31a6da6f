#pragma once

#include <cstdint>
#include <vector>

#include "sim/circuit/array_spec.hpp"
#include "sim/core/run_context.hpp"
#include "sim/device/device_model.hpp"
#include "sim/inference/quantisation.hpp"
#include "sim/mapping/layer_mapping.hpp"
#include "sim/mapping/mapping_spec.hpp"
#include "sim/random/virtual_chip.hpp"

namespace ohmgrid {

/// The rows of a block that share word lines, and what each of them adds to every column sum.
///
/// `matrix` is rows x (slices * columns), in column-sum units (one cell at g_max with full input
/// gives 1): the layout of PlaneTask::matrix.
struct ProgrammedPart {
    IndexRange rows;  ///< of the block's stacked rows
    std::vector<float> matrix;
};

/// Groups of a layer that share arrays (all of it for a dense layer; see LayerMapping).
struct ProgrammedBlock {
    IndexRange groups;
    std::vector<ProgrammedPart> parts;
    /// For every stacked output channel the column that holds its array's reference; empty if the
    /// layer has none.
    std::vector<std::int64_t> reference_of = {};
};

/// A layer's weights as they stand in the arrays, and how column sums become whole numbers again:
///
///   sum over rows of q * x = sum over slices of slice_weight * column sum
///                            - removed_per_input * sum of the block's x   (digital removal), or
///                            - the same for the reference                 (reference_of)
struct ProgrammedLayer {
    int slices = 0;
    std::int64_t columns = 0;  ///< stacked outputs and references, padded to whole column blocks
    std::vector<ProgrammedBlock> blocks;
    std::vector<float> slice_weight;
    double removed_per_input = 0;
};

/// The arrays and converters of one layer on a chip.
struct ChipPart {
    const VirtualChip& chip;
    std::uint32_t first_array = 0;  ///< number of the layer's first array on the chip
};

/// Programs the quantised weights as `where` places them: slices of cell_bits, differential pairs,
/// offset binary or offset with a reference; levels between g_min and g_max of the device. Cells
/// that hold no weight are fully reset. With wires, drivers or sense resistances the exact
/// effective conductance of every array takes the place of its cells' conductances. Neglected:
/// programming errors, nonlinear cells.
/// @throws InputError, NumericalError as effective_conductance; Interrupted
ProgrammedLayer program_layer(const QuantisedWeights& weights, const LayerMapping& where,
                              const ArraySpec& array, const MappingSpec& mapping,
                              const DeviceModel& device, const ChipPart& chip,
                              const RunContext& context);

/// Mean of (g - g_min) / (g_max - g_min) over the cells that hold weights: 0 .. 1.
double mean_cell_level(const QuantisedWeights& weights, const ArraySpec& array,
                       const MappingSpec& mapping);

/// The same numbers on arrays without any limit: one slice that holds q itself.
ProgrammedLayer program_ideal_layer(const QuantisedWeights& weights);

}  // namespace ohmgrid
