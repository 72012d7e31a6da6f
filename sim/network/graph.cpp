#include "sim/network/graph.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

std::string text_of(const Shape& s) {
    return std::to_string(s.channels) + "x" + std::to_string(s.height) + "x" +
           std::to_string(s.width);
}

[[noreturn]] void refuse(const Node& n, std::string id, const std::string& what,
                         std::string remedy) {
    throw InputError(Message{.place = {},
                             .id = std::move(id),
                             .what = std::string(to_text(n.op)) + " '" + n.name + "': " + what,
                             .remedy = std::move(remedy)});
}

[[noreturn]] void misfit(const Node& n, const std::string& what, std::string remedy) {
    refuse(n, "NET003", what, std::move(remedy));
}

[[noreturn]] void broken(const Node& n, const std::string& what, std::string remedy) {
    refuse(n, "NET005", what, std::move(remedy));
}

/// The number of inputs is right and all are in the graph.
void check_inputs(const Graph& graph, const Node& n) {
    std::size_t least = 1;
    if (n.op == Op::input) least = 0;
    if (n.op == Op::add) least = 2;
    const bool open_ended = n.op == Op::concat;
    if (n.inputs.size() < least || (!open_ended && n.inputs.size() > least)) {
        broken(n, "it has " + std::to_string(n.inputs.size()) + " inputs",
               "It takes " + std::to_string(least) + (open_ended ? " or more" : ""));
    }
    for (const NodeId input : n.inputs) {
        if (input.value < 0 || std::cmp_greater_equal(input.value, graph.nodes.size())) {
            broken(n, "an input does not precede its user", "List the nodes in execution order");
        }
    }
}

/// Weights of one output channel, if any belong to the operation.
std::int64_t weights_per_channel(const Graph& graph, const Node& n) {
    switch (n.op) {
        case Op::convolution:
            return graph.input_of(n).shape.channels / n.groups * n.window.kernel_height *
                   n.window.kernel_width;
        case Op::linear:
            return graph.input_of(n).shape.channels;
        case Op::affine:
            return 1;
        default:
            return 0;
    }
}

/// One direction of a window: everything infer_shape needs to know about it.
struct Axis {
    std::string_view name;
    std::int64_t input;
    std::int64_t kernel;
    std::int64_t stride;
    std::int64_t dilation;
    std::int64_t pad_before;
    std::int64_t pad_after;

    [[nodiscard]] std::int64_t padded() const { return pad_before + input + pad_after; }
    [[nodiscard]] std::int64_t positions() const {
        return (padded() - dilated(kernel, dilation)) / stride + 1;
    }
};

std::array<Axis, 2> axes_of(const Window& w, const Shape& in) {
    return {Axis{"height", in.height, w.kernel_height, w.stride_height, w.dilation_height,
                 w.pad_top, w.pad_bottom},
            Axis{"width", in.width, w.kernel_width, w.stride_width, w.dilation_width, w.pad_left,
                 w.pad_right}};
}

void check_axis(const Node& n, const Axis& axis) {
    const auto within = [&](std::string_view what, std::int64_t value, std::int64_t low) {
        if (value >= low && value <= max_window_extent) return;
        misfit(n,
               std::string(what) + " in " + std::string(axis.name) + " is " + std::to_string(value),
               "It must be " + std::to_string(low) + " .. " + std::to_string(max_window_extent));
    };
    within("kernel", axis.kernel, 1);
    within("stride", axis.stride, 1);
    within("dilation", axis.dilation, 1);
    within("padding", axis.pad_before, 0);
    within("padding", axis.pad_after, 0);
    const std::int64_t span = dilated(axis.kernel, axis.dilation);
    if (span > axis.padded()) {
        misfit(n,
               "the kernel spans " + std::to_string(span) + " but the padded input has " +
                   std::string(axis.name) + " " + std::to_string(axis.padded()),
               "Use a smaller kernel or more padding");
    }
}

