#include "sim/network/onnx_import.hpp"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/network/detail/onnx_operators.hpp"
#include "sim/network/fold.hpp"

namespace ohmgrid {
namespace {

using detail::AxisOrder;
using detail::OnnxNode;
using detail::OnnxOperator;
using detail::OnnxScope;

/// Older operator sets give some operators another meaning.
constexpr std::int64_t oldest_opset = 7;

/// Values that shape arithmetic and constants broadcast over channels may take beyond the file's
/// own (16 MiB as float32).
constexpr std::int64_t spare_weights = std::int64_t{1} << 22;

/// Reads one model: what its steps have in common is the file to complain about.
class ModelReader {
  public:
    explicit ModelReader(const std::filesystem::path& path) : file_(path.string()) {
        std::error_code unknown_size;
        const std::uintmax_t size = std::filesystem::file_size(path, unknown_size);
        if (!unknown_size && size > std::numeric_limits<std::int32_t>::max()) {
            refuse("NET004", "the file is larger than the 2 GiB of an ONNX model",
                   "Models with external data are not supported");
        }
        if (!model_.ParseFromString(read_file(path)) || !model_.has_graph()) {
            refuse("NET006", "this is not a complete ONNX model",
                   "The file is truncated, damaged or of another kind: export or copy it again");
        }
        // Shared tensors may be used four times over (float32) before the budget is spent.
        weight_budget_ = static_cast<std::int64_t>(model_.ByteSizeLong()) + spare_weights;
    }

    [[nodiscard]] Graph read() const {
        const std::string& output = output_name();
        const std::vector<int> live = live_nodes(output);
        refuse_unsupported(live);
        const onnx::ValueInfoProto& image = image_input();
        OnnxScope scope(file_, {opset(), fixed_batch(image), weight_budget_});
        for (const onnx::TensorProto& tensor : model_.graph().initializer()) {
            scope.define_stored(tensor.name(), tensor);
        }
        define_image(scope, image, live);
        for (const int i : live) {
            const OnnxNode node(model_.graph().node(i), file_);
            const OnnxOperator& op = *operator_of(node);
            node.check(op.least_inputs, op.most_inputs, op.attributes);
            op.import(scope, node);
        }
        return std::move(scope).finish(output);
    }

  private:
    [[noreturn]] void refuse(std::string id, std::string what, std::string remedy) const {
        throw InputError(Message{.place = file_,
                                 .id = std::move(id),
                                 .what = std::move(what),
                                 .remedy = std::move(remedy)});
    }

    [[nodiscard]] std::int64_t opset() const {
        std::int64_t version = 0;
        for (const auto& set : model_.opset_import()) {
            if (set.domain().empty() || set.domain() == "ai.onnx") version = set.version();
        }
        if (version < oldest_opset) {
            refuse("NET006",
                   "the model is written in operator set " + std::to_string(version) +
                       ", older than " + std::to_string(oldest_opset),
                   "Export it again, for example with opset_version=13");
        }
        return version;
    }

    [[nodiscard]] const std::string& output_name() const {
        const auto& outputs = model_.graph().output();
        if (outputs.size() != 1) {
            std::string names;
            for (const auto& o : outputs) names += (names.empty() ? ": " : ", ") + o.name();
            refuse("NET009",
                   "the network has " + std::to_string(outputs.size()) + " outputs" + names,
                   "Export it with the class scores as its only output");
        }
        return outputs[0].name();
    }

    /// The only input that is no initializer.
    [[nodiscard]] const onnx::ValueInfoProto& image_input() const {
        std::set<std::string_view> stored;
        for (const auto& tensor : model_.graph().initializer()) stored.insert(tensor.name());
        const onnx::ValueInfoProto* image = nullptr;
        std::string names;
        for (const auto& input : model_.graph().input()) {
            if (stored.contains(input.name())) continue;
            if (image != nullptr) {
                refuse("NET009", "the network has several inputs: " + names + ", " + input.name(),
                       "Export it with the image as its only input");
            }
            image = &input;
            names = input.name();
        }
        if (image == nullptr) {
            refuse("NET009", "the network has no input", "Export it with the image as its input");
        }
        if (model_.graph().sparse_initializer_size() > 0) {
            refuse("NET007", "the network has sparse weights", "Export it with dense weights");
        }
        return *image;
    }

    /// Nodes the output depends on, in the order of the file.
    [[nodiscard]] std::vector<int> live_nodes(const std::string& output) const {
        const auto& nodes = model_.graph().node();
        std::map<std::string_view, int> maker;
        for (int i = 0; i < nodes.size(); ++i) {
            for (const std::string& made : nodes[i].output()) {
                if (!made.empty() && !maker.emplace(made, i).second) {
                    refuse("NET009", "tensor '" + made + "' is made by two nodes",
                           "The file is damaged: export it again");
                }
            }
        }
        std::set<int> live;
        std::vector<std::string_view> wanted{output};
        while (!wanted.empty()) {
            const auto found = maker.find(wanted.back());
            wanted.pop_back();
            if (found == maker.end() || !live.insert(found->second).second) continue;
            for (const std::string& input : nodes[found->second].input()) wanted.push_back(input);
        }
        return {live.begin(), live.end()};
    }

