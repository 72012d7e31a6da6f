#include "sim/inference/adc_scale.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

/// Every code one smallest contribution of a cell.
AdcScale granular_scale(const AdcSpec& adc, const SumLimits& limits) {
    const double step = limits.level_unit / limits.full_digit;
    const auto codes = static_cast<double>(adc.levels());
    if (!limits.bipolar) return {.low = 0, .step = step, .top_code = codes - 1};
    const bool symmetric = adc.codes == AdcCodes::sign_magnitude;
    return {.low = -step * (codes / 2 - (symmetric ? 1 : 0)),
            .step = step,
            .top_code = codes - (symmetric ? 2 : 1)};
}

}  // namespace

/// Codes from `low` to `high`, with zero exactly on a code so that a word line that is off adds
/// nothing, unless the range is to be taken as given.
AdcScale ranged_scale(const AdcSpec& adc, ValueRange range) {
    const bool symmetric = adc.codes == AdcCodes::sign_magnitude;
    const auto top = static_cast<double>(adc.levels() - (symmetric ? 2 : 1));
    double low = static_cast<double>(range.low);
    double high = static_cast<double>(range.high);
    if (symmetric) {
        high = std::max(std::abs(low), std::abs(high));
        low = -high;
    }
    const double step = (high - low) / top;
    if (!std::isfinite(step)) {
        throw NumericalError(Message{.place = {},
                                     .id = "INF005",
                                     .what = "the range of a converter is not finite",
                                     .remedy = "Check the ranges of data.ranges and of [adc]"});
    }
    if (step <= 0) return {.low = 0, .step = 1, .top_code = 0};
    if (adc.zero == AdcZero::on_code) low = std::nearbyint(low / step) * step;
    return {.low = low, .step = step, .top_code = top};
}

AdcScales adc_scales(const AdcSpec& adc, const SumLimits& limits) {
    const bool is_calibrated = adc.type != AdcType::ideal && adc.range == AdcRange::calibrated;
    if (is_calibrated && limits.seen.size() != static_cast<std::size_t>(limits.slices)) {
        throw InputError(Message{.place = {},
                                 .id = "CAL002",
                                 .what = "the calibrated converters have no range for every slice",
                                 .remedy = "Calibrate with the same mapping"});
    }
    AdcScales scales;
    for (const std::int64_t rows : limits.rows_of_part) {
        const auto most = static_cast<float>(rows);
        for (std::size_t s = 0; s < static_cast<std::size_t>(limits.slices); ++s) {
            if (adc.type == AdcType::ideal) {
                scales.push_back({});
            } else if (is_calibrated) {
                scales.push_back(ranged_scale(adc, limits.seen[s]));
            } else if (adc.range == AdcRange::granular) {
                scales.push_back(granular_scale(adc, limits));
            } else if (adc.range == AdcRange::fixed) {
                scales.push_back(ranged_scale(
                    adc, {static_cast<float>(adc.range_low), static_cast<float>(adc.range_high)}));
            } else {
                scales.push_back(ranged_scale(adc, {limits.bipolar ? -most : 0, most}));
            }
        }
    }
    return scales;
}

double finest_step(const AdcScales& scales) {
    double finest = scales.empty() ? 0 : scales.front().step;
    for (const AdcScale& scale : scales) finest = std::min(finest, scale.step);
    return finest;
}

}  // namespace ohmgrid
