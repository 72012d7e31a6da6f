#pragma once

#include <cstdint>
#include <vector>

#include "sim/circuit/array_spec.hpp"
#include "sim/device/device_model.hpp"
#include "sim/inference/quantisation.hpp"
#include "sim/mapping/mapping_spec.hpp"

namespace ohmgrid {

/// The rows of a weight matrix that share one array, and what each of them adds to every column
/// sum.
///
/// `matrix` is rows x (slices * columns), in column-sum units (one cell at g_max with full input
/// gives 1): the layout of PlaneTask::matrix.
struct ProgrammedPart {
    std::int64_t row_begin = 0;
    std::int64_t row_end = 0;
    std::vector<float> matrix;

    [[nodiscard]] std::int64_t rows() const { return row_end - row_begin; }
};

/// A layer's weights as they stand in the arrays, and how column sums become whole numbers again:
///
///   sum over rows of q * x = sum over slices of slice_weight * column sum
///                            - removed_per_input * sum of x          (digital removal), or
///                            - the same for the reference column     (reference_column >= 0)
struct ProgrammedLayer {
    int slices = 0;
    std::int64_t outputs = 0;  ///< of one group
    std::int64_t columns = 0;  ///< outputs and reference column, padded to whole column blocks
    std::vector<std::vector<ProgrammedPart>> groups;
    std::vector<float> slice_weight;
    double removed_per_input = 0;
    std::int64_t reference_column = -1;
};

/// Splits `rows` into the fewest parts of at most `most` rows, as equal as possible.
/// @returns the first row of every part, and `rows` at the end
std::vector<std::int64_t> row_parts(std::int64_t rows, std::int64_t most);

/// Programs the quantised weights: slices of cell_bits, differential pairs, offset binary or offset
/// with a reference column; levels between g_min and g_max of the device.
/// Neglected: wires, programming errors.
ProgrammedLayer program_layer(const QuantisedWeights& weights, const ArraySpec& array,
                              const MappingSpec& mapping, const DeviceModel& device);

/// The same numbers on arrays without any limit: one slice that holds q itself.
ProgrammedLayer program_ideal_layer(const QuantisedWeights& weights);

}  // namespace ohmgrid