    [[nodiscard]] static const OnnxOperator* operator_of(const OnnxNode& node) {
        const auto table = detail::onnx_operators();
        const auto found = std::ranges::find(table, node.op(), &OnnxOperator::name);
        return found == table.end() ? nullptr : &*found;
    }

    void refuse_unsupported(const std::vector<int>& live) const {
        std::string supported;
        for (const OnnxOperator& op : detail::onnx_operators()) {
            supported += (supported.empty() ? "" : ", ") + std::string(op.name);
        }
        Complaints complaints;
        std::set<std::string> seen;
        for (const int i : live) {
            const OnnxNode node(model_.graph().node(i), file_);
            if (operator_of(node) != nullptr || !seen.insert(node.op()).second) continue;
            complaints.add({.place = file_,
                            .id = "NET002",
                            .what = node.label() + ": this operator is not supported",
                            .remedy = "Supported are " + supported});
        }
        complaints.throw_if_any();
    }

    [[nodiscard]] static std::int64_t fixed_batch(const onnx::ValueInfoProto& image) {
        const auto& dims = image.type().tensor_type().shape().dim();
        return !dims.empty() && dims[0].dim_value() > 0 ? dims[0].dim_value() : 1;
    }

    /// An image stored channels-last is one that only transpositions to channels-first read.
    [[nodiscard]] AxisOrder order_of(const std::string& image, const std::vector<int>& live) const {
        const std::vector<std::int64_t> to_channels_first{0, 3, 1, 2};
        bool channels_last = false;
        for (const int i : live) {
            const OnnxNode node(model_.graph().node(i), file_);
            for (std::size_t k = 0; k < node.inputs(); ++k) {
                if (node.input(k) != image) continue;
                channels_last =
                    node.op() == "Transpose" && node.integers("perm") == to_channels_first;
                if (!channels_last) return AxisOrder::channels_first;
            }
        }
        return channels_last ? AxisOrder::channels_last : AxisOrder::channels_first;
    }

    /// Extents of one image in the order of the file; 1 where a vector has no axis.
    [[nodiscard]] std::array<std::int64_t, 3> extents_of(const onnx::ValueInfoProto& image) const {
        const auto& dims = image.type().tensor_type().shape().dim();
        std::array<std::int64_t, 3> extents{1, 1, 1};
        for (int axis = 1; axis < dims.size(); ++axis) {
            if (dims[axis].dim_value() < 1) {
                refuse("NET009",
                       "axis " + std::to_string(axis) + " of input '" + image.name() +
                           "' has no fixed extent",
                       "Export the network for one image size; only the batch may vary");
            }
            extents[static_cast<std::size_t>(axis) - 1] = dims[axis].dim_value();
        }
        return extents;
    }

    void define_image(OnnxScope& scope, const onnx::ValueInfoProto& image,
                      const std::vector<int>& live) const {
        const auto& type = image.type().tensor_type();
        if (type.elem_type() != onnx::TensorProto::FLOAT &&
            type.elem_type() != onnx::TensorProto::DOUBLE) {
            refuse("NET009", "input '" + image.name() + "' is not an image of real numbers",
                   "Export the network with a FLOAT input");
        }
        const int rank = type.shape().dim_size();
        if (rank != 4 && rank != 2) {
            refuse("NET009", "input '" + image.name() + "' has " + std::to_string(rank) + " axes",
                   "It must be batch x channels x height x width or batch x features");
        }
        const AxisOrder order =
            rank == 4 ? order_of(image.name(), live) : AxisOrder::channels_first;
        const auto [a, b, c] = extents_of(image);
        const Shape shape = order == AxisOrder::channels_last ? Shape{c, a, b} : Shape{a, b, c};
        scope.define_image(image.name(), shape, {.node = {0}, .rank = rank, .order = order});
    }

    std::string file_;
    onnx::ModelProto model_;
    std::int64_t weight_budget_ = 0;
};

}  // namespace

Graph import_onnx(const std::filesystem::path& path) {
    Graph graph = fold_affine(ModelReader(path).read());
    graph.name = path.stem().string();
    try {
        check(graph);
    } catch (const InputError& error) {
        Message message = error.messages().front();
        message.place = path.string();
        throw InputError(std::move(message));
    }
    return graph;
}

std::vector<std::string> supported_onnx_operators() {
    std::vector<std::string> names;
    for (const OnnxOperator& op : detail::onnx_operators()) names.emplace_back(op.name);
    return names;
}

}  // namespace ohmgrid
