#pragma once

#include <cstdint>

#include "sim/core/parameters.hpp"

namespace ohmgrid {

enum class AdcType { ideal, sar, flash };

/// What the lowest and the highest code stand for.
enum class AdcRange {
    max,         ///< the largest column sum an array can produce
    calibrated,  ///< percentiles of the column sums seen on calibration images
    fixed        ///< range_low .. range_high as given
};

/// The design of one analog-to-digital converter: decides its codes as well as its cost.
/// `bits` = b always means 2^b codes.
struct AdcSpec {
    AdcType type = AdcType::sar;
    int bits = 0;
    AdcRange range = AdcRange::calibrated;
    double percentile = 0;  ///< share of the calibration column sums inside the range
    double range_low = 0;   ///< in column-sum units: one cell at g_max with full input gives 1
    double range_high = 0;

    [[nodiscard]] std::int64_t levels() const { return std::int64_t{1} << bits; }
};

/// Section [adc] of a run file.
const ParamTable<AdcSpec>& adc_parameters();

/// Complains about bits the chosen type cannot have and about an empty fixed range.
void check(const AdcSpec& adc, const ParameterSet& set, Complaints& complaints);

}  // namespace ohmgrid
