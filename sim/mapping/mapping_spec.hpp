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
    bool per_channel_scale = false;  ///< own weight scale per output channel
    double weight_percentile = 1;    ///< share of |w| inside the weight range
    double input_percentile = 1;     ///< share of calibration inputs inside the input range
    std::int64_t replication = 1;    ///< copies of the layer's weights, working in parallel
    CopyRule copies = CopyRule::given;

    /// Slices of a weight, each stored in a cell of `cell_bits`.
    [[nodiscard]] int slices(int cell_bits) const {
        const int magnitude_bits =
            signed_weights == SignedWeights::differential ? weight_bits - 1 : weight_bits;
        return (magnitude_bits + cell_bits - 1) / cell_bits;
    }
    /// Reads of an array per input vector, before column sharing.
    [[nodiscard]] int input_steps() const {
        return encoding == InputEncoding::bit_serial ? input_bits : 1;
    }
};

/// Section [mapping] of a run file.
const ParamTable<MappingSpec>& mapping_parameters();

}  // namespace ohmgrid
