#include "sim/converter/detail/flash_core.hpp"

#include <algorithm>
#include <numeric>

#include "sim/converter/detail/draws.hpp"
#include "sim/converter/detail/tie.hpp"

namespace ohmgrid {

FlashCore::FlashCore(const AdcSpec& adc, const RandomStream* mismatch)
    : encoder_(adc.flash.encoder) {
    const auto levels = static_cast<std::uint32_t>(adc.levels());
    std::vector<double> ohm(levels, 1.0);
    if (mismatch != nullptr) {
        for (std::uint32_t k = 0; k < levels; ++k) {
            ohm[k] += adc.flash.resistor_sigma * mismatch->normal(draw_of::first_resistor + k);
        }
    }
    const double total = std::accumulate(ohm.begin(), ohm.end(), 0.0);
    const double sigma_lsb = adc.comparator_offset_sigma_volt / adc.lsb_volt();
    double below = 0;
    for (std::uint32_t k = 0; k + 1 < levels; ++k) {
        below += ohm[k];
        double threshold = below / total * static_cast<double>(levels) - 0.5;
        if (mismatch != nullptr) {
            threshold += sigma_lsb * mismatch->normal(draw_of::first_comparator + k);
        }
        threshold_lsb_.push_back(even_on_tie(threshold, static_cast<std::int32_t>(k) + 1));
    }
}

std::int32_t FlashCore::encode(const std::vector<bool>& above) const {
    switch (encoder_) {
        case FlashEncoder::ones_counter:
            return static_cast<std::int32_t>(std::count(above.begin(), above.end(), true));
        case FlashEncoder::first_transition:
            return static_cast<std::int32_t>(std::find(above.begin(), above.end(), false) -
                                             above.begin());
        case FlashEncoder::wired_or:
            break;
    }
    std::uint32_t code = 0;
    for (std::size_t k = 0; k < above.size(); ++k) {
        const bool next = k + 1 < above.size() && above[k + 1];
        if (above[k] && !next) code |= static_cast<std::uint32_t>(k + 1);
    }
    return static_cast<std::int32_t>(code);
}

std::int32_t FlashCore::code(double input_lsb, DecisionNoise noise) const {
    std::vector<bool> above(threshold_lsb_.size());
    for (std::size_t k = 0; k < above.size(); ++k) {
        above[k] = input_lsb + noise.next() >= threshold_lsb_[k];
    }
    return encode(above);
}

Transfer FlashCore::transfer() const {
    std::vector<std::size_t> order(threshold_lsb_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
        return threshold_lsb_[a] < threshold_lsb_[b];
    });
    Transfer transfer{.thresholds = {}, .codes = {0}};
    std::vector<bool> above(threshold_lsb_.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        const double threshold = threshold_lsb_[order[i]];
        above[order[i]] = true;
        if (i + 1 < order.size() && threshold_lsb_[order[i + 1]] == threshold) continue;
        const std::int32_t code = encode(above);
        if (code == transfer.codes.back()) continue;
        transfer.thresholds.push_back(threshold);
        transfer.codes.push_back(code);
    }
    return transfer;
}

}  // namespace ohmgrid
