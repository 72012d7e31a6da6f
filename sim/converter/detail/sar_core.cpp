#include "sim/converter/detail/sar_core.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/converter/detail/capacitor_array.hpp"
#include "sim/converter/detail/draws.hpp"
#include "sim/converter/detail/tie.hpp"

namespace ohmgrid {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

SarCore::SarCore(const AdcSpec& adc, const RandomStream* mismatch)
    : top_code_(static_cast<std::int32_t>(adc.levels() - 1)), polarity_(adc.sar.polarity) {
    const bool bipolar = polarity_ == SarPolarity::bipolar;
    const int array_bits = adc.bits - (bipolar ? 1 : 0);
    array_levels_ = std::ldexp(1.0, array_bits);
    const CapacitorArray array(adc.sar, array_bits, mismatch);
    if (bipolar) decisions_.push_back({.weight = 1 << array_bits});  // the sign has no capacitor
    const int repeated = adc.sar.redundant_bit - 1;
    for (int bit = array_bits - 1; bit >= 0; --bit) {
        const std::int32_t weight = 1 << bit;
        const std::int32_t shift = bit < repeated ? 1 << (repeated - 1) : 0;
        decisions_.push_back({weight, shift, array.level_lsb(bit)});
        if (bit == repeated) {
            decisions_.push_back({weight, weight / 2, array.redundant_level_lsb()});
        }
    }
    if (mismatch == nullptr) return;
    amplifier_gain_ = adc.sar.amplifier_gain;
    if (adc.sar.dac_time_constant > 0) {
        unsettled_ = std::exp(-adc.sar.bit_second / adc.sar.dac_time_constant);
    }
    comparator_offset_lsb_ = adc.comparator_offset_sigma_volt / adc.lsb_volt() *
                             mismatch->normal(draw_of::first_comparator);
}

double SarCore::settled_level(std::uint32_t switched) const {
    double on = 0;
    if (polarity_ == SarPolarity::unipolar) {
        for (std::size_t i = 0; i < decisions_.size(); ++i) {
            if (((switched >> i) & 1U) != 0) on += decisions_[i].level_lsb;
        }
    } else {  // decision i of the sign-and-magnitude code is its bit (count - 1 - i)
        std::int32_t code = 0;
        for (std::size_t i = 0; i < decisions_.size(); ++i) {
            if (((switched >> i) & 1U) != 0) code += decisions_[i].weight;
        }
        const std::int32_t magnitude = std::abs(code - decisions_.front().weight);
        for (std::size_t i = 1; i < decisions_.size(); ++i) {
            if ((magnitude & decisions_[i].weight) != 0) on += decisions_[i].level_lsb;
        }
    }
    if (amplifier_gain_ > 0) on /= 1 + (1 + on / array_levels_) / amplifier_gain_;
    if (polarity_ == SarPolarity::unipolar) return on;
    return array_levels_ + ((switched & 1U) != 0 ? on : -on);
}

SarCore::State SarCore::start() const {
    return {.level_lsb = polarity_ == SarPolarity::bipolar ? array_levels_ : 0};
}

double SarCore::trial_level(const State& state) const {
    const double target = settled_level(state.switched | (1U << state.step));
    return target + (state.level_lsb - target) * unsettled_;
}

double SarCore::threshold(const State& state, double trial_level_lsb) const {
    const Decision& decision = decisions_[state.step];
    const std::int32_t code = state.code + decision.weight - decision.shift;
    return even_on_tie(trial_level_lsb - 0.5 - decision.shift + comparator_offset_lsb_, code);
}

SarCore::State SarCore::after(const State& state, double trial_level_lsb, bool above) const {
    State next = state;
    next.level_lsb = trial_level_lsb;
    if (above) {
        next.switched |= 1U << state.step;
        next.code += decisions_[state.step].weight;
    }
    ++next.step;
    return next;
}

std::int32_t SarCore::final_code(const State& state) const {
    return std::clamp(state.code - decisions_.back().shift, 0, top_code_);
}

std::int32_t SarCore::code(double input_lsb, DecisionNoise noise) const {
    State state = start();
    while (state.step < decisions_.size()) {
        const double trial = trial_level(state);
        state = after(state, trial, input_lsb + noise.next() >= threshold(state, trial));
    }
    return final_code(state);
}

void SarCore::walk(const State& state, double low, double high, Transfer& into) const {
    if (!(low < high)) return;  // no input leads here: missing codes
    if (state.step < decisions_.size()) {
        const double trial = trial_level(state);
        const double split = std::clamp(threshold(state, trial), low, high);
        walk(after(state, trial, false), low, split, into);
        walk(after(state, trial, true), split, high, into);
        return;
    }
    const std::int32_t code = final_code(state);
    if (!into.codes.empty()) {
        if (into.codes.back() == code) return;
        into.thresholds.push_back(low);
    }
    into.codes.push_back(code);
}

Transfer SarCore::transfer() const {
    Transfer transfer;
    walk(start(), -infinity, infinity, transfer);
    return transfer;
}

std::optional<std::vector<double>> SarCore::bit_levels() const {
    const bool additive = polarity_ == SarPolarity::unipolar && amplifier_gain_ == 0 &&
                          unsettled_ == 0 && decisions_.back().shift == 0;
    if (!additive) return std::nullopt;
    std::vector<double> levels;
    for (const Decision& decision : decisions_) levels.push_back(decision.level_lsb);
    return levels;
}

}  // namespace ohmgrid
