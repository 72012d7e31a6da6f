#pragma once

#include <vector>

#include "sim/inference/calibration.hpp"
#include "sim/random/virtual_chip.hpp"

namespace ohmgrid {

/// What happens to column sums.
enum class Conversions {
    as_designed,         ///< the converters of the design
    without_converters,  ///< they are taken as they are
    observed             ///< likewise, and step by step, for calibration
};

/// The quantised weights of every weighted node.
std::vector<QuantisedWeights> quantised_network(const Graph& graph,
                                                const std::vector<LayerSettings>& settings);

/// One weighted node on the arrays of `chip.chip`, its quantised weights being `weights`.
/// @throws InputError INF001 as InputScale, INF002 as InputCode, CAL002 a calibrated converter
///         without its range; as LayerMapping and program_layer
AnalogLayer analog_layer(const Node& node, Shape input, const QuantisedWeights& weights,
                         const LayerSettings& settings, const DeviceModel& device,
                         const LayerRanges& ranges, Conversions conversions, const ChipPart& chip,
                         const RunContext& context);

/// The weighted layers of a network on the arrays of `chip`: one per weighted node. Arrays and
/// converters are numbered through the network, layer after layer.
/// @throws as analog_layer, naming the layer
std::vector<AnalogLayer> analog_layers(const Graph& graph,
                                       const std::vector<QuantisedWeights>& weights,
                                       const std::vector<LayerSettings>& settings,
                                       const DeviceModel& device,
                                       const std::vector<LayerRanges>& ranges,
                                       Conversions conversions, const VirtualChip& chip,
                                       const RunContext& context);

/// The same numbers on ideal arrays: weights and inputs are quantised, all else is exact.
std::vector<AnalogLayer> ideal_layers(const Graph& graph,
                                      const std::vector<QuantisedWeights>& weights,
                                      const std::vector<LayerSettings>& settings,
                                      const std::vector<LayerRanges>& ranges);

/// Executor options that compute every weighted layer with `layers`, on up to `threads` workers.
/// `layers` must outlive the executor.
ExecutorOptions on_arrays(const std::vector<AnalogLayer>& layers, int threads);

}  // namespace ohmgrid
