#pragma once

#include <cstdint>
#include <vector>

#include "sim/converter/adc_spec.hpp"
#include "sim/inference/programmed_layer.hpp"

namespace ohmgrid {

/// What the codes of a converter stand for, in column-sum units: code k is low + k * step, k in
/// 0 .. top_code. `step` = 0 is a converter without any error.
struct AdcScale {
    double low = 0;
    double step = 0;
    double top_code = 0;

    /// The code of an empty column: whole unless the range was to be taken as given.
    [[nodiscard]] double zero_code() const { return step > 0 ? -low / step : 0; }
};

/// Converter ranges of a layer: one per row part and weight slice, in this order.
using AdcScales = std::vector<AdcScale>;

/// The codes of a converter whose range is `range`; symmetric codes widen it to both sides.
/// @throws NumericalError INF005 if the range is not finite
AdcScale ranged_scale(const AdcSpec& adc, ValueRange range);

/// What decides the ranges of a layer's converters besides their design.
struct SumLimits {
    std::vector<std::int64_t> rows_of_part = {};
    int slices = 1;
    bool bipolar = true;                ///< sums may be negative
    double level_unit = 1;              ///< between two levels of a cell
    int full_digit = 1;                 ///< levels of one input step
    std::vector<ValueRange> seen = {};  ///< calibrated ranges, one per slice
};

/// @throws InputError CAL002 if a calibrated converter lacks its range; as ranged_scale
AdcScales adc_scales(const AdcSpec& adc, const SumLimits& limits);

/// The finest step of all; 0 if the converters make no error.
double finest_step(const AdcScales& scales);

}  // namespace ohmgrid
