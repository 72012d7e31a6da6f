#include "sim/network/onnx_export.hpp"

#include <onnx/onnx_pb.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"

namespace ohmgrid {
namespace {

using Dims = std::vector<std::int64_t>;

constexpr std::int64_t opset = 13;
constexpr std::int64_t ir_version = 8;          // of the releases that know opset 13 .. 16
constexpr std::size_t most_bytes = 2000000000;  // protobuf's messages end at 2 GiB

[[noreturn]] void refuse(const std::string& what, const std::string& remedy) {
    throw InputError(Message{.place = {}, .id = "NET030", .what = what, .remedy = remedy});
}

class Writer {
  public:
    explicit Writer(const Graph& graph) : graph_(graph) {
        model_.set_ir_version(ir_version);
        model_.set_producer_name("ohmgrid");
        model_.add_opset_import()->set_version(opset);
        out().set_name(graph.name.empty() ? "network" : graph.name);
        for (const Node& n : graph.nodes) add(n);
        const Node& last = graph.node(graph.output);
        declare(*out().add_output(), last);
    }

    [[nodiscard]] std::string bytes() const { return model_.SerializeAsString(); }

  private:
    onnx::GraphProto& out() { return *model_.mutable_graph(); }

    /// Vectors stay vectors through activations and additions.
    Dims dims_of(const Node& n) const {
        if (n.op == Op::linear || n.op == Op::flatten) return {n.shape.channels};
        const bool keeps =
            n.op == Op::clip || n.op == Op::add || n.op == Op::softmax || n.op == Op::affine;
        if (keeps) return dims_of(graph_.input_of(n));
        return {n.shape.channels, n.shape.height, n.shape.width};
    }

    void declare(onnx::ValueInfoProto& value, const Node& n) const {
        value.set_name(n.name);
        auto& type = *value.mutable_type()->mutable_tensor_type();
        type.set_elem_type(onnx::TensorProto::FLOAT);
        type.mutable_shape()->add_dim()->set_dim_param("N");
        for (const std::int64_t extent : dims_of(n)) {
            type.mutable_shape()->add_dim()->set_dim_value(extent);
        }
    }

    std::string tensor(const std::string& name, const Dims& dims,
                       const std::vector<float>& values) {
        onnx::TensorProto& t = *out().add_initializer();
        t.set_name(name);
        t.set_data_type(onnx::TensorProto::FLOAT);
        for (const std::int64_t extent : dims) t.add_dims(extent);
        std::string raw(values.size() * sizeof(float), '\0');
        std::memcpy(raw.data(), values.data(), raw.size());
        t.set_raw_data(raw);
        return name;
    }
    std::string integers(const std::string& name, const Dims& values) {
        onnx::TensorProto& t = *out().add_initializer();
        t.set_name(name);
        t.set_data_type(onnx::TensorProto::INT64);
        t.add_dims(std::ssize(values));
        for (const std::int64_t v : values) t.add_int64_data(v);
        return name;
    }

    onnx::NodeProto& node(const Node& n, const std::string& type) {
        onnx::NodeProto& added = *out().add_node();
        added.set_op_type(type);
        added.set_name(n.name);
        for (const NodeId input : n.inputs) added.add_input(graph_.node(input).name);
        added.add_output(n.name);
        return added;
    }
    static void set(onnx::NodeProto& node, const std::string& name, const Dims& values) {
        onnx::AttributeProto& a = *node.add_attribute();
        a.set_name(name);
        a.set_type(onnx::AttributeProto::INTS);
        for (const std::int64_t v : values) a.add_ints(v);
    }
    static void set(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
        onnx::AttributeProto& a = *node.add_attribute();
        a.set_name(name);
        a.set_type(onnx::AttributeProto::INT);
        a.set_i(value);
    }

    static void set_window(onnx::NodeProto& node, const Window& w, bool has_dilation) {
        set(node, "kernel_shape", Dims{w.kernel_height, w.kernel_width});
        set(node, "strides", Dims{w.stride_height, w.stride_width});
        set(node, "pads", Dims{w.pad_top, w.pad_left, w.pad_bottom, w.pad_right});
        if (has_dilation) set(node, "dilations", Dims{w.dilation_height, w.dilation_width});
    }

    /// Between a pooled map and the linear layer `n`, whose input is a vector.
    void add_flatten(const Node& n) {
        onnx::NodeProto& flat = *out().add_node();
        flat.set_op_type("Flatten");
        flat.set_name(n.name + ".flatten");
        flat.add_input(graph_.input_of(n).name);
        flat.add_output(n.name + ".flat");
        set(flat, "axis", 1);
    }

    void add(const Node& n);
    void add_weighted(const Node& n);
    void add_clip(const Node& n);
    void add_affine(const Node& n);

