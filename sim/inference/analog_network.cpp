#include "sim/inference/analog_network.hpp"

#include <fmt/format.h>

#include <memory>

#include "sim/core/error.hpp"
#include "sim/mapping/layer_shape.hpp"

namespace ohmgrid {
namespace {

InputSteps steps_of(const MappingSpec& mapping) {
    return mapping.encoding == InputEncoding::bit_serial ? InputSteps::bit_planes
                                                         : InputSteps::one_read;
}

AdcScales scales_of(const ProgrammedLayer& programmed, const LayerSettings& settings,
                    const LayerRanges& ranges, ConverterErrors errors) {
    AdcSpec adc = settings.adc;
    if (errors == ConverterErrors::none) adc.type = AdcType::ideal;
    const bool bipolar =
        settings.mapping.signed_weights == SignedWeights::differential || ranges.input.low < 0;
    if (adc.type == AdcType::ideal || adc.range == AdcRange::max) {
        return max_adc_scales(programmed, adc, bipolar);
    }
    if (adc.range == AdcRange::fixed) {
        const ValueRange range{static_cast<float>(adc.range_low),
                               static_cast<float>(adc.range_high)};
        return ranged_adc_scales(
            programmed, adc,
            std::vector<ValueRange>(static_cast<std::size_t>(programmed.slices), range));
    }
    if (ranges.sum_of_slice.size() != static_cast<std::size_t>(programmed.slices)) {
        throw InputError(Message{.place = {},
                                 .id = "CAL002",
                                 .what = "the calibrated converters have no range for every slice",
                                 .remedy = "Calibrate with the same mapping"});
    }
    return ranged_adc_scales(programmed, adc, ranges.sum_of_slice);
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

}  // namespace

std::vector<QuantisedWeights> quantised_network(const Graph& graph,
                                                const std::vector<LayerSettings>& settings) {
    return per_layer(graph, [&](std::size_t layer, const Node& node) {
        return quantise_weights(node, settings[layer].mapping);
    });
}

std::vector<AnalogLayer> analog_layers(const Graph& graph,
                                       const std::vector<QuantisedWeights>& weights,
                                       const std::vector<LayerSettings>& settings,
                                       const DeviceModel& device,
                                       const std::vector<LayerRanges>& ranges,
                                       ConverterErrors errors, const VirtualChip& chip,
                                       const RunContext& context) {
    const std::vector<LayerShape> shapes = layer_shapes(graph);
    std::int64_t arrays = 0;
    return per_layer(graph, [&](std::size_t layer, const Node& node) {
        const LayerSettings& own = settings[layer];
        const LayerMapping where(shapes[layer], own.array, own.mapping);
        const ChipPart part{chip, static_cast<std::uint32_t>(arrays)};
        arrays += where.arrays();
        ProgrammedLayer programmed =
            program_layer(weights[layer], where, own.array, own.mapping, device, part, context);
        AdcScales scales = scales_of(programmed, own, ranges[layer], errors);
        return AnalogLayer(node, graph.input_of(node).shape, weights[layer], std::move(programmed),
                           InputScale(ranges[layer].input, own.mapping.input_bits),
                           steps_of(own.mapping), std::move(scales));
    });
}

std::vector<AnalogLayer> ideal_layers(const Graph& graph,
                                      const std::vector<QuantisedWeights>& weights,
                                      const std::vector<LayerSettings>& settings,
                                      const std::vector<LayerRanges>& ranges) {
    return per_layer(graph, [&](std::size_t layer, const Node& node) {
        ProgrammedLayer programmed = program_ideal_layer(weights[layer]);
        AdcScales scales = max_adc_scales(programmed, {.type = AdcType::ideal}, true);
        return AnalogLayer(node, graph.input_of(node).shape, weights[layer], std::move(programmed),
                           InputScale(ranges[layer].input, settings[layer].mapping.input_bits),
                           InputSteps::one_read, std::move(scales));
    });
}

ExecutorOptions on_arrays(const std::vector<AnalogLayer>& layers, int threads) {
    const auto workspaces =
        std::make_shared<std::vector<AnalogWorkspace>>(static_cast<std::size_t>(threads));
    const LayerFunction compute = [&layers, workspaces](const LayerCall& call, const FeatureMap& in,
                                                        FeatureMap& out) {
        layers[static_cast<std::size_t>(call.layer.value)].run(
            in.values.data(), out.values.data(),
            (*workspaces)[static_cast<std::size_t>(call.worker)]);
    };
    return {.layers = std::vector<LayerFunction>(layers.size(), compute)};
}

}  // namespace ohmgrid
