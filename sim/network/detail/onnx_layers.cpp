// Layers with weights, elementwise operations and softmax.
#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/network/detail/layer_name.hpp"
#include "sim/network/detail/onnx_operators.hpp"
#include "sim/network/detail/onnx_window.hpp"

namespace ohmgrid::detail {
namespace {

/// Appends `made`, fed by `in`, whose result is arranged as `in` is.
void add_elementwise(OnnxScope& scope, const OnnxNode& node, Feature in, Node made) {
    made.inputs = {in.node};
    in.node = scope.add(node, std::move(made));
    scope.define(node, in);
}

const Feature& channels_first(const OnnxScope& scope, const OnnxNode& node, std::size_t input) {
    const Feature& found = scope.feature(node, input);
    if (found.order == AxisOrder::channels_first) return found;
    node.refuse("NET008", "input " + std::to_string(input) + " has its channels last",
                "Only channels-first tensors are supported there");
}

/// A constant broadcast to one value per channel of a feature, whose channels are axis 1.
std::vector<float> per_channel(const OnnxScope& scope, const OnnxNode& node, std::size_t input,
                               std::int64_t rank, std::int64_t channels) {
    RealTensor constant = scope.real_constant(node, input);
    const std::size_t given = constant.dims.size();
    std::vector<std::int64_t> dims(std::max(given, static_cast<std::size_t>(rank)), 1);
    std::ranges::copy(constant.dims, dims.end() - static_cast<std::ptrdiff_t>(given));
    for (std::size_t axis = 0; axis < dims.size(); ++axis) {
        const bool fits = dims[axis] == 1 || (axis == 1 && dims[axis] == channels);
        if (fits && std::cmp_equal(dims.size(), rank)) continue;
        node.refuse("NET003",
                    "a constant of shape " + text_of(constant.dims) + " on " +
                        std::to_string(channels) + " channels",
                    "One value, or one per channel, is supported there");
    }
    std::vector<float> values = std::move(constant.values);
    scope.check_budget(node, channels);
    if (values.size() == 1) values.resize(static_cast<std::size_t>(channels), values.front());
    return values;
}

std::vector<float> vector_of(const OnnxScope& scope, const OnnxNode& node, std::size_t input,
                             std::int64_t length) {
    RealTensor constant = scope.real_constant(node, input);
    if (constant.dims == std::vector{length}) return std::move(constant.values);
    node.refuse("NET003",
                "'" + node.input(input) + "' has the shape " + text_of(constant.dims) +
                    " where one value for each of " + std::to_string(length) +
                    " channels is needed",
                "The file is inconsistent: export it again");
}

RealTensor weights_of(const OnnxScope& scope, const OnnxNode& node, std::size_t rank) {
    RealTensor weights = scope.real_constant(node, 1);
    if (weights.dims.size() == rank) return weights;
    node.refuse("NET008", "weights '" + node.input(1) + "' have the shape " + text_of(weights.dims),
                "Only two-dimensional images and plain linear layers are supported");
}

/// Reorders the inputs of a linear layer from height x width x channels to channel-major.
void take_channel_major(std::vector<float>& weights, const Shape& map) {
    const auto length = static_cast<std::ptrdiff_t>(map.elements());
    for (auto row = weights.begin(); row != weights.end(); row += length) {
        const std::vector<float> written(row, row + length);
        std::ranges::copy(transposed(written, map.height * map.width, map.channels), row);
    }
}

/// A linear layer from weights given as out x in.
void add_linear(OnnxScope& scope, const OnnxNode& node, const Feature& in, std::int64_t outputs,
                std::vector<float> weights, std::vector<float> bias) {
    const std::int64_t inputs = scope.shape_of(in).channels;
    if (std::cmp_not_equal(weights.size(), outputs * inputs)) {
        node.refuse("NET003",
                    "weights '" + node.input(1) + "' do not fit a vector of " +
                        std::to_string(inputs) + " features",
                    "The file is inconsistent: export it again");
    }
    if (in.order == AxisOrder::channels_last) take_channel_major(weights, in.flattened_from);
    Node made{.name = layer_name(node, node.input(1)),
              .op = Op::linear,
              .inputs = {in.node},
              .shape = {outputs},
              .weights = std::move(weights),
              .bias = std::move(bias)};
    scope.define(node, {.node = scope.add(node, std::move(made)), .rank = 2});
}

/// scale * x + shift with one value of each per channel, or one for all.
struct Affine {
    std::vector<float> scale;
    std::vector<float> shift;
};

void add_affine(OnnxScope& scope, const OnnxNode& node, const Feature& in, Affine affine) {
    add_elementwise(
        scope, node, in,
        {.op = Op::affine, .weights = std::move(affine.scale), .bias = std::move(affine.shift)});
}

/// The operand that depends on the image and the other one's values per channel.
struct Operands {
    Feature feature;
    std::vector<float> constant;
    bool constant_first;
};

Operands with_constant(const OnnxScope& scope, const OnnxNode& node) {
    const bool constant_first = scope.is_constant(node, 0);
    const std::size_t at = constant_first ? 1 : 0;
    const Feature& in = channels_first(scope, node, at);
    return {in, per_channel(scope, node, 1 - at, in.rank, scope.shape_of(in).channels),
            constant_first};
}

bool both_constant(const OnnxScope& scope, const OnnxNode& node) {
    return scope.is_constant(node, 0) && scope.is_constant(node, 1);
}

std::vector<float> repeated(float value, std::size_t count) {
    return std::vector<float>(count, value);
}

void negate(std::vector<float>& values) {
    for (float& v : values) v = -v;
}

}  // namespace

void import_convolution(OnnxScope& scope, const OnnxNode& node) {
    const Feature in = scope.feature_map(node, 0);
    const Shape& in_shape = scope.shape_of(in);
    RealTensor weights = weights_of(scope, node, 4);
    const std::int64_t groups = node.integer("group", 1);
    if (groups < 1 || in_shape.channels % groups != 0 ||
        weights.dims[1] != in_shape.channels / groups) {
        node.refuse("NET003",
                    "weights '" + node.input(1) + "' of shape " + text_of(weights.dims) +
                        " do not fit " + std::to_string(in_shape.channels) + " channels in " +
                        std::to_string(groups) + " groups",
                    "The file is inconsistent: export it again");
    }
    const std::vector<std::int64_t> kernel(weights.dims.begin() + 2, weights.dims.end());
    if (node.has("kernel_shape") && node.integers("kernel_shape") != kernel) {
        node.refuse("NET003",
                    "kernel_shape is " + text_of(node.integers("kernel_shape")) +
                        " but the weights have " + text_of(kernel),
                    "The file is inconsistent: export it again");
    }
    Node made{.name = layer_name(node, node.input(1)),
              .op = Op::convolution,
              .inputs = {in.node},
              .shape = {weights.dims[0]},
              .window = read_window(node, kernel, in_shape),
              .groups = groups,
              .weights = std::move(weights.values)};
    if (node.has_input(2)) made.bias = vector_of(scope, node, 2, weights.dims[0]);
    scope.define(node, {.node = scope.add(node, std::move(made))});
}

void import_gemm(OnnxScope& scope, const OnnxNode& node) {
    const Feature in = scope.vector(node, 0);
    if (node.integer("transA", 0) != 0) {
        node.refuse("NET008", "transA is set", "The image's vector cannot be transposed");
    }
    RealTensor stored = weights_of(scope, node, 2);
    const bool rows_are_outputs = node.integer("transB", 0) != 0;
    const std::int64_t outputs = stored.dims[rows_are_outputs ? 0 : 1];
    std::vector<float> weights = std::move(stored.values);
    if (!rows_are_outputs) weights = transposed(weights, stored.dims[0], stored.dims[1]);
    const float alpha = node.real("alpha", 1.0F);
    for (float& w : weights) w *= alpha;
    std::vector<float> bias;
    if (node.has_input(2)) bias = per_channel(scope, node, 2, 2, outputs);
    const float beta = node.real("beta", 1.0F);
    for (float& b : bias) b *= beta;
    add_linear(scope, node, in, outputs, std::move(weights), std::move(bias));
}

void import_matmul(OnnxScope& scope, const OnnxNode& node) {
    const Feature in = scope.vector(node, 0);
    const RealTensor stored = weights_of(scope, node, 2);
    add_linear(scope, node, in, stored.dims[1],
               transposed(stored.values, stored.dims[0], stored.dims[1]), {});
}

void import_batch_normalization(OnnxScope& scope, const OnnxNode& node) {
    const Feature in = channels_first(scope, node, 0);
    if (node.integer("training_mode", 0) != 0 || node.integer("spatial", 1) != 1) {
        node.refuse("NET008", "training mode or per-pixel statistics are set",
                    "Export the network in evaluation mode");
    }
    const std::int64_t channels = scope.shape_of(in).channels;
    Affine affine{vector_of(scope, node, 1, channels), vector_of(scope, node, 2, channels)};
    const std::vector<float> mean = vector_of(scope, node, 3, channels);
    const std::vector<float> variance = vector_of(scope, node, 4, channels);
    const double epsilon = static_cast<double>(node.real("epsilon", 1e-5F));
    for (std::size_t c = 0; c < mean.size(); ++c) {
        const double spread = static_cast<double>(variance[c]) + epsilon;
        if (!(spread > 0)) {
            node.refuse("NET007", "the variance of channel " + std::to_string(c) + " is negative",
                        "The file is damaged: export it again");
        }
        const double scale = static_cast<double>(affine.scale[c]) / std::sqrt(spread);
        affine.shift[c] = static_cast<float>(static_cast<double>(affine.shift[c]) -
                                             scale * static_cast<double>(mean[c]));
        affine.scale[c] = static_cast<float>(scale);
    }
    add_affine(scope, node, in, std::move(affine));
}

void import_relu(OnnxScope& scope, const OnnxNode& node) {
    add_elementwise(scope, node, scope.feature(node, 0), {.op = Op::clip, .clip_low = 0});
}

void import_clip(OnnxScope& scope, const OnnxNode& node) {
    Node made{.op = Op::clip};
    if (scope.opset() < 11) {
        made.clip_low = node.real("min", made.clip_low);
        made.clip_high = node.real("max", made.clip_high);
    } else {
        made.clip_low = scope.scalar(node, 1, made.clip_low);
        made.clip_high = scope.scalar(node, 2, made.clip_high);
    }
    add_elementwise(scope, node, scope.feature(node, 0), std::move(made));
}

void import_softmax(OnnxScope& scope, const OnnxNode& node) {
    const Feature in = channels_first(scope, node, 0);
    std::int64_t axis = node.integer("axis", scope.opset() < 13 ? 1 : -1);
    if (axis < 0) axis += in.rank;
    const Shape& shape = scope.shape_of(in);
    const bool over_channels =
        axis == 1 && (scope.opset() >= 13 || shape.elements() == shape.channels);
    if (!over_channels) {
        node.refuse("NET008", "axis " + std::to_string(axis) + " is not the channels alone",
                    "Only a softmax over the channels is supported");
    }
    add_elementwise(scope, node, in, {.op = Op::softmax});
}

void import_add(OnnxScope& scope, const OnnxNode& node) {
    if (both_constant(scope, node)) return compute_arithmetic(scope, node);
    if (scope.is_constant(node, 0) || scope.is_constant(node, 1)) {
        Operands x = with_constant(scope, node);
        const std::size_t count = x.constant.size();
        return add_affine(scope, node, x.feature, {repeated(1, count), std::move(x.constant)});
    }
    Feature sum = scope.feature(node, 0);
    const Feature& other = scope.feature(node, 1);
    if (sum.rank != other.rank || sum.order != other.order) {
        node.refuse("NET003", "the two inputs are not arranged alike",
                    "Both must be vectors, or feature maps with the same order of axes");
    }
    sum.node = scope.add(node, {.op = Op::add, .inputs = {sum.node, other.node}});
    scope.define(node, sum);
}

void import_sub(OnnxScope& scope, const OnnxNode& node) {
    if (both_constant(scope, node)) return compute_arithmetic(scope, node);
    Operands x = with_constant(scope, node);
    const std::size_t count = x.constant.size();
    if (!x.constant_first) negate(x.constant);
    add_affine(scope, node, x.feature,
               {repeated(x.constant_first ? -1.0F : 1.0F, count), std::move(x.constant)});
}

void import_mul(OnnxScope& scope, const OnnxNode& node) {
    if (both_constant(scope, node)) return compute_arithmetic(scope, node);
    Operands x = with_constant(scope, node);
    add_affine(scope, node, x.feature, {std::move(x.constant), {}});
}

void import_div(OnnxScope& scope, const OnnxNode& node) {
    if (both_constant(scope, node)) return compute_arithmetic(scope, node);
    Operands x = with_constant(scope, node);
    if (x.constant_first) {
        node.refuse("NET008", "a constant is divided by a feature",
                    "Only division by a constant is supported");
    }
    for (float& v : x.constant) v = 1 / v;
    add_affine(scope, node, x.feature, {std::move(x.constant), {}});
}

}  // namespace ohmgrid::detail
