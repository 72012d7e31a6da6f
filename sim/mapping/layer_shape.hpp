#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/network/graph.hpp"

namespace ohmgrid {

/// Arithmetic that a layer leaves to digital logic, in operations per image.
struct DigitalWork {
    std::int64_t activations = 0;      ///< clips (Relu, Relu6) and scaled elements
    std::int64_t comparisons = 0;      ///< of two values, in max pools
    std::int64_t additions = 0;        ///< in residual sums, average pools, unfolded batch norms
    std::int64_t multiplications = 0;  ///< in average pools and unfolded batch norms

    friend bool operator==(const DigitalWork&, const DigitalWork&) = default;
};

/// What mapping and cost need to know about one convolution or linear layer: a weight matrix of
/// `rows` x `channels` per group, applied to `windows` input vectors per image.
struct LayerShape {
    std::string name;
    Op op = Op::convolution;  ///< convolution or linear
    std::int64_t groups = 1;
    std::int64_t rows = 0;      ///< inputs of one group: channels x kernel height x kernel width
    std::int64_t channels = 0;  ///< outputs of one group
    std::int64_t windows = 1;   ///< output positions; 1 for a linear layer
    std::int64_t input_elements = 0;  ///< of the feature map the windows are cut from
    DigitalWork digital;

    [[nodiscard]] std::int64_t out_channels() const { return groups * channels; }
    [[nodiscard]] std::int64_t output_elements() const { return windows * out_channels(); }
    [[nodiscard]] std::int64_t weights() const { return groups * rows * channels; }
    [[nodiscard]] std::int64_t multiply_accumulates() const { return windows * weights(); }
};

/// One convolution or linear layer, without the digital work around it.
LayerShape layer_shape(const Node& node, const Shape& input);

/// The convolutions and linear layers of a network in execution order, i.e. in the order of
/// `graph.weighted_nodes()`. What happens between two of them (activation, pool, residual sum) is
/// charged to the earlier one; what happens before the first is charged to the first.
/// Softmax, concatenation, padding and flattening are free: they cost no arithmetic worth counting.
std::vector<LayerShape> layer_shapes(const Graph& graph);

}  // namespace ohmgrid
