#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "sim/network/feature_map.hpp"
#include "sim/network/graph.hpp"
#include "sim/random/random_stream.hpp"

namespace ohmgrid {

/// `count` standard normal numbers times `scale`, the same for the same `element`.
inline std::vector<float> normal_values(std::int64_t count, std::uint32_t element,
                                        double scale = 1) {
    const RandomStream stream(1, Purpose::test, TrialId{0}, element);
    std::vector<float> values(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<float>(scale * stream.normal(static_cast<std::uint32_t>(i)));
    }
    return values;
}

inline FeatureMap normal_image(const Shape& shape, std::uint32_t element) {
    return {shape, normal_values(shape.elements(), 1000000 + element)};
}

/// A square window that keeps height and width at stride 1 and halves them at stride 2.
inline Window same_window(std::int64_t kernel, std::int64_t stride = 1) {
    const std::int64_t pad = (kernel - 1) / 2;
    return {.kernel_height = kernel,
            .kernel_width = kernel,
            .stride_height = stride,
            .stride_width = stride,
            .pad_top = pad,
            .pad_left = pad,
            .pad_bottom = pad,
            .pad_right = pad};
}

/// Builds networks with random weights, node by node. Weights are scaled by 1 / sqrt(fan-in), so
/// that values stay near 1 in deep networks.
class NetworkBuilder {
  public:
    explicit NetworkBuilder(const Shape& input) {
        graph_.name = "built";
        graph_.nodes.push_back({.name = "image", .op = Op::input, .shape = input});
    }

    NodeId convolution(NodeId in, std::int64_t out_channels, const Window& window,
                       std::int64_t groups = 1) {
        return weighted({.op = Op::convolution,
                         .inputs = {in},
                         .shape = {out_channels},
                         .window = window,
                         .groups = groups});
    }
    NodeId linear(NodeId in, std::int64_t out_channels) {
        return weighted({.op = Op::linear, .inputs = {in}, .shape = {out_channels}});
    }
    NodeId affine(NodeId in) {
        const std::int64_t channels = graph_.node(in).shape.channels;
        return node({.op = Op::affine,
                     .inputs = {in},
                     .weights = normal_values(channels, next_element()),
                     .bias = normal_values(channels, next_element())});
    }
    NodeId relu(NodeId in) { return node({.op = Op::clip, .inputs = {in}, .clip_low = 0}); }
    NodeId add(NodeId first, NodeId second) {
        return node({.op = Op::add, .inputs = {first, second}});
    }
    /// Any other node; its name and shape are filled in.
    NodeId node(Node n) {
        n.name = "node" + std::to_string(graph_.nodes.size());
        n.shape = infer_shape(graph_, n);
        graph_.nodes.push_back(std::move(n));
        graph_.output = {static_cast<std::int64_t>(graph_.nodes.size()) - 1};
        return graph_.output;
    }

    [[nodiscard]] const Graph& graph() const { return graph_; }

  private:
    std::uint32_t next_element() { return ++element_; }

    NodeId weighted(Node n) {
        const Shape& in = graph_.input_of(n).shape;
        const std::int64_t fan_in =
            n.op == Op::linear
                ? in.channels
                : in.channels / n.groups * n.window.kernel_height * n.window.kernel_width;
        n.weights = normal_values(n.shape.channels * fan_in, next_element(),
                                  1 / std::sqrt(static_cast<double>(fan_in)));
        n.bias = normal_values(n.shape.channels, next_element());
        return node(std::move(n));
    }

    Graph graph_;
    std::uint32_t element_ = 0;
};

/// ResNet of 6n + 2 layers for 10 classes of 3x32x32 images (He et al., "Deep residual learning
/// for image recognition", CVPR 2016, section 4.2) with 1x1 convolutions on the shortcuts that
/// change shape; batch normalisations folded. n = 3 is ResNet-20.
inline Graph resnet_cifar10(int blocks_per_stage) {
    NetworkBuilder net({3, 32, 32});
    NodeId x = net.relu(net.convolution({0}, 16, same_window(3)));
    for (const std::int64_t channels : {16, 32, 64}) {
        for (int block = 0; block < blocks_per_stage; ++block) {
            const bool halves = channels > 16 && block == 0;
            const std::int64_t stride = halves ? 2 : 1;
            const NodeId first = net.relu(net.convolution(x, channels, same_window(3, stride)));
            const NodeId second = net.convolution(first, channels, same_window(3));
            const NodeId shortcut = halves ? net.convolution(x, channels, same_window(1, 2)) : x;
            x = net.relu(net.add(second, shortcut));
        }
    }
    const NodeId mean = net.node({.op = Op::global_average_pool, .inputs = {x}});
    net.linear(net.node({.op = Op::flatten, .inputs = {mean}}), 10);
    return net.graph();
}

}  // namespace ohmgrid
