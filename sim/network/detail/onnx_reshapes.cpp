// What rearranges features without computing.
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "sim/network/detail/onnx_operators.hpp"

namespace ohmgrid::detail {
namespace {

using Integers = std::vector<std::int64_t>;

/// Makes the node's output the vector of all elements of `in`.
void define_flattened(OnnxScope& scope, const OnnxNode& node, const Feature& in,
                      std::int64_t rank) {
    const Shape map = scope.shape_of(in);
    if (map.elements() == map.channels) {
        return scope.define(node, {.node = in.node, .rank = rank});  // already a vector
    }
    Feature out{.node = scope.add(node, {.op = Op::flatten, .inputs = {in.node}}), .rank = rank};
    if (in.order == AxisOrder::channels_last) {
        out.order = AxisOrder::channels_last;
        out.flattened_from = map;
    }
    scope.define(node, out);
}

/// True if the first extent of a Reshape's target is the batch.
bool batch_stays(const OnnxScope& scope, const Integers& target) {
    if (target.empty()) return false;
    const std::int64_t first = target.front();
    const bool inferred = first == -1 && std::ranges::count(target, -1) == 1;
    return first == batch_size_symbol || first == 0 || inferred || first == scope.fixed_batch();
}

std::string text_of_target(const Integers& target) {
    std::string out;
    for (const std::int64_t extent : target) {
        out += out.empty() ? "[" : ", ";
        out += extent == batch_size_symbol ? "batch" : std::to_string(extent);
    }
    return out + ']';
}

}  // namespace

void import_identity(OnnxScope& scope, const OnnxNode& node) { scope.define_alias(node); }

void import_dropout(OnnxScope& scope, const OnnxNode& node) {
    const Integers training = scope.integers(node, 2);
    if (!training.empty() && training.front() != 0) {
        node.refuse("NET008", "training mode is set", "Export the network in evaluation mode");
    }
    scope.define_alias(node);
}

void import_cast(OnnxScope& scope, const OnnxNode& node) {
    const std::int64_t to = node.integer("to", 0);
    const bool to_real = to == onnx::TensorProto::FLOAT || to == onnx::TensorProto::DOUBLE;
    const bool to_integer = to == onnx::TensorProto::INT64 || to == onnx::TensorProto::INT32;
    const bool is_integer = scope.is_constant(node, 0) &&
                            std::holds_alternative<IntegerTensor>(scope.constant(node, 0));
    if (!(is_integer ? to_integer : to_real)) {
        node.refuse("NET008", "it changes between integers and reals or to a short type",
                    "Export the network with FLOAT tensors throughout");
    }
    scope.define_alias(node);
}

void import_flatten(OnnxScope& scope, const OnnxNode& node) {
    const Feature in = scope.feature(node, 0);
    std::int64_t axis = node.integer("axis", 1);
    if (axis < 0) axis += in.rank;
    if (axis != 1) {
        node.refuse("NET008", "axis " + std::to_string(axis) + " mixes the images of a batch",
                    "Only axis 1 is supported");
    }
    if (in.rank == 2) return scope.define_alias(node);
    define_flattened(scope, node, in, 2);
}

void import_reshape(OnnxScope& scope, const OnnxNode& node) {
    if (scope.is_constant(node, 0)) return compute_reshape(scope, node);
    const Feature in = scope.feature(node, 0);
    const Integers target = scope.integers(node, 1);
    const Integers from = scope.image_dims(in);
    const bool takes_zero_literally =
        node.integer("allowzero", 0) != 0 && std::ranges::count(target, 0) > 0;
    std::optional<Integers> to;
    if (batch_stays(scope, target) && !takes_zero_literally) {
        to = reshaped(from, std::span(target).subspan(1));
    }
    const bool to_vector = to && to->size() == 1;
    const bool to_pixel = to && to->size() == 3 && (*to)[1] == 1 && (*to)[2] == 1 &&
                          in.order == AxisOrder::channels_first;
    if (to == from) return scope.define_alias(node);
    if (to_vector || to_pixel) return define_flattened(scope, node, in, to_vector ? 2 : 4);
    node.refuse("NET008", "it reshapes batch x " + text_of(from) + " to " + text_of_target(target),
                "Only flattening one image to a vector is supported");
}

void import_squeeze(OnnxScope& scope, const OnnxNode& node) {
    if (scope.is_constant(node, 0)) return compute_squeeze(scope, node);
    const Feature in = scope.feature(node, 0);
    const Shape& shape = scope.shape_of(in);
    const std::set<std::int64_t> axes = scope.axes(node, in.rank);
    const bool is_pixel = shape.elements() == shape.channels;
    const bool drops_both = in.rank == 4 && is_pixel && axes == spatial_axes(in);
    const bool drops_width = in.rank == 4 && shape.width == 1 && axes == std::set<std::int64_t>{3};
    const bool drops_height = in.rank >= 3 && is_pixel && axes == std::set<std::int64_t>{2};
    const bool channels_first = in.order == AxisOrder::channels_first;
    if (!drops_both && !(channels_first && (drops_width || drops_height))) {
        node.refuse("NET008", "it does not drop a height or width of 1",
                    "Only channels x 1 x 1 can be squeezed to a vector");
    }
    scope.define(node, {.node = in.node, .rank = in.rank - static_cast<std::int64_t>(axes.size())});
}

void import_unsqueeze(OnnxScope& scope, const OnnxNode& node) {
    if (scope.is_constant(node, 0)) return compute_unsqueeze(scope, node);
    const Feature in = scope.feature(node, 0);
    const Feature pixel{.node = in.node};
    if (in.rank != 2 || in.order != AxisOrder::channels_first ||
        scope.axes(node, 4) != spatial_axes(pixel)) {
        node.refuse("NET008", "it does not add a height and width of 1",
                    "Only a vector can be unsqueezed, to channels x 1 x 1");
    }
    scope.define(node, pixel);
}

void import_transpose(OnnxScope& scope, const OnnxNode& node) {
    if (scope.is_constant(node, 0)) return compute_transpose(scope, node);
    Feature out = scope.feature(node, 0);
    const Integers perm = node.integers("perm");
    const bool from_first = out.order == AxisOrder::channels_first;
    const Integers to_other = from_first ? Integers{0, 2, 3, 1} : Integers{0, 3, 1, 2};
    if (out.rank != 4 || perm != to_other) {
        node.refuse("NET008", "it is not a change between channels-first and channels-last",
                    "Only those two orders of a feature map's axes are supported");
    }
    out.order = from_first ? AxisOrder::channels_last : AxisOrder::channels_first;
    scope.define(node, out);
}

void import_concat(OnnxScope& scope, const OnnxNode& node) {
    if (scope.is_constant(node, 0)) return compute_concat(scope, node);
    Feature joined = scope.feature(node, 0);
    std::int64_t axis = node.integer("axis", 1);
    if (axis < 0) axis += joined.rank;
    const bool last = joined.rank == 4 && joined.order == AxisOrder::channels_last;
    if (axis != (last ? 3 : 1)) {
        node.refuse("NET008", "axis " + std::to_string(axis) + " is not that of the channels",
                    "Only concatenation along channels is supported");
    }
    Node made{.op = Op::concat};
    for (std::size_t i = 0; i < node.inputs(); ++i) {
        const Feature& part = scope.feature(node, i);
        const bool mixed_up = part.rank == 2 && part.order == AxisOrder::channels_last;
        if (part.rank != joined.rank || part.order != joined.order || mixed_up) {
            node.refuse("NET003", "its inputs are not arranged alike",
                        "All must be channels-first vectors, or feature maps of one axis order");
        }
        made.inputs.push_back(part.node);
    }
    joined.node = scope.add(node, std::move(made));
    scope.define(node, joined);
}

}  // namespace ohmgrid::detail
