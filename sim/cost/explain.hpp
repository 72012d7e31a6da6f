#pragma once

#include <vector>

#include "sim/cost/explanation.hpp"
#include "sim/cost/layer_plan.hpp"
#include "sim/cost/technology.hpp"
#include "sim/device/device_model.hpp"

namespace ohmgrid {

/// How every component of a layer arrived at its unit cost on a technology, in the order of the
/// table's columns: what `ohmgrid explain COMPONENT` prints.
/// @throws as chip_cost
std::vector<Explanation> explain_components(const LayerPlan& plan, const Technology& technology,
                                            const DeviceModel& device, const ChipSpec& chip);

}  // namespace ohmgrid
