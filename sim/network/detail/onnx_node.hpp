#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace onnx {
class AttributeProto;
class NodeProto;
class TensorProto;
}  // namespace onnx

namespace ohmgrid::detail {

/// One operation of an ONNX model: its attributes and tensor names, and the way to complain about
/// it. Refers to the model and the file name, which must outlive it.
class OnnxNode {
  public:
    OnnxNode(const onnx::NodeProto& stored, const std::string& file)
        : stored_(stored), file_(file) {}

    /// "node 'NAME' (OP)", as messages call it; a nameless node goes by its output.
    [[nodiscard]] std::string label() const;
    /// The operator, with its domain if that is not ONNX's own: "Conv", "com.microsoft.QLinearAdd".
    [[nodiscard]] std::string op() const;
    [[nodiscard]] const std::string& name() const;  ///< may be empty
    [[nodiscard]] std::size_t inputs() const;
    [[nodiscard]] bool has_input(std::size_t i) const;  ///< given and not left out
    [[nodiscard]] const std::string& input(std::size_t i) const;
    [[nodiscard]] const std::string& output() const;

    /// Attributes; the fallback where the node does not set them.
    /// @throws InputError (NET008) if the attribute has another type
    [[nodiscard]] bool has(std::string_view attribute) const;
    [[nodiscard]] std::int64_t integer(std::string_view attribute, std::int64_t fallback) const;
    [[nodiscard]] float real(std::string_view attribute, float fallback) const;
    [[nodiscard]] std::string text(std::string_view attribute, std::string_view fallback) const;
    [[nodiscard]] std::vector<std::int64_t> integers(std::string_view attribute) const;
    [[nodiscard]] std::vector<float> reals(std::string_view attribute) const;
    [[nodiscard]] const onnx::TensorProto* tensor(std::string_view attribute) const;

    /// Verifies the number of inputs and that all attributes are known.
    /// @throws InputError (NET008)
    void check(std::size_t least_inputs, std::size_t most_inputs,
               std::span<const std::string_view> known_attributes) const;

    /// @throws InputError: "FILE: error[ID]: node 'NAME' (OP): what. remedy"
    [[noreturn]] void refuse(std::string id, const std::string& what, std::string remedy) const;

  private:
    [[nodiscard]] const onnx::AttributeProto* find(std::string_view attribute, int type) const;

    const onnx::NodeProto& stored_;
    const std::string& file_;
};

}  // namespace ohmgrid::detail