    const Graph& graph_;
    onnx::ModelProto model_;
};

void Writer::add_weighted(const Node& n) {
    const std::int64_t inputs = std::ssize(n.weights) / n.shape.channels;
    std::vector<float> bias = n.bias;
    bias.resize(static_cast<std::size_t>(n.shape.channels), 0.0F);
    if (n.op == Op::linear) {
        const bool is_flat = dims_of(graph_.input_of(n)).size() == 1;
        if (!is_flat) add_flatten(n);
        onnx::NodeProto& gemm = node(n, "Gemm");
        if (!is_flat) gemm.set_input(0, n.name + ".flat");
        set(gemm, "transB", 1);
        gemm.add_input(tensor(n.name + ".weight", {n.shape.channels, inputs}, n.weights));
        gemm.add_input(tensor(n.name + ".bias", {n.shape.channels}, bias));
        return;
    }
    const Window& w = n.window;
    onnx::NodeProto& conv = node(n, "Conv");
    set_window(conv, w, true);
    set(conv, "group", n.groups);
    conv.add_input(tensor(n.name + ".weight",
                          {n.shape.channels, inputs / w.kernel_height / w.kernel_width,
                           w.kernel_height, w.kernel_width},
                          n.weights));
    conv.add_input(tensor(n.name + ".bias", {n.shape.channels}, bias));
}

void Writer::add_clip(const Node& n) {
    if (n.clip_low == 0 && std::isinf(n.clip_high)) {
        node(n, "Relu");
        return;
    }
    onnx::NodeProto& clip = node(n, "Clip");
    clip.add_input(std::isinf(n.clip_low) ? "" : tensor(n.name + ".low", {}, {n.clip_low}));
    if (!std::isinf(n.clip_high)) clip.add_input(tensor(n.name + ".high", {}, {n.clip_high}));
}

/// Scale and shift as a batch normalisation of zero mean and unit variance.
void Writer::add_affine(const Node& n) {
    const auto channels = static_cast<std::size_t>(n.shape.channels);
    std::vector<float> shift = n.bias;
    shift.resize(channels, 0.0F);
    onnx::NodeProto& norm = node(n, "BatchNormalization");
    onnx::AttributeProto& epsilon = *norm.add_attribute();
    epsilon.set_name("epsilon");
    epsilon.set_type(onnx::AttributeProto::FLOAT);
    epsilon.set_f(0);
    const Dims dims{n.shape.channels};
    norm.add_input(tensor(n.name + ".scale", dims, n.weights));
    norm.add_input(tensor(n.name + ".shift", dims, shift));
    norm.add_input(tensor(n.name + ".mean", dims, std::vector<float>(channels, 0.0F)));
    norm.add_input(tensor(n.name + ".variance", dims, std::vector<float>(channels, 1.0F)));
}

void Writer::add(const Node& n) {
    switch (n.op) {
        case Op::input:
            declare(*out().add_input(), n);
            break;
        case Op::convolution:
        case Op::linear:
            add_weighted(n);
            break;
        case Op::affine:
            add_affine(n);
            break;
        case Op::clip:
            add_clip(n);
            break;
        case Op::add:
            node(n, "Add");
            break;
        case Op::concat:
            set(node(n, "Concat"), "axis", 1);
            break;
        case Op::max_pool:
            set_window(node(n, "MaxPool"), n.window, true);
            break;
        case Op::average_pool: {
            onnx::NodeProto& pool = node(n, "AveragePool");
            set_window(pool, n.window, false);
            set(pool, "count_include_pad", n.average_counts_padding ? 1 : 0);
            break;
        }
        case Op::global_average_pool:
            node(n, "GlobalAveragePool");
            break;
        case Op::pad: {
            const Window& w = n.window;
            node(n, "Pad").add_input(integers(
                n.name + ".pads", {0, 0, w.pad_top, w.pad_left, 0, 0, w.pad_bottom, w.pad_right}));
            break;
        }
        case Op::flatten:
            set(node(n, "Flatten"), "axis", 1);
            break;
        case Op::softmax:
            set(node(n, "Softmax"), "axis", 1);
            break;
    }
}

}  // namespace

void export_onnx(const Graph& graph, const std::filesystem::path& path) {
    check(graph);
    if (!graph.has_weights()) {
        refuse("network " + graph.name + " has shapes but no weights", "Give it initial weights");
    }
    std::size_t bytes = 0;
    for (const Node& n : graph.nodes) bytes += n.weights.size() * sizeof(float);
    if (bytes > most_bytes) {
        refuse("network " + graph.name + " has " + std::to_string(bytes) + " bytes of weights",
               "One ONNX file holds less than 2 GiB");
    }
    write_file(path, Writer(graph).bytes());
}

}  // namespace ohmgrid
