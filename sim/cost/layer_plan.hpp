#pragma once

#include "sim/converter/multiplexer.hpp"
#include "sim/cost/components/adc.hpp"
#include "sim/cost/cost_choice.hpp"
#include "sim/mapping/chip_spec.hpp"
#include "sim/mapping/layer_mapping.hpp"

namespace ohmgrid {

/// Where the activity of a layer is known from.
enum class ActivitySource { assumed, measured };

/// What a layer's energy depends on besides its circuit: its data.
struct Activity {
    double input_density = 0.5;  ///< share of input bits that are 1 (multi-level: mean / largest)
    double cell_level = 0.25;    ///< mean of (g - g_min) / (g_max - g_min) over cells with weights
    ActivitySource source = ActivitySource::assumed;
};

/// Section [cost] of a run file: the activity to assume where none was measured.
const ParamTable<Activity>& activity_parameters();

/// Everything the cost model needs to know about one layer. Layers may differ in all of it.
struct LayerPlan {
    LayerShape shape;
    ArraySpec array;
    AdcSpec adc;
    AdcCostSpec adc_cost;
    MappingSpec mapping;
    Activity activity;
    ComponentFactors factors = {};
    GivenUnits given = {};
    MultiplexerSpec multiplexer = {};
};

}  // namespace ohmgrid