/// True if each window of a pool sees at least one element of the image; else its maximum or mean
/// would not exist.
bool every_window_sees_the_image(const Axis& axis) {
    for (std::int64_t i = 0; i < axis.positions(); ++i) {
        const std::int64_t start = i * axis.stride - axis.pad_before;
        const std::int64_t skipped =
            start >= 0 ? 0 : (-start + axis.dilation - 1) / axis.dilation;  // taps in the padding
        if (skipped >= axis.kernel || start + skipped * axis.dilation >= axis.input) return false;
    }
    return true;
}

Shape window_shape(const Node& n, const Shape& in, std::int64_t channels) {
    const auto [vertical, horizontal] = axes_of(n.window, in);
    for (const Axis& axis : {vertical, horizontal}) {
        check_axis(n, axis);
        const bool is_pool = n.op == Op::max_pool || n.op == Op::average_pool;
        if (is_pool && !every_window_sees_the_image(axis)) {
            misfit(n, "a window lies entirely in the padding", "Use less padding");
        }
    }
    return {channels, vertical.positions(), horizontal.positions()};
}

Shape convolution_shape(const Node& n, const Shape& in) {
    const std::int64_t out_channels = n.shape.channels;
    if (n.groups < 1 || in.channels % n.groups != 0 || out_channels % n.groups != 0) {
        misfit(n,
               std::to_string(n.groups) + " groups divide neither or only one of " +
                   std::to_string(in.channels) + " input and " + std::to_string(out_channels) +
                   " output channels",
               "Both must be multiples of the groups");
    }
    return window_shape(n, in, out_channels);
}

Shape linear_shape(const Node& n, const Shape& in) {
    if (in.height != 1 || in.width != 1) {
        misfit(n, "the input is a feature map of " + text_of(in), "Put a flatten in between");
    }
    return {n.shape.channels, 1, 1};
}

Shape pad_shape(const Node& n, const Shape& in) {
    for (const Axis& axis : axes_of(n.window, in)) check_axis(n, axis);
    const Window& w = n.window;
    return {in.channels, w.pad_top + in.height + w.pad_bottom, w.pad_left + in.width + w.pad_right};
}

Shape add_shape(const Graph& graph, const Node& n) {
    const Shape& first = graph.input_of(n, 0).shape;
    const Shape& second = graph.input_of(n, 1).shape;
    if (first != second) {
        misfit(n, "cannot add " + text_of(first) + " and " + text_of(second),
               "Both inputs must have the same shape");
    }
    return first;
}

Shape concat_shape(const Graph& graph, const Node& n) {
    Shape out = graph.input_of(n).shape;
    for (std::size_t i = 1; i < n.inputs.size(); ++i) {
        const Shape& next = graph.input_of(n, i).shape;
        if (next.height != out.height || next.width != out.width) {
            misfit(n, "cannot join " + text_of(out) + " and " + text_of(next) + " along channels",
                   "Height and width of all inputs must be equal");
        }
        out.channels += next.channels;
    }
    return out;
}

Shape unlimited_shape(const Graph& graph, const Node& n) {
    if (n.op == Op::input) return n.shape;
    const Shape& in = graph.input_of(n).shape;
    switch (n.op) {
        case Op::convolution:
            return convolution_shape(n, in);
        case Op::linear:
            return linear_shape(n, in);
        case Op::max_pool:
        case Op::average_pool:
            return window_shape(n, in, in.channels);
        case Op::global_average_pool:
            return {in.channels, 1, 1};
        case Op::pad:
            return pad_shape(n, in);
        case Op::flatten:
            return {in.elements(), 1, 1};
        case Op::add:
            return add_shape(graph, n);
        case Op::concat:
            return concat_shape(graph, n);
        case Op::input:
        case Op::affine:
        case Op::clip:
        case Op::softmax:
            break;
    }
    return in;
}

void check_values(const Node& n, std::string_view what, const std::vector<float>& values,
                  std::int64_t expected) {
    if (values.empty()) return;
    if (std::cmp_not_equal(values.size(), expected)) {
        broken(n,
               std::to_string(values.size()) + " values of " + std::string(what) +
                   " where the shapes ask for " + std::to_string(expected),
               "The network is inconsistent: export it again");
    }
    if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); })) {
        broken(n, std::string(what) + " holds a value that is not finite",
               "Training has diverged or the file is damaged");
    }
}

