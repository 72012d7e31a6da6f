#pragma once

#include <span>

#include "sim/cost/chip_cost.hpp"

namespace ohmgrid {

/// Energy of an image, leakage included, between the emptiest and the fullest inputs; typical ADC.
struct ActivityRange {
    double zeros_joule = 0;  ///< every input bit is 0
    double given_joule = 0;  ///< the activity of the plans
    double ones_joule = 0;   ///< every input bit is 1
};

/// Weights stay as they are. Costs three evaluations of the chip.
/// @throws as chip_cost
ActivityRange activity_range(std::span<const LayerPlan> layers, const Technology& technology,
                             const DeviceModel& device, const ChipSpec& chip);

}  // namespace ohmgrid
