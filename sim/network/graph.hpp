#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/ids.hpp"

namespace ohmgrid {

/// Extent of one image's tensor. Vectors (the output of a linear layer) have height = width = 1.
struct Shape {
    std::int64_t channels = 0;
    std::int64_t height = 1;
    std::int64_t width = 1;

    [[nodiscard]] std::int64_t elements() const { return channels * height * width; }
    friend bool operator==(const Shape&, const Shape&) = default;
};

/// How a kernel moves over a feature map. Padding may differ on every side.
struct Window {
    std::int64_t kernel_height = 1;
    std::int64_t kernel_width = 1;
    std::int64_t stride_height = 1;
    std::int64_t stride_width = 1;
    std::int64_t dilation_height = 1;
    std::int64_t dilation_width = 1;
    std::int64_t pad_top = 0;
    std::int64_t pad_left = 0;
    std::int64_t pad_bottom = 0;
    std::int64_t pad_right = 0;
};

enum class Op {
    input,                ///< the image; no inputs
    convolution,          ///< weights and bias; groups
    linear,               ///< weights and bias on a flat input
    affine,               ///< per-channel scale and shift: a batch normalisation left unfolded
    clip,                 ///< min(max(x, low), high); Relu is low = 0, high = infinity
    add,                  ///< elementwise sum of two equal shapes
    concat,               ///< along channels
    max_pool,             ///< padding never wins
    average_pool,         ///< divides by the window's size or by what lies inside the image
    global_average_pool,  ///< channels x 1 x 1
    pad,                  ///< zeros around the feature map
    flatten,              ///< channels x height x width -> one vector, channel-major
    softmax,              ///< over channels
};

/// The word for `op` in tables and messages: "conv", "max_pool".
std::string_view to_text(Op op);

/// One operation of the network. Only the fields of its `op` mean anything.
struct Node {
    std::string name = {};
    Op op = Op::input;
    std::vector<NodeId> inputs = {};
    Shape shape = {};  ///< of the output

    Window window = {};                   ///< convolution, pools, pad
    std::int64_t groups = 1;              ///< convolution
    bool average_counts_padding = false;  ///< average_pool
    float clip_low = -std::numeric_limits<float>::infinity();
    float clip_high = std::numeric_limits<float>::infinity();

    /// convolution: out_channels x (in_channels / groups) x kernel_height x kernel_width;
    /// linear: out x in; affine: scale per channel. Row-major; empty in a shape-only network.
    std::vector<float> weights = {};
    std::vector<float> bias = {};  ///< per output channel (affine: shift); empty means zero

    [[nodiscard]] bool is_weighted() const { return op == Op::convolution || op == Op::linear; }
};

/// A trained network, or its shapes alone: operations in execution order, one image in, one vector
/// of class scores out. Shapes exclude the batch dimension, which is always free.
///
/// Invariants: every input precedes its user; node 0 is the only Op::input; `output` is the last
/// result. Batch normalisations that follow a convolution or linear layer are already folded in.
struct Graph {
    std::string name;
    std::vector<Node> nodes;
    NodeId output;

    [[nodiscard]] const Node& node(NodeId id) const {
        return nodes[static_cast<std::size_t>(id.value)];
    }
    [[nodiscard]] const Node& input_of(const Node& n, std::size_t which = 0) const {
        return node(n.inputs[which]);
    }
    /// Convolutions and linear layers in execution order: what is mapped onto arrays.
    [[nodiscard]] std::vector<NodeId> weighted_nodes() const;
    /// True if every weighted node has its weights (false for a shape table).
    [[nodiscard]] bool has_weights() const;
    /// Multiply-accumulates of one node per image; 0 for unweighted nodes.
    [[nodiscard]] std::int64_t multiply_accumulates(NodeId id) const;
};

/// Most elements one feature map may have (1 GiB as float32), so that a hostile file cannot ask for
/// more memory than a machine has. ImageNet networks stay below 2^22. Assumed.
inline constexpr std::int64_t max_feature_map_elements = std::int64_t{1} << 28;

/// Most weights one layer may have (8 GiB as float32): an ONNX file holds at most 2 GiB.
inline constexpr std::int64_t max_layer_weights = std::int64_t{1} << 31;

/// Largest kernel, stride, dilation or padding: far above any real one, and small enough that no
/// sum of products of two of them with the side of a feature map overflows. Assumed.
inline constexpr std::int64_t max_window_extent = std::int64_t{1} << 16;

/// Elements a kernel of `size` with holes of `dilation` spans.
[[nodiscard]] constexpr std::int64_t dilated(std::int64_t size, std::int64_t dilation) {
    return dilation * (size - 1) + 1;
}

/// The output shape `n` has on the shapes of its inputs in `graph`.
///
/// The channels of a convolution or linear layer (whose weights may be absent) and the whole shape
/// of an input are what `n.shape` says; all else follows: `floor((in + padding - dilated kernel) /
/// stride) + 1` for windows.
/// @throws InputError (names the node): NET003 if the shapes or the window do not fit; NET004 if
///         the output exceeds max_feature_map_elements or the weights max_layer_weights;
///         NET005 if the number of inputs is wrong or one is not in the graph
Shape infer_shape(const Graph& graph, const Node& n);

/// Verifies every invariant of a Graph: order and number of inputs, shapes as inferred, unique
/// names, weights of the right count and finite.
/// @throws InputError (names the node): NET003, NET004 as infer_shape; NET005 for the rest
void check(const Graph& graph);

}  // namespace ohmgrid
