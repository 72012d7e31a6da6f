#pragma once

#include <cstdint>
#include <vector>

#include "sim/mapping/mapping_spec.hpp"
#include "sim/network/graph.hpp"

namespace ohmgrid {

/// Integer weights of one layer. Group g of a grouped convolution has its own rows x outputs
/// matrix; entry (g, output, row) is q[(g * outputs + output) * rows + row], with the row order of
/// the weights: input channel, kernel row, kernel column.
struct QuantisedWeights {
    std::int64_t groups = 1;
    std::int64_t rows = 0;     ///< of one group: input channels / groups * kernel size
    std::int64_t outputs = 0;  ///< of one group
    std::vector<std::int32_t> q;
    std::vector<float> scale;  ///< per output channel (groups * outputs): w = q * scale

    [[nodiscard]] std::int32_t at(std::int64_t group, std::int64_t output, std::int64_t row) const {
        return q[static_cast<std::size_t>((group * outputs + output) * rows + row)];
    }
};

/// Rounds the weights to -(2^(b-1) - 1) .. 2^(b-1) - 1 steps, ties to even. The largest step stands
/// for the `weight_percentile` of |w| over the layer (or over each output channel); what lies
/// beyond is limited to it, as a designer would.
QuantisedWeights quantise_weights(const Node& node, const MappingSpec& mapping);

/// The values a layer's inputs take on calibration images.
struct ValueRange {
    float low = 0;
    float high = 0;
};

/// Fixed-point inputs of one layer: x = q * step, q in 0 .. 2^b - 1, or two's complement
/// -2^(b-1) .. 2^(b-1) - 1 if negative values occur.
class InputScale {
  public:
    /// @throws InputError (INF001) for one-bit inputs that take negative values.
    InputScale(ValueRange range, int bits);

    [[nodiscard]] float step() const { return step_; }
    [[nodiscard]] bool is_signed() const { return is_signed_; }
    [[nodiscard]] int bits() const { return bits_; }
    /// Nearest step, ties to even; values outside the range take its end.
    [[nodiscard]] std::int32_t quantise(float x) const;

  private:
    float step_ = 1;
    int bits_ = 0;
    bool is_signed_ = false;
    float lowest_ = 0;
    float highest_ = 0;
};

}  // namespace ohmgrid
