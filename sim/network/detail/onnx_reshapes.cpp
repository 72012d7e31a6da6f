// What rearranges tensors without computing, and the arithmetic of shapes around it.
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "sim/network/detail/onnx_operators.hpp"

namespace ohmgrid::detail {
namespace {

using Integers = std::vector<std::int64_t>;

/// Extents of one image's tensor as ONNX orders them, without the batch.
Integers image_dims(const OnnxScope& scope, const Feature& f) {
    const Shape& s = scope.shape_of(f);
    if (f.rank == 2) return {s.channels};
    if (f.order == AxisOrder::channels_last) return {s.height, s.width, s.channels};
    return {s.channels, s.height, s.width};
}

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

/// The shape one image has after a Reshape to `target`, with 0 (copy) and -1 (infer) resolved;
/// empty if there is none. The batch must stay what and where it is.
Integers reshaped(const Integers& from, const Integers& target) {
    if (target.empty()) return {};
    Integers to(target.begin() + 1, target.end());
    for (std::size_t i = 0; i < to.size(); ++i) {
        if (to[i] == 0 && i < from.size()) to[i] = from[i];
    }
    const std::int64_t elements =
        std::accumulate(from.begin(), from.end(), std::int64_t{1}, std::multiplies<>{});
    const auto open = std::ranges::find(to, -1);
    std::int64_t known = 1;
    for (const std::int64_t extent : to) {
        if (extent == -1) continue;
        if (extent < 1 || known > elements / extent) return {};
        known *= extent;
    }
    if (open == to.end()) return known == elements ? to : Integers{};
    *open = elements / known;
    const bool complete = *open * known == elements && std::ranges::count(to, -1) == 0;
    return complete ? to : Integers{};
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

/// Shapes are short; more entries mean that weights are being computed, which we do not do.
constexpr std::size_t max_shape_entries = 64;

/// An integer constant with at most one axis, as occurs in the computation of a shape.
IntegerTensor shape_vector(const OnnxScope& scope, const OnnxNode& node, std::size_t input) {
    IntegerTensor found = scope.integer_constant(node, input);
    if (found.dims.size() <= 1 && found.values.size() <= max_shape_entries) return found;
    node.refuse("NET008", "'" + node.input(input) + "' is not a shape",
                "Export with constant folding: only shapes are computed");
}

/// A tensor with one axis.
template <class Number>
Tensor<Number> list_of(std::vector<Number> values) {
    return {{static_cast<std::int64_t>(values.size())}, std::move(values)};
}

void concatenate_shapes(OnnxScope& scope, const OnnxNode& node) {
    Integers joined;
    for (std::size_t i = 0; i < node.inputs(); ++i) {
        const IntegerTensor part = shape_vector(scope, node, i);
        joined.insert(joined.end(), part.values.begin(), part.values.end());
    }
    scope.define_constant(node, list_of(std::move(joined)));
}

void transpose_constant(OnnxScope& scope, const OnnxNode& node) {
    const RealTensor m = scope.real_constant(node, 0);
    const Integers perm = node.integers("perm");
    if (m.dims.size() != 2 || !(perm.empty() || perm == Integers{1, 0})) {
        node.refuse("NET008", "it transposes a constant of shape " + text_of(m.dims),
                    "Only matrices are supported: export with constant folding");
    }
    scope.define_constant(
        node, RealTensor{{m.dims[1], m.dims[0]}, transposed(m.values, m.dims[0], m.dims[1])});
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

void import_constant(OnnxScope& scope, const OnnxNode& node) {
    if (const auto* value = node.tensor("value")) return scope.define_stored(node.output(), *value);
    if (node.has("value_int")) {
        return scope.define_constant(node, IntegerTensor{{}, {node.integer("value_int", 0)}});
    }
    if (node.has("value_float")) {
        return scope.define_constant(node, RealTensor{{}, {node.real("value_float", 0)}});
    }
    if (node.has("value_ints")) {
        return scope.define_constant(node, list_of(node.integers("value_ints")));
    }
    scope.define_constant(node, list_of(node.reals("value_floats")));
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
    const Feature in = scope.feature(node, 0);
    const Integers target = scope.integers(node, 1);
    const Integers from = image_dims(scope, in);
    const Integers to = reshaped(from, target);
    const bool takes_zero_literally =
        node.integer("allowzero", 0) != 0 && std::ranges::count(target, 0) > 0;
    const bool to_vector = to.size() == 1;
    const bool to_pixel =
        to.size() == 3 && to[1] == 1 && to[2] == 1 && in.order == AxisOrder::channels_first;
    if (!batch_stays(scope, target) || takes_zero_literally ||
        !(to == from || to_vector || to_pixel)) {
        node.refuse("NET008",
                    "it reshapes batch x " + text_of(from) + " to " + text_of_target(target),
                    "Only flattening one image to a vector is supported");
    }
    if (to == from) return scope.define_alias(node);
    define_flattened(scope, node, in, to_vector ? 2 : 4);
}

void import_squeeze(OnnxScope& scope, const OnnxNode& node) {
    if (scope.is_constant(node, 0)) {
        IntegerTensor vector = shape_vector(scope, node, 0);
        if (vector.values.size() == 1) vector.dims.clear();
        return scope.define_constant(node, std::move(vector));
    }
    const Feature in = scope.feature(node, 0);
    const Shape& shape = scope.shape_of(in);
    if (in.rank != 4 || scope.axes(node, 4) != spatial_axes(in) ||
        shape.elements() != shape.channels) {
        node.refuse("NET008", "it does not drop a height and width of 1",
                    "Only channels x 1 x 1 can be squeezed to a vector");
    }
    scope.define(node, {.node = in.node, .rank = 2});
}

void import_unsqueeze(OnnxScope& scope, const OnnxNode& node) {
    if (scope.is_constant(node, 0)) {
        IntegerTensor vector = shape_vector(scope, node, 0);
        if (vector.dims.empty()) vector.dims = {1};
        return scope.define_constant(node, std::move(vector));
    }
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
    if (scope.is_constant(node, 0)) return transpose_constant(scope, node);
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
    if (scope.is_constant(node, 0)) return concatenate_shapes(scope, node);
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

void import_shape(OnnxScope& scope, const OnnxNode& node) {
    Integers dims{batch_size_symbol};
    for (const std::int64_t extent : image_dims(scope, scope.feature(node, 0))) {
        dims.push_back(extent);
    }
    if (node.has("start") || node.has("end")) {
        node.refuse("NET008", "it takes a part of the shape", "Only whole shapes are supported");
    }
    scope.define_constant(node, list_of(std::move(dims)));
}

void import_gather(OnnxScope& scope, const OnnxNode& node) {
    const IntegerTensor from = shape_vector(scope, node, 0);
    const IntegerTensor which = shape_vector(scope, node, 1);
    const auto length = static_cast<std::int64_t>(from.values.size());
    IntegerTensor picked{which.dims, {}};
    for (const std::int64_t written : which.values) {
        const std::int64_t i = written < 0 ? written + length : written;
        if (i < 0 || i >= length) {
            node.refuse("NET008",
                        "it takes entry " + std::to_string(written) + " of a shape of " +
                            std::to_string(length),
                        "The file is damaged: export it again");
        }
        picked.values.push_back(from.values[static_cast<std::size_t>(i)]);
    }
    scope.define_constant(node, std::move(picked));
}

void import_shape_product(OnnxScope& scope, const OnnxNode& node) {
    const IntegerTensor a = shape_vector(scope, node, 0);
    const IntegerTensor b = shape_vector(scope, node, 1);
    const bool single = a.values.size() == 1 && b.values.size() == 1;
    const std::int64_t x = single ? a.values.front() : 0;
    const std::int64_t y = single ? b.values.front() : 0;
    if (x < 1 || y < 1 || x > max_feature_map_elements / y) {
        node.refuse("NET008", "it does not multiply two extents of a shape",
                    "Export with constant folding: only shapes are computed");
    }
    scope.define_constant(node, IntegerTensor{a.dims, {x * y}});
}

}  // namespace ohmgrid::detail
