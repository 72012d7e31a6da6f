#pragma once

#include <cstdint>

#include "sim/core/parameters.hpp"

namespace ohmgrid {

/// How negative weights are stored in conductances, which are never negative.
enum class SignedWeights {
    differential,     ///< two cells per slice, positive minus negative, subtracted before the ADC
    offset,           ///< q + 2^(b-1) in one cell; 2^(b-1) sum(x) is subtracted digitally
    reference_column  ///< as offset, but the offset is read from an extra column of the array
};

/// How an input value is put on a word line.
enum class InputEncoding {
    bit_serial,  ///< one bit per read, least significant first; digital shift-add
    multi_level  ///< one read with a DAC of input_bits (pulse height or width)
};

/// How the two cells of a differential pair hold a number.
enum class PairCells {
    one_sided,  ///< one cell holds |q|, the other is fully reset
    two_sided   ///< both move: one up and one down from the middle; single-slice weights only
};

/// Where the two cells of a differential pair meet.
enum class Subtraction {
    analog,  ///< their currents, before one converter
    digital  ///< their codes: each has its own conversion
};

/// Which values of a layer's inputs the word lines can take.
enum class InputRange {
    calibrated,  ///< those seen on calibration images
    fixed        ///< input_low .. input_high
};

/// When the steps of an input are converted.
enum class Conversion {
    every_step,  ///< each read on its own; shift-add is digital
    accumulated  ///< once, after the weighted charge of all steps is added up
};

/// How negative inputs are fed.
enum class SignedInputs {
    twos_complement,  ///< the last bit counts negative
    sign_magnitude    ///< every digit carries the sign, as a negative voltage
};

/// How the rows of a block that is too large for an array are cut.
enum class RowParts {
    equal,    ///< sizes differ by at most one
    rounded,  ///< all but the last have the rounded mean size (as CrossSim)
    full      ///< full arrays and a rest (as NeuroSim)
};

/// Where the slices of a weight stand.
enum class SliceColumns {
    adjacent,  ///< in neighbouring columns of one array
    separate   ///< each in arrays of its own
};

/// Digital factors per column that make up for the mean loss in the wires.
enum class ColumnGain { none, ir_drop };

/// Which row of a part stands where in its array.
enum class RowOrder {
    given,
    by_magnitude  ///< rows with large weights next to the sense ends
};

/// A digital factor that makes up for what cells have lost on average since they were written.
enum class DriftScale { none, per_array };

/// How many copies of a layer's weights work in parallel.
enum class CopyRule {
    given,      ///< `replication` copies
    fill_tiles  ///< as many as fit into the tiles that `replication` copies occupy anyway
};

/// How numbers become conductances and voltages.
struct MappingSpec {
    int weight_bits = 0;
    int input_bits = 0;
    InputEncoding encoding = InputEncoding::bit_serial;
    SignedWeights signed_weights = SignedWeights::differential;
    PairCells pair = PairCells::one_sided;
    Subtraction subtraction = Subtraction::analog;
    Conversion conversion = Conversion::every_step;
    int step_bits = 1;  ///< input bits per step: 1, 2, 4 or 8
    SignedInputs signed_inputs = SignedInputs::twos_complement;
    RowParts row_parts = RowParts::equal;
    SliceColumns slice_columns = SliceColumns::adjacent;
    ColumnGain column_gain = ColumnGain::none;
    RowOrder row_order = RowOrder::given;
    DriftScale drift_scale = DriftScale::none;
    bool per_channel_scale = false;  ///< own weight scale per output channel
    double weight_percentile = 1;    ///< share of |w| inside the weight range
    double input_percentile = 1;     ///< share of calibration inputs inside the input range
    InputRange input_range = InputRange::calibrated;
    double input_low = 0;   ///< of a fixed range; below 0 only if inputs are negative in places
    double input_high = 1;  ///< likewise
    std::int64_t replication = 1;  ///< copies of the layer's weights, working in parallel
    CopyRule copies = CopyRule::given;

    /// Slices of a weight, each stored in a cell of `cell_bits`.
    [[nodiscard]] int slices(int cell_bits) const {
        const int magnitude_bits =
            signed_weights == SignedWeights::differential ? weight_bits - 1 : weight_bits;
        return (magnitude_bits + cell_bits - 1) / cell_bits;
    }
    [[nodiscard]] bool subtracts_digitally() const {
        return signed_weights == SignedWeights::differential && subtraction == Subtraction::digital;
    }
    /// Reads of an array per input vector, before column sharing.
    [[nodiscard]] int input_steps() const {
        return encoding == InputEncoding::bit_serial ? (input_bits + step_bits - 1) / step_bits : 1;
    }
};

/// Section [mapping] of a run file.
const ParamTable<MappingSpec>& mapping_parameters();

/// Complains about choices that exclude each other.
void check(const MappingSpec& mapping, int cell_bits, const ParameterSet& set,
           Complaints& complaints);

}  // namespace ohmgrid
