// Pools and padding.
#include <algorithm>
#include <set>
#include <utility>

#include "sim/network/detail/onnx_operators.hpp"
#include "sim/network/detail/onnx_window.hpp"

namespace ohmgrid::detail {
namespace {

/// A pool's window, without the rounding of ceil_mode.
Window pool_window(const OnnxNode& node, const Shape& in) {
    return read_window(node, node.integers("kernel_shape"), in);
}

bool rounds_up(const OnnxNode& node) { return node.integer("ceil_mode", 0) != 0; }

/// Moves the window's padding into a node of its own, which makes the zeros part of the image.
NodeId add_explicit_padding(OnnxScope& scope, const OnnxNode& node, NodeId in, Window& window) {
    const std::string name = (node.name().empty() ? node.output() : node.name()) + ".pad";
    const Window margins{.pad_top = std::exchange(window.pad_top, 0),
                         .pad_left = std::exchange(window.pad_left, 0),
                         .pad_bottom = std::exchange(window.pad_bottom, 0),
                         .pad_right = std::exchange(window.pad_right, 0)};
    return scope.add(node, {.name = name, .op = Op::pad, .inputs = {in}, .window = margins});
}

/// The pads of all four axes: before each, then after each.
std::vector<std::int64_t> pads_of(const OnnxScope& scope, const OnnxNode& node) {
    if (scope.opset() < 11) return node.integers("pads");
    const std::vector<std::int64_t> written = scope.integers(node, 1);
    if (!node.has_input(3)) return written;
    const std::vector<std::int64_t> axes = scope.integers(node, 3);
    std::vector<std::int64_t> pads(8, 0);
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const std::int64_t axis = axes[i] < 0 ? axes[i] + 4 : axes[i];
        if (axis < 0 || axis > 3 || written.size() != 2 * axes.size()) return {};
        pads[static_cast<std::size_t>(axis)] = written[i];
        pads[static_cast<std::size_t>(axis) + 4] = written[i + axes.size()];
    }
    return pads;
}

}  // namespace

void import_max_pool(OnnxScope& scope, const OnnxNode& node) {
    const Feature in = scope.feature_map(node, 0);
    Window window = pool_window(node, scope.shape_of(in));
    if (rounds_up(node)) window = rounded_up(window, scope.shape_of(in));
    scope.define(node, {.node = scope.add(
                            node, {.op = Op::max_pool, .inputs = {in.node}, .window = window})});
}

void import_average_pool(OnnxScope& scope, const OnnxNode& node) {
    const Feature in = scope.feature_map(node, 0);
    const Shape in_shape = scope.shape_of(in);
    Node made{.op = Op::average_pool,
              .inputs = {in.node},
              .window = pool_window(node, in_shape),
              .average_counts_padding = node.integer("count_include_pad", 0) != 0};
    if (rounds_up(node)) {
        const Window wider = rounded_up(made.window, in_shape);
        // What rounding up adds never counts (PyTorch's rule), so padding that does must become
        // part of the image.
        const bool widened =
            wider.pad_bottom != made.window.pad_bottom || wider.pad_right != made.window.pad_right;
        if (widened && made.average_counts_padding) {
            made.inputs = {add_explicit_padding(scope, node, in.node, made.window)};
            made.window = rounded_up(made.window, scope.graph().node(made.inputs[0]).shape);
            made.average_counts_padding = false;
        } else {
            made.window = wider;
        }
    }
    scope.define(node, {.node = scope.add(node, std::move(made))});
}

void import_global_average_pool(OnnxScope& scope, const OnnxNode& node) {
    const Feature in = scope.feature_map(node, 0);
    scope.define(node,
                 {.node = scope.add(node, {.op = Op::global_average_pool, .inputs = {in.node}})});
}

void import_reduce_mean(OnnxScope& scope, const OnnxNode& node) {
    const Feature in = scope.feature(node, 0);
    const std::set<std::int64_t> axes = scope.axes(node, in.rank);
    const bool keeps_axes = node.integer("keepdims", 1) != 0;
    const Shape shape = scope.shape_of(in);
    const bool channels_first = in.order == AxisOrder::channels_first;
    const bool over_width = channels_first && in.rank == 4 && axes == std::set<std::int64_t>{3};
    const bool over_height = channels_first && in.rank >= 3 && axes == std::set<std::int64_t>{2} &&
                             (keeps_axes || shape.width == 1);
    Feature mean = in;
    if (in.rank == 4 && axes == spatial_axes(in)) {
        mean.node = scope.add(node, {.op = Op::global_average_pool, .inputs = {in.node}});
    } else if (over_width || over_height) {
        const Window whole{.kernel_height = over_height ? shape.height : 1,
                           .kernel_width = over_width ? shape.width : 1};
        mean.node = scope.add(node, {.op = Op::average_pool, .inputs = {in.node}, .window = whole});
    } else {
        node.refuse("NET008", "it does not average over height, width or both",
                    "Only means over the spatial axes are supported");
    }
    if (!keeps_axes) {
        mean = {.node = mean.node, .rank = in.rank - static_cast<std::int64_t>(axes.size())};
    }
    scope.define(node, mean);
}

void import_pad(OnnxScope& scope, const OnnxNode& node) {
    const float value = scope.opset() < 11 ? node.real("value", 0) : scope.scalar(node, 2, 0);
    if (node.text("mode", "constant") != "constant" || value != 0) {
        node.refuse("NET008", "it pads with something else than zeros",
                    "Only constant padding with zero is supported");
    }
    const std::vector<std::int64_t> pads = pads_of(scope, node);
    if (!pads.empty() && std::ranges::all_of(pads, [](std::int64_t p) { return p == 0; })) {
        return scope.define_alias(node);
    }
    const Feature in = scope.feature_map(node, 0);
    const bool spatial_only = pads.size() == 8 && pads[0] == 0 && pads[1] == 0 && pads[4] == 0 &&
                              pads[5] == 0 && std::ranges::min(pads) >= 0;
    if (!spatial_only) {
        node.refuse("NET008", "it pads channels, crops, or its pads are incomplete",
                    "Only padding around height and width is supported; a shortcut that pads "
                    "channels can be written as a 1x1 convolution");
    }
    const Window margins{
        .pad_top = pads[2], .pad_left = pads[3], .pad_bottom = pads[6], .pad_right = pads[7]};
    scope.define(
        node, {.node = scope.add(node, {.op = Op::pad, .inputs = {in.node}, .window = margins})});
}

}  // namespace ohmgrid::detail
