#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "sim/network/detail/onnx_node.hpp"
#include "sim/network/detail/onnx_tensor.hpp"
#include "sim/network/graph.hpp"

namespace ohmgrid::detail {

/// Which axis of a feature map comes right after the batch. Graphs are channels-first; exporters
/// from channels-last frameworks transpose at the image and again before flattening.
enum class AxisOrder { channels_first, channels_last };

/// What a tensor of the ONNX model is in our graph: the result of a node, for one image.
struct Feature {
    NodeId node;
    /// Axes of the ONNX tensor with its batch: 4; 3 once the width, 1, is dropped; 2 of a vector.
    std::int64_t rank = 4;
    AxisOrder order = AxisOrder::channels_first;
    Shape flattened_from = {};  ///< of a channels-last vector: the feature map it was
};

/// The ONNX axes that are height and width of a feature map.
std::set<std::int64_t> spatial_axes(const Feature& map);

/// Stands for the batch size in shapes the model computes (Shape -> Gather -> ... -> Reshape).
inline constexpr std::int64_t batch_size_symbol = std::numeric_limits<std::int64_t>::min();

/// What is known while an ONNX model is read, node by node: which of its tensors are features of
/// the growing graph and which are constants.
class OnnxScope {
  public:
    struct Limits {
        std::int64_t opset;          ///< version of the operator set the model is written in
        std::int64_t fixed_batch;    ///< images per batch it was exported for; 1 if any number
        std::int64_t weight_budget;  ///< most values all nodes and computed constants may hold
    };

    /// @param file  named in errors
    OnnxScope(std::string file, const Limits& limits);

    [[nodiscard]] const std::string& file() const { return file_; }
    [[nodiscard]] std::int64_t opset() const { return limits_.opset; }
    [[nodiscard]] std::int64_t fixed_batch() const { return limits_.fixed_batch; }
    [[nodiscard]] const Graph& graph() const { return graph_; }
    [[nodiscard]] const Shape& shape_of(const Feature& f) const {
        return graph_.node(f.node).shape;
    }

    /// Extents of one image's tensor as ONNX orders them, without the batch.
    [[nodiscard]] std::vector<std::int64_t> image_dims(const Feature& f) const;

    /// The finished graph; `output` is the ONNX tensor of the class scores.
    [[nodiscard]] Graph finish(const std::string& output) &&;

    // Inputs of a node. All throw InputError NET009 if nothing before the node made the tensor.

    [[nodiscard]] bool is_constant(const OnnxNode& node, std::size_t input) const;
    /// @throws InputError (NET008) if the input is a constant
    [[nodiscard]] const Feature& feature(const OnnxNode& node, std::size_t input) const;
    /// A feature in channels-first order of the wanted rank.
    /// @throws InputError (NET008) if it has another
    [[nodiscard]] const Feature& feature_map(const OnnxNode& node, std::size_t input) const;
    [[nodiscard]] const Feature& vector(const OnnxNode& node, std::size_t input) const;
    /// @throws InputError: NET008 if the input depends on the image; NET007 if its data are bad
    [[nodiscard]] OnnxTensor constant(const OnnxNode& node, std::size_t input) const;
    [[nodiscard]] RealTensor real_constant(const OnnxNode& node, std::size_t input) const;
    [[nodiscard]] IntegerTensor integer_constant(const OnnxNode& node, std::size_t input) const;
    /// Integers such as a shape or axes; empty if the input is left out.
    [[nodiscard]] std::vector<std::int64_t> integers(const OnnxNode& node, std::size_t input) const;
    /// A real number; `fallback` if the input is left out.
    [[nodiscard]] float scalar(const OnnxNode& node, std::size_t input, float fallback) const;
    /// The attribute `axes` or, from opset 13 on, the second input; negative ones count from
    /// `rank`.
    [[nodiscard]] std::set<std::int64_t> axes(const OnnxNode& node, std::int64_t rank) const;

    /// To be called before `values` weights are made from fewer stored ones.
    /// @throws InputError (NET004) if they exceed what is left of the budget
    void check_budget(const OnnxNode& node, std::int64_t values) const;

    // Results of a node.

    /// Appends `made` to the graph under the node's name (or the one it carries), infers its shape.
    /// @throws InputError: NET003 or NET004 if the shapes do not fit; NET004 if all weights
    /// together
    ///         exceed the budget
    NodeId add(const OnnxNode& node, Node made);
    /// The image, which no ONNX node makes.
    void define_image(const std::string& tensor, const Shape& shape, Feature image);
    void define(const OnnxNode& node, Feature result);
    void define_constant(const OnnxNode& node, OnnxTensor value);
    void define_stored(const std::string& tensor, const onnx::TensorProto& value);
    /// Gives the node's output the meaning of its first input.
    void define_alias(const OnnxNode& node);

  private:
    using Value = std::variant<Feature, const onnx::TensorProto*, OnnxTensor>;

    [[nodiscard]] const Value& value(const OnnxNode& node, std::size_t input) const;
    [[nodiscard]] std::string unique(const std::string& name);
    void spend(const OnnxNode& node, std::size_t values);

    std::string file_;
    Limits limits_;
    Graph graph_;
    std::map<std::string, int> times_used_;  ///< of a node name
    std::map<std::string, Value> values_;
};

}  // namespace ohmgrid::detail
