#pragma once

#include <span>
#include <vector>

#include "sim/core/run_context.hpp"
#include "sim/inference/analog_layer.hpp"
#include "sim/inference/layer_settings.hpp"
#include "sim/network/executor.hpp"

namespace ohmgrid {

/// What calibration images showed about one layer.
struct LayerRanges {
    ValueRange input;                          ///< values on the word lines
    std::vector<ValueRange> sum_of_slice = {}; ///< column sums before conversion, per weight slice
};

/// The input ranges of every weighted layer of the float network, `mapping.input_percentile` of the
/// values inside (all of them if it is 1).
/// @throws InputError (CAL001) if there are no images
std::vector<LayerRanges> calibrate_inputs(const Graph& graph, std::span<const FeatureMap> images,
                                          const std::vector<LayerSettings>& settings,
                                          const RunContext& context);

/// Adds the ranges of the column sums, `adc.percentile` of them inside, seen on the same images when
/// no converter errs. Every layer is fed by the quantised network before it.
void calibrate_columns(const Graph& graph, std::span<const FeatureMap> images,
                       const std::vector<LayerSettings>& settings, const DeviceModel& device,
                       std::vector<LayerRanges>& ranges, const RunContext& context);

}  // namespace ohmgrid
