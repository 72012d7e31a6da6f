#include "sim/cost/activity_range.hpp"

#include <vector>

namespace ohmgrid {

ActivityRange activity_range(std::span<const LayerPlan> layers, const Technology& technology,
                             const DeviceModel& device, const ChipSpec& chip) {
    std::vector<LayerPlan> plans(layers.begin(), layers.end());
    const auto joule = [&] {
        return chip_cost(plans, technology, device, chip).energy_joule.typical;
    };
    ActivityRange range;
    range.given_joule = joule();
    for (LayerPlan& plan : plans) plan.activity.input_density = 0;
    range.zeros_joule = joule();
    for (LayerPlan& plan : plans) plan.activity.input_density = 1;
    range.ones_joule = joule();
    return range;
}

}  // namespace ohmgrid