void check_order(const Node& n, std::int64_t own_index) {
    for (const NodeId input : n.inputs) {
        if (input.value >= own_index) {
            broken(n, "an input does not precede its user", "List the nodes in execution order");
        }
    }
    if ((own_index == 0) != (n.op == Op::input)) {
        broken(n, "the first node, and no other, must be the input",
               "Start with the image, and have only one");
    }
}

void check_node(const Graph& graph, const Node& n) {
    const Shape inferred = infer_shape(graph, n);
    if (n.shape != inferred) {
        broken(n,
               "its shape is given as " + text_of(n.shape) + " but follows as " + text_of(inferred),
               "Correct the given shape");
    }
    check_values(n, "weights", n.weights, n.shape.channels * weights_per_channel(graph, n));
    check_values(n, "bias", n.bias, n.shape.channels);
    if (n.op == Op::clip && !(n.clip_low <= n.clip_high)) {
        broken(n, "the lower bound is not below the upper", "Swap the two");
    }
}

}  // namespace

std::string_view to_text(Op op) {
    switch (op) {
        case Op::input:
            return "input";
        case Op::convolution:
            return "conv";
        case Op::linear:
            return "linear";
        case Op::affine:
            return "affine";
        case Op::clip:
            return "clip";
        case Op::add:
            return "add";
        case Op::concat:
            return "concat";
        case Op::max_pool:
            return "max_pool";
        case Op::average_pool:
            return "average_pool";
        case Op::global_average_pool:
            return "global_average_pool";
        case Op::pad:
            return "pad";
        case Op::flatten:
            return "flatten";
        case Op::softmax:
            return "softmax";
    }
    return "";
}

std::vector<NodeId> Graph::weighted_nodes() const {
    std::vector<NodeId> out;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (nodes[i].is_weighted()) out.push_back({static_cast<std::int64_t>(i)});
    }
    return out;
}

bool Graph::has_weights() const {
    return std::none_of(nodes.begin(), nodes.end(),
                        [](const Node& n) { return n.is_weighted() && n.weights.empty(); });
}

std::int64_t Graph::multiply_accumulates(NodeId id) const {
    const Node& n = node(id);
    return n.is_weighted() ? n.shape.elements() * weights_per_channel(*this, n) : 0;
}

Shape infer_shape(const Graph& graph, const Node& n) {
    check_inputs(graph, n);
    const Shape out = unlimited_shape(graph, n);
    for (const std::int64_t extent : {out.channels, out.height, out.width}) {
        if (extent < 1)
            misfit(n, "the output would be " + text_of(out), "Every extent must be >= 1");
    }
    // Divisions, since the products of hostile extents overflow.
    if (out.channels > max_feature_map_elements / out.height / out.width) {
        refuse(n, "NET004", "the output would be " + text_of(out),
               "A feature map may have at most " + std::to_string(max_feature_map_elements) +
                   " elements");
    }
    const std::int64_t per_channel = weights_per_channel(graph, n);
    if (per_channel > max_layer_weights / out.channels) {
        refuse(n, "NET004",
               "it would have " + std::to_string(out.channels) + " x " +
                   std::to_string(per_channel) + " weights",
               "A layer may have at most " + std::to_string(max_layer_weights) + " weights");
    }
    return out;
}

void check(const Graph& graph) {
    if (graph.nodes.empty()) {
        throw InputError(Message{.place = {},
                                 .id = "NET005",
                                 .what = "network '" + graph.name + "' has no nodes",
                                 .remedy = "Start with the image"});
    }
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const Node& n = graph.nodes[i];
        if (n.name.empty() || !names.insert(n.name).second) {
            broken(n, "the name is empty or used twice", "Give every node its own name");
        }
        check_order(n, static_cast<std::int64_t>(i));
        check_node(graph, n);
    }
    if (graph.output.value + 1 != static_cast<std::int64_t>(graph.nodes.size())) {
        broken(graph.nodes.back(), "it follows the network's output", "Remove it");
    }
}

}  // namespace ohmgrid
