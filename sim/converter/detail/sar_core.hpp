#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/converter/adc_spec.hpp"
#include "sim/converter/detail/decision_noise.hpp"
#include "sim/converter/transfer.hpp"
#include "sim/random/random_stream.hpp"

namespace ohmgrid {

/// Successive approximation on drawn capacitors, in steps of the ideal converter.
///
/// Every decision compares the input with the level of the capacitor array for the code tried, half
/// a step lower. The array settles towards that level from wherever the decision before left it.
/// Equations: docs/models/converter.md (1) to (6).
class SarCore {
  public:
    /// Without a stream: the same converter with perfect capacitors, at once settled, no offset.
    SarCore(const AdcSpec& adc, const RandomStream* mismatch);

    [[nodiscard]] std::int32_t code(double input_lsb, DecisionNoise noise) const;
    /// By walking through all sequences of decisions. Decisions depend on those before them only,
    /// so each sequence belongs to one interval of inputs, in ascending order.
    [[nodiscard]] Transfer transfer() const;
    /// Levels of the single bits, the most significant first, if the level of a code is their sum
    /// whatever was decided before.
    [[nodiscard]] std::optional<std::vector<double>> bit_levels() const;
    [[nodiscard]] double comparator_offset_lsb() const { return comparator_offset_lsb_; }

  private:
    /// What is known between two decisions.
    struct State {
        std::size_t step = 0;
        std::uint32_t switched = 0;  ///< capacitors, one bit per decision
        std::int32_t code = 0;       ///< before the redundant part is taken off
        double level_lsb = 0;        ///< where the array has settled
    };
    struct Decision {
        std::int32_t weight = 0;
        std::int32_t shift = 0;  ///< added to the input from the repeated decision on
        double level_lsb = 0;    ///< of its capacitor
    };

    [[nodiscard]] State start() const;
    /// Where the array stands when decision `state.step` compares.
    [[nodiscard]] double trial_level(const State& state) const;
    /// The lowest input, offset included, for which decision `state.step` says "above".
    [[nodiscard]] double threshold(const State& state, double trial_level_lsb) const;
    [[nodiscard]] State after(const State& state, double trial_level_lsb, bool above) const;
    [[nodiscard]] std::int32_t final_code(const State& state) const;
    /// Level of the array with these capacitors switched, settled.
    [[nodiscard]] double settled_level(std::uint32_t switched) const;
    void walk(const State& state, double low, double high, Transfer& into) const;

    std::int32_t top_code_ = 0;
    SarPolarity polarity_ = SarPolarity::unipolar;
    double array_levels_ = 0;  ///< of the capacitor array: 2^(its bits)
    double amplifier_gain_ = 0;
    double unsettled_ = 0;  ///< share of a step that is missing when the comparator decides
    double comparator_offset_lsb_ = 0;
    std::vector<Decision> decisions_;
};

}  // namespace ohmgrid
