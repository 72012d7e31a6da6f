#include "sim/inference/analog_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include "sim/core/error.hpp"
#include "sim/inference/array_reader.hpp"
#include "sim/mapping/layer_shape.hpp"

namespace ohmgrid {
namespace {

SumLimits limits_of(const LayerMapping& where, const LayerSettings& settings,
                    const DeviceModel& device, const VirtualChip& chip, const InputCode& inputs,
                    const LayerRanges& ranges) {
    const bool subtracted = settings.mapping.signed_weights == SignedWeights::differential &&
                            !settings.mapping.subtracts_digitally();
    const double resting = read_siemens(settings, device, chip, device.g_min_siemens) /
                           read_siemens(settings, device, chip, device.g_max_siemens);
    const auto levels = static_cast<double>(std::int64_t{1} << settings.array.cell_bits);
    SumLimits limits{.rows_of_part = {},
                     .slices = where.slices(),
                     .bipolar = subtracted || inputs.plan().sign_magnitude ||
                                inputs.plan().offset[0] + inputs.plan().offset[1] > 0,
                     .level_unit = (1 - resting) / (levels - 1),
                     .full_digit = inputs.full_digit(),
                     .seen = ranges.sum_of_slice};
    for (std::int64_t part = 0; part < where.row_parts(); ++part) {
        limits.rows_of_part.push_back(where.row_range({0, part, 0, Plane::positive}).size());
    }
    return limits;
}

InputCode input_code(const MappingSpec& mapping, const LayerRanges& ranges) {
    return {InputScale(ranges.input, mapping.input_bits, mapping.signed_inputs), mapping};
}

/// Whether one read of all input levels gives the same as a read of every step: arrays are linear
/// and neither noise nor rounding tells the steps apart.
bool steps_add_up(const AdcSpec& adc, const LayerSettings& settings, const DeviceModel& device,
                  const VirtualChip& chip) {
    const bool linear =
        settings.array.cells != CellReads::newton || !follows_cell_law(settings, chip);
    return linear && adc.type == AdcType::ideal && !has_noisy_reads(device, chip);
}

/// Calls `build(layer, node)` for every weighted node and says in which layer anything went wrong.
template <class Build>
auto per_layer(const Graph& graph, const Build& build) {
    std::vector<decltype(build(std::size_t{}, graph.nodes.front()))> results;
    for (const NodeId id : graph.weighted_nodes()) {
        const Node& node = graph.node(id);
        try {
            results.push_back(build(results.size(), node));
        } catch (Error& error) {
            error.add_context(fmt::format("layer {}", node.name));
            throw;
        }
    }
    return results;
}

/// The executor adds image and layer.
void check_finite(const std::vector<float>& values, const char* stage) {
    if (std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); })) return;
    throw NumericalError(
        Message{.place = {},
                .id = "INF004",
                .what = std::string(stage) + " is not finite",
                .remedy = "Check the preprocessing ([data] scale, mean, std), the weights and the "
                          "converters' ranges"});
}

}  // namespace

std::vector<QuantisedWeights> quantised_network(const Graph& graph,
                                                const std::vector<LayerSettings>& settings) {
    return per_layer(graph, [&](std::size_t layer, const Node& node) {
        return quantise_weights(node, settings[layer].mapping);
    });
}

AnalogLayer analog_layer(const Node& node, Shape input, const QuantisedWeights& weights,
                         const LayerSettings& settings, const DeviceModel& device,
                         const LayerRanges& ranges, Conversions conversions, const ChipPart& chip,
                         const RunContext& context) {
    const LayerMapping where(layer_shape(node, input), settings.array, settings.mapping);
    LayerConverters converters{.adc = settings.adc, .scales = {}};
    if (conversions != Conversions::as_designed) converters.adc.type = AdcType::ideal;
    MappingSpec mapping = settings.mapping;
    if (conversions != Conversions::observed &&
        steps_add_up(converters.adc, settings, device, chip.chip)) {
        mapping.conversion = Conversion::accumulated;
    }
    const InputCode inputs = input_code(mapping, ranges);
    converters.scales =
        adc_scales(converters.adc, limits_of(where, settings, device, chip.chip, inputs, ranges));
    LayerSettings loaded = settings;
    loaded.driven_share = ranges.driven_share;
    ProgrammedLayer programmed = program_layer(weights, where, loaded, device, chip,
                                               finest_step(converters.scales), context);
    return {node,     input, weights.scale, std::move(programmed), inputs, std::move(converters),
            chip.chip};
}

std::vector<AnalogLayer> analog_layers(const Graph& graph,
                                       const std::vector<QuantisedWeights>& weights,
                                       const std::vector<LayerSettings>& settings,
                                       const DeviceModel& device,
                                       const std::vector<LayerRanges>& ranges,
                                       Conversions conversions, const VirtualChip& chip,
                                       const RunContext& context) {
    std::int64_t arrays = 0;
    return per_layer(graph, [&](std::size_t layer, const Node& node) {
        const Shape input = graph.input_of(node).shape;
        const LayerSettings& own = settings[layer];
        const ChipPart part{chip, static_cast<std::uint32_t>(arrays)};
        arrays += LayerMapping(layer_shape(node, input), own.array, own.mapping).arrays();
        return analog_layer(node, input, weights[layer], own, device, ranges[layer], conversions,
                            part, context);
    });
}

std::vector<AnalogLayer> ideal_layers(const Graph& graph,
                                      const std::vector<QuantisedWeights>& weights,
                                      const std::vector<LayerSettings>& settings,
                                      const std::vector<LayerRanges>& ranges) {
    return per_layer(graph, [&](std::size_t layer, const Node& node) {
        MappingSpec mapping = settings[layer].mapping;
        mapping.encoding = InputEncoding::multi_level;
        return AnalogLayer(node, graph.input_of(node).shape, weights[layer].scale,
                           program_ideal_layer(weights[layer]), input_code(mapping, ranges[layer]),
                           {.adc = {.type = AdcType::ideal}, .scales = AdcScales(1)}, {});
    });
}

ExecutorOptions on_arrays(const std::vector<AnalogLayer>& layers, int threads) {
    const auto workspaces =
        std::make_shared<std::vector<AnalogWorkspace>>(static_cast<std::size_t>(threads));
    const LayerFunction compute = [&layers, workspaces](const LayerCall& call, const FeatureMap& in,
                                                        FeatureMap& out) {
        check_finite(in.values, "an input of its word lines");
        layers[static_cast<std::size_t>(call.layer.value)].run(
            in.values.data(), out.values.data(), call.image,
            (*workspaces)[static_cast<std::size_t>(call.worker)]);
        check_finite(out.values, "an output behind its converters");
    };
    return {.layers = std::vector<LayerFunction>(layers.size(), compute)};
}

}  // namespace ohmgrid
