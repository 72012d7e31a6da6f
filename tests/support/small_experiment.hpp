#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/inference/experiment.hpp"
#include "tests/support/network_builder.hpp"

namespace ohmgrid {

// A network of three layers, seven images and a design: small enough for tests of whole inferences.

inline Graph small_network() {
    NetworkBuilder net({3, 6, 6});
    const NodeId first = net.relu(net.convolution({0}, 5, same_window(3)));
    const NodeId second = net.relu(net.convolution(first, 4, same_window(3, 2)));
    net.linear(net.node({.op = Op::flatten, .inputs = {second}}), 3);
    return net.graph();
}

inline constexpr std::int64_t images = 7;

inline void load(std::int64_t image, std::span<float> values) {
    const FeatureMap map = normal_image({3, 6, 6}, static_cast<std::uint32_t>(image));
    std::copy(map.values.begin(), map.values.end(), values.begin());
}

inline ImageSource source() {
    ImageSource all;
    all.count = images;
    all.load = load;
    return all;
}

inline LabelledImages labelled() {
    LabelledImages all;
    all.images = source();
    all.labels.assign(images, 0);
    return all;
}

inline LayerSettings design() {
    return {.array = {.rows = 20, .columns = 16, .cell_bits = 2, .column_sharing = 4},
            .adc = {.type = AdcType::sar, .bits = 6, .percentile = 1},
            .mapping = {.weight_bits = 6, .input_bits = 5}};
}

inline DeviceModel cell() {
    DeviceModel device;
    device.g_min_siemens = 1e-6;
    device.g_max_siemens = 1e-4;
    device.read_volt = 0.2;
    return device;
}

inline Experiment experiment_with(const LayerSettings& settings, const DeviceModel& device,
                                  const RunContext& context = {}) {
    const Graph graph = small_network();
    const std::vector<LayerSettings> layers(graph.weighted_nodes().size(), settings);
    return {graph, labelled(), source(), layers, device, context};
}

/// What an action is refused with.
template <class Action>
std::string refusal(const Action& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "accepted";
}

}  // namespace ohmgrid
