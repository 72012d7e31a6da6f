// Operators on constants: how exporters spell shapes, pads and transposed weights.
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <utility>

#include "sim/network/detail/onnx_operators.hpp"

namespace ohmgrid::detail {
namespace {

using Integers = std::vector<std::int64_t>;

/// Shapes are short; more entries mean that weights are being computed, which we do not do.
constexpr std::size_t max_shape_entries = 64;

constexpr const char* fold_constants = "Export with constant folding: only shapes are computed";

/// An integer constant with at most two axes, as occurs in the computation of shapes and pads.
IntegerTensor small_integers(const OnnxScope& scope, const OnnxNode& node, std::size_t input) {
    IntegerTensor found = scope.integer_constant(node, input);
    if (found.dims.size() <= 2 && found.values.size() <= max_shape_entries) return found;
    node.refuse("NET008", "'" + node.input(input) + "' is not a shape", fold_constants);
}

/// A tensor with one axis.
template <class Number>
Tensor<Number> list_of(std::vector<Number> values) {
    return {{static_cast<std::int64_t>(values.size())}, std::move(values)};
}

Integers dims_of(const OnnxTensor& tensor) {
    return std::visit([](const auto& t) { return t.dims; }, tensor);
}

/// `tensor` with other dimensions for as many values.
OnnxTensor with_dims(OnnxTensor tensor, Integers dims) {
    std::visit([&dims](auto& t) { t.dims = std::move(dims); }, tensor);
    return tensor;
}

/// Slicing along the first axis: start, start + step, ... before end.
struct RowSlice {
    std::int64_t start;
    std::int64_t end;
    std::int64_t step;

