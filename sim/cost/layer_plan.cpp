#include "sim/cost/layer_plan.hpp"

namespace ohmgrid {

const ParamTable<Activity>& activity_parameters() {
    static const ParamTable<Activity> table{
        "cost",
        {
            param::number("input_density", &Activity::input_density,
                          {.fallback = "50 %",
                           .low = 0,
                           .high = 1,
                           .doc = "share of input bits that are 1 where it was not measured",
                           .source = "assumed"}),
            param::number("cell_level", &Activity::cell_level,
                          {.fallback = "25 %",
                           .low = 0,
                           .high = 1,
                           .doc = "mean conductance between g_min (0) and g_max (1) where it was "
                                  "not measured: one cell of a differential pair is at g_min",
                           .source = "assumed"}),
        }};
    return table;
}

}  // namespace ohmgrid
