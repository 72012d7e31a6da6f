#pragma once

#include <onnx/onnx_pb.h>

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/io/subprocess.hpp"
#include "sim/network/onnx_import.hpp"

namespace ohmgrid {

/// A small ONNX model, written with the protobuf API as an exporter would.
class OnnxModel {
  public:
    using Dims = std::vector<std::int64_t>;

    /// The image is the tensor "x", the class scores are "y". An extent of 0 is free.
    explicit OnnxModel(const Dims& image, std::int64_t opset = 13) {
        model_.set_ir_version(8);
        model_.add_opset_import()->set_version(opset);
        add_input("x", image);
        graph().add_output()->set_name("y");
    }

    [[nodiscard]] onnx::ModelProto& model() { return model_; }
    [[nodiscard]] onnx::GraphProto& graph() { return *model_.mutable_graph(); }

    void add_input(const std::string& name, const Dims& dims) {
        onnx::ValueInfoProto& input = *graph().add_input();
        input.set_name(name);
        auto& type = *input.mutable_type()->mutable_tensor_type();
        type.set_elem_type(onnx::TensorProto::FLOAT);
        for (const std::int64_t extent : dims) {
            auto& dim = *type.mutable_shape()->add_dim();
            if (extent == 0) {
                dim.set_dim_param("N");
            } else {
                dim.set_dim_value(extent);
            }
        }
    }

    onnx::TensorProto& reals(const std::string& name, const Dims& dims,
                             const std::vector<float>& values) {
        onnx::TensorProto& tensor = add_tensor(name, dims, onnx::TensorProto::FLOAT);
        for (const float v : values) tensor.add_float_data(v);
        return tensor;
    }
    /// All values equal.
    onnx::TensorProto& filled(const std::string& name, const Dims& dims, float value = 0.5F) {
        std::int64_t count = 1;
        for (const std::int64_t extent : dims) count *= extent;
        return reals(name, dims, std::vector<float>(static_cast<std::size_t>(count), value));
    }
    onnx::TensorProto& integers(const std::string& name, const Dims& dims, const Dims& values) {
        onnx::TensorProto& tensor = add_tensor(name, dims, onnx::TensorProto::INT64);
        for (const std::int64_t v : values) tensor.add_int64_data(v);
        return tensor;
    }

    onnx::NodeProto& node(const std::string& op, const std::vector<std::string>& inputs,
                          const std::string& output = "y") {
        onnx::NodeProto& added = *graph().add_node();
        added.set_op_type(op);
        added.set_name(op + "_" + output);
        for (const std::string& input : inputs) added.add_input(input);
        added.add_output(output);
        return added;
    }

    [[nodiscard]] Graph imported() const {
        const TemporaryFolder folder;
        const std::filesystem::path path = folder.path() / "model.onnx";
        std::ofstream(path, std::ios::binary) << model_.SerializeAsString();
        return import_onnx(path);
    }

  private:
    onnx::TensorProto& add_tensor(const std::string& name, const Dims& dims, int type) {
        onnx::TensorProto& tensor = *graph().add_initializer();
        tensor.set_name(name);
        tensor.set_data_type(type);
        for (const std::int64_t extent : dims) tensor.add_dims(extent);
        return tensor;
    }

    onnx::ModelProto model_;
};

inline void set(onnx::NodeProto& node, const std::string& attribute,
                const std::vector<std::int64_t>& values) {
    onnx::AttributeProto& a = *node.add_attribute();
    a.set_name(attribute);
    a.set_type(onnx::AttributeProto::INTS);
    for (const std::int64_t v : values) a.add_ints(v);
}

inline void set(onnx::NodeProto& node, const std::string& attribute, int value) {
    onnx::AttributeProto& a = *node.add_attribute();
    a.set_name(attribute);
    a.set_type(onnx::AttributeProto::INT);
    a.set_i(value);
}

inline void set(onnx::NodeProto& node, const std::string& attribute, float value) {
    onnx::AttributeProto& a = *node.add_attribute();
    a.set_name(attribute);
    a.set_type(onnx::AttributeProto::FLOAT);
    a.set_f(value);
}

inline void set_text(onnx::NodeProto& node, const std::string& attribute,
                     const std::string& value) {
    onnx::AttributeProto& a = *node.add_attribute();
    a.set_name(attribute);
    a.set_type(onnx::AttributeProto::STRING);
    a.set_s(value);
}

/// The operators in the order of the graph's nodes.
inline std::vector<Op> ops_of(const Graph& graph) {
    std::vector<Op> ops;
    for (const Node& n : graph.nodes) ops.push_back(n.op);
    return ops;
}

/// What the import complains about; "imported" if it does not.
inline std::string complaint(const OnnxModel& model) {
    try {
        (void)model.imported();
    } catch (const Error& error) {
        return error.what();
    }
    return "imported";
}

}  // namespace ohmgrid
