#pragma once

#include <cstdint>
#include <vector>

#include "sim/converter/adc_spec.hpp"
#include "sim/converter/detail/decision_noise.hpp"
#include "sim/converter/transfer.hpp"
#include "sim/random/random_stream.hpp"

namespace ohmgrid {

/// A bank of comparators on a resistor ladder and the encoder behind it, in steps of the ideal
/// converter. Comparator k = 1 .. 2^b - 1 says "above" from
///
///     -1/2 + 2^b * (R_1 + .. + R_k) / (R_1 + .. + R_(2^b)) + its offset
///
/// on. Where offsets put a comparator above its neighbour the thermometer code has bubbles; what
/// becomes of them is the encoder's matter. docs/models/converter.md (7) and (8).
class FlashCore {
  public:
    /// Without a stream: equal resistors, no offsets.
    FlashCore(const AdcSpec& adc, const RandomStream* mismatch);

    [[nodiscard]] std::int32_t code(double input_lsb, DecisionNoise noise) const;
    [[nodiscard]] Transfer transfer() const;

  private:
    [[nodiscard]] std::int32_t encode(const std::vector<bool>& above) const;

    FlashEncoder encoder_ = FlashEncoder::ones_counter;
    std::vector<double> threshold_lsb_;  ///< of comparator k + 1
};

}  // namespace ohmgrid