    /// The rows picked of `length`, with Python's rules for bounds that lie outside.
    [[nodiscard]] Integers rows(std::int64_t length) const {
        const std::int64_t low = step > 0 ? 0 : -1;
        const std::int64_t high = step > 0 ? length : length - 1;
        const auto inside = [=](std::int64_t i) {
            return std::clamp(i < 0 ? i + length : i, low, std::max(low, high));
        };
        const std::int64_t stride = std::clamp(step, -length - 1, length + 1);
        const std::int64_t last = inside(end);
        Integers picked;
        for (std::int64_t i = inside(start); step > 0 ? i < last : i > last; i += stride) {
            picked.push_back(i);
        }
        return picked;
    }
};

RowSlice read_row_slice(const OnnxScope& scope, const OnnxNode& node) {
    const bool by_attribute = scope.opset() < 10;
    const auto argument = [&](std::string_view attribute, std::size_t input) {
        return by_attribute ? node.integers(attribute) : scope.integers(node, input);
    };
    const Integers starts = argument("starts", 1);
    const Integers ends = argument("ends", 2);
    const Integers axes = argument("axes", 3);
    const Integers steps = argument("steps", 4);
    const std::int64_t step = steps.empty() ? 1 : steps.front();
    if (starts.size() != 1 || ends.size() != 1 || !(axes.empty() || axes == Integers{0}) ||
        step == 0) {
        node.refuse("NET008", "it slices along other axes than the first", fold_constants);
    }
    return {starts.front(), ends.front(), step};
}

}  // namespace

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

void import_constant_of_shape(OnnxScope& scope, const OnnxNode& node) {
    const IntegerTensor dims = small_integers(scope, node, 0);
    const auto* value = node.tensor("value");
    const bool is_short = dims.values.size() == 1 && dims.values[0] >= 0 &&
                          std::cmp_less_equal(dims.values[0], max_shape_entries);
    const bool is_integer = value != nullptr && value->data_type() == onnx::TensorProto::INT64;
    if (!is_short || !is_integer) {
        node.refuse("NET008", "it makes something else than a short list of integers",
                    fold_constants);
    }
    const Integers filling = std::get<IntegerTensor>(read_tensor(*value)).values;
    const std::int64_t entry = filling.empty() ? 0 : filling.front();
    scope.define_constant(node, list_of(Integers(static_cast<std::size_t>(dims.values[0]), entry)));
}

void import_shape(OnnxScope& scope, const OnnxNode& node) {
    if (node.has("start") || node.has("end")) {
        node.refuse("NET008", "it takes a part of the shape", "Only whole shapes are supported");
    }
    if (scope.is_constant(node, 0)) {
        return scope.define_constant(node, list_of(dims_of(scope.constant(node, 0))));
    }
    Integers dims{batch_size_symbol};
    for (const std::int64_t extent : scope.image_dims(scope.feature(node, 0))) {
        dims.push_back(extent);
    }
    scope.define_constant(node, list_of(std::move(dims)));
}

void import_gather(OnnxScope& scope, const OnnxNode& node) {
    const IntegerTensor from = small_integers(scope, node, 0);
    const IntegerTensor which = small_integers(scope, node, 1);
    if (from.dims.size() != 1) {
        node.refuse("NET008", "it picks from a constant of shape " + text_of(from.dims),
                    fold_constants);
    }
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

void import_slice(OnnxScope& scope, const OnnxNode& node) {
    if (!scope.is_constant(node, 0)) {
        node.refuse("NET008", "it takes a part of a feature map",
                    "Only shapes are sliced; a strided shortcut can be written as a 1x1 "
                    "convolution");
    }
    const IntegerTensor from = small_integers(scope, node, 0);
    const RowSlice slice = read_row_slice(scope, node);
    if (from.values.empty()) {
        node.refuse("NET008", "it slices a constant without values", fold_constants);
    }
    const std::int64_t length = from.dims.empty() ? 1 : from.dims[0];
    const std::int64_t row_size = static_cast<std::int64_t>(from.values.size()) / length;
    const Integers rows = slice.rows(length);
    IntegerTensor out{{static_cast<std::int64_t>(rows.size())}, {}};
    if (from.dims.size() == 2) out.dims.push_back(row_size);
    for (const std::int64_t row : rows) {
        const auto begin = from.values.begin() + row * row_size;
        out.values.insert(out.values.end(), begin, begin + row_size);
    }
    scope.define_constant(node, std::move(out));
}

void compute_concat(OnnxScope& scope, const OnnxNode& node) {
    Integers joined;
    for (std::size_t i = 0; i < node.inputs(); ++i) {
        const IntegerTensor part = small_integers(scope, node, i);
        if (part.dims.size() != 1) {
            node.refuse("NET008", "it joins constants of shape " + text_of(part.dims),
                        fold_constants);
        }
        joined.insert(joined.end(), part.values.begin(), part.values.end());
    }
    scope.define_constant(node, list_of(std::move(joined)));
}

void compute_arithmetic(OnnxScope& scope, const OnnxNode& node) {
    const IntegerTensor a = small_integers(scope, node, 0);
    const IntegerTensor b = small_integers(scope, node, 1);
    const auto is_extent = [](const IntegerTensor& t) {
        return t.values.size() == 1 && -max_feature_map_elements <= t.values.front() &&
               t.values.front() <= max_feature_map_elements;
    };
    if (!is_extent(a) || !is_extent(b)) {
        node.refuse("NET008", "it computes with something else than two extents of a shape",
                    fold_constants);
    }
    const std::int64_t x = a.values.front();
    const std::int64_t y = b.values.front();
    std::int64_t result = 0;
    if (node.op() == "Add") {
        result = x + y;
    } else if (node.op() == "Sub") {
        result = x - y;
    } else if (node.op() == "Mul") {
        result = x * y;
    } else if (y != 0) {
        result = x / y;
    } else {
        node.refuse("NET008", "it divides by zero", "The file is damaged: export it again");
    }
    scope.define_constant(node, IntegerTensor{a.dims, {result}});
}

void compute_reshape(OnnxScope& scope, const OnnxNode& node) {
    OnnxTensor tensor = scope.constant(node, 0);
    const auto to = reshaped(dims_of(tensor), scope.integers(node, 1));
    if (!to) {
        node.refuse(
            "NET008",
            "it reshapes a constant of shape " + text_of(dims_of(tensor)) + " to another size",
            "The file is inconsistent: export it again");
    }
    scope.define_constant(node, with_dims(std::move(tensor), *to));
}

void compute_squeeze(OnnxScope& scope, const OnnxNode& node) {
    OnnxTensor tensor = scope.constant(node, 0);
    const Integers from = dims_of(tensor);
    const auto axes = scope.axes(node, static_cast<std::int64_t>(from.size()));
    Integers to;
    for (std::size_t i = 0; i < from.size(); ++i) {
        const bool named = axes.empty() || axes.contains(static_cast<std::int64_t>(i));
        if (!named || from[i] != 1) to.push_back(from[i]);
    }
    scope.define_constant(node, with_dims(std::move(tensor), std::move(to)));
}

void compute_unsqueeze(OnnxScope& scope, const OnnxNode& node) {
    OnnxTensor tensor = scope.constant(node, 0);
    Integers to = dims_of(tensor);
    // Axes count in the result; a set hands out the smallest first.
    const std::size_t rank = to.size() + scope.axes(node, 0).size();
    for (const std::int64_t axis : scope.axes(node, static_cast<std::int64_t>(rank))) {
        if (axis < 0 || std::cmp_greater(axis, to.size())) {
            node.refuse("NET008", "axis " + std::to_string(axis) + " is outside its result",
                        "The file is damaged: export it again");
        }
        to.insert(to.begin() + axis, 1);
    }
    scope.define_constant(node, with_dims(std::move(tensor), std::move(to)));
}

void compute_transpose(OnnxScope& scope, const OnnxNode& node) {
    OnnxTensor tensor = scope.constant(node, 0);
    const Integers dims = dims_of(tensor);
    const Integers perm = node.integers("perm");
    if (dims.size() != 2 || !(perm.empty() || perm == Integers{1, 0})) {
        node.refuse("NET008", "it transposes a constant of shape " + text_of(dims), fold_constants);
    }
    std::visit([&dims](auto& m) { m.values = transposed(m.values, dims[0], dims[1]); }, tensor);
    scope.define_constant(node, with_dims(std::move(tensor), {dims[1], dims[0]}));
}

}  // namespace ohmgrid::detail
