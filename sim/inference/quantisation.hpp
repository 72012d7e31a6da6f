#pragma once

#include <algorithm>
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
///
/// Two-sided pairs move both cells by half a step each, so only every other step exists: q is the
/// difference of two levels that add up to the highest, each rounded on its own.
QuantisedWeights quantise_weights(const Node& node, const MappingSpec& mapping);

/// The values a layer's inputs take on calibration images.
struct ValueRange {
    float low = 0;
    float high = 0;
};

/// Fixed-point inputs of one layer: x = q * step. Without negative values q is 0 .. 2^b - 1; with
/// them -2^(b-1) .. 2^(b-1) - 1 (two's complement), or with sign and magnitude
/// -(2^(b-1) - 1) .. 2^(b-1) - 1.
class InputScale {
  public:
    /// @throws InputError (INF001) for one-bit inputs that take negative values.
    InputScale(ValueRange range, int bits, SignedInputs negative = SignedInputs::twos_complement);

    [[nodiscard]] float step() const { return step_; }
    [[nodiscard]] bool is_signed() const { return is_signed_; }
    [[nodiscard]] bool is_sign_magnitude() const { return is_sign_magnitude_; }
    [[nodiscard]] int bits() const { return bits_; }
    /// Nearest step, ties to even; values outside the range take its end.
    [[nodiscard]] std::int32_t quantise(float x) const {
        const float inside = std::clamp(x / step_, lowest_, highest_);
        // Adding and subtracting 1.5 * 2^23 rounds floats below 2^22, ties to even.
        constexpr float shift = 12582912.0F;
        return static_cast<std::int32_t>((inside + shift) - shift);
    }

  private:
    float step_ = 1;
    int bits_ = 0;
    bool is_signed_ = false;
    bool is_sign_magnitude_ = false;
    float lowest_ = 0;
    float highest_ = 0;
};

}  // namespace ohmgrid
