#include "sim/network/detail/onnx_scope.hpp"

#include <onnx/onnx_pb.h>

#include <utility>

#include "sim/core/error.hpp"

namespace ohmgrid::detail {
namespace {

std::string numbered_input(const OnnxNode& node, std::size_t input) {
    return "input " + std::to_string(input) + " ('" + node.input(input) + "')";
}

}  // namespace

std::set<std::int64_t> spatial_axes(const Feature& map) {
    if (map.order == AxisOrder::channels_last) return {1, 2};
    return {2, 3};
}

OnnxScope::OnnxScope(std::string file, const Limits& limits)
    : file_(std::move(file)), limits_(limits) {}

std::vector<std::int64_t> OnnxScope::image_dims(const Feature& f) const {
    const Shape& s = shape_of(f);
    if (f.order == AxisOrder::channels_last && f.rank == 4) return {s.height, s.width, s.channels};
    std::vector<std::int64_t> dims{s.channels, s.height, s.width};
    dims.resize(static_cast<std::size_t>(f.rank) - 1);
    return dims;
}

Graph OnnxScope::finish(const std::string& output) && {
    const auto found = values_.find(output);
    const auto* made = found == values_.end() ? nullptr : std::get_if<Feature>(&found->second);
    if (made == nullptr || made->node.value == 0) {
        throw InputError(Message{.place = file_,
                                 .id = "NET009",
                                 .what = "the output '" + output + "' does not depend on the image",
                                 .remedy = "Export the network from its image to its scores"});
    }
    graph_.output = made->node;
    return std::move(graph_);
}

const OnnxScope::Value& OnnxScope::value(const OnnxNode& node, std::size_t input) const {
    const auto found = values_.find(node.input(input));
    if (found != values_.end()) return found->second;
    node.refuse("NET009", numbered_input(node, input) + " is made by nothing before it",
                "The model is incomplete or its nodes are out of order: export it again");
}

bool OnnxScope::is_constant(const OnnxNode& node, std::size_t input) const {
    return !std::holds_alternative<Feature>(value(node, input));
}

const Feature& OnnxScope::feature(const OnnxNode& node, std::size_t input) const {
    if (const auto* found = std::get_if<Feature>(&value(node, input))) return *found;
    node.refuse("NET008", numbered_input(node, input) + " is a constant",
                "Only the result of another node is supported there");
}

const Feature& OnnxScope::feature_map(const OnnxNode& node, std::size_t input) const {
    const Feature& found = feature(node, input);
    if (found.rank == 4 && found.order == AxisOrder::channels_first) return found;
    node.refuse("NET008",
                numbered_input(node, input) +
                    (found.rank == 4 ? " has its channels last" : " is no feature map"),
                "It takes batch x channels x height x width");
}

const Feature& OnnxScope::vector(const OnnxNode& node, std::size_t input) const {
    const Feature& found = feature(node, input);
    if (found.rank == 2) return found;
    node.refuse("NET008", numbered_input(node, input) + " is no vector",
                "It takes batch x features: put a Flatten in between");
}

OnnxTensor OnnxScope::constant(const OnnxNode& node, std::size_t input) const {
    const Value& found = value(node, input);
    if (const auto* computed = std::get_if<OnnxTensor>(&found)) return *computed;
    if (const auto* stored = std::get_if<const onnx::TensorProto*>(&found)) {
        try {
            return read_tensor(**stored);
        } catch (const InputError& error) {
            node.refuse(error.messages().front().id, error.messages().front().what,
                        error.messages().front().remedy);
        }
    }
    node.refuse("NET008", numbered_input(node, input) + " depends on the image",
                "Only a constant is supported there");
}

RealTensor OnnxScope::real_constant(const OnnxNode& node, std::size_t input) const {
    OnnxTensor found = constant(node, input);
    if (auto* reals = std::get_if<RealTensor>(&found)) return std::move(*reals);
    node.refuse("NET007", numbered_input(node, input) + " holds integers",
                "Export the network with FLOAT weights");
}

IntegerTensor OnnxScope::integer_constant(const OnnxNode& node, std::size_t input) const {
    OnnxTensor found = constant(node, input);
    if (auto* integers = std::get_if<IntegerTensor>(&found)) return std::move(*integers);
    node.refuse("NET007", numbered_input(node, input) + " does not hold integers",
                "Export with constant folding: only shapes are computed");
}

std::vector<std::int64_t> OnnxScope::integers(const OnnxNode& node, std::size_t input) const {
    if (!node.has_input(input)) return {};
    return integer_constant(node, input).values;
}

float OnnxScope::scalar(const OnnxNode& node, std::size_t input, float fallback) const {
    if (!node.has_input(input)) return fallback;
    const RealTensor found = real_constant(node, input);
    if (found.values.size() == 1) return found.values.front();
    node.refuse("NET008", numbered_input(node, input) + " has the shape " + text_of(found.dims),
                "A single number is supported there");
}

std::set<std::int64_t> OnnxScope::axes(const OnnxNode& node, std::int64_t rank) const {
    std::set<std::int64_t> out;
    for (const std::int64_t axis : node.has("axes") ? node.integers("axes") : integers(node, 1)) {
        out.insert(axis < 0 ? axis + rank : axis);
    }
    return out;
}

std::string OnnxScope::unique(const std::string& name) {
    const int times = ++times_used_[name];
    return times == 1 ? name : unique(name + '_' + std::to_string(times));
}

void OnnxScope::check_budget(const OnnxNode& node, std::int64_t values) const {
    if (values <= limits_.weight_budget) return;
    node.refuse("NET004", "the network's weights are far larger than its file",
                "The file is damaged or shares one tensor between too many nodes");
}

void OnnxScope::spend(const OnnxNode& node, std::size_t values) {
    check_budget(node, static_cast<std::int64_t>(values));
    limits_.weight_budget -= static_cast<std::int64_t>(values);
}

NodeId OnnxScope::add(const OnnxNode& node, Node made) {
    spend(node, made.weights.size() + made.bias.size());
    if (made.name.empty()) made.name = node.name().empty() ? node.output() : node.name();
    made.name = unique(made.name);
    try {
        made.shape = infer_shape(graph_, made);
    } catch (const InputError& error) {
        node.refuse(error.messages().front().id, error.messages().front().what,
                    error.messages().front().remedy);
    }
    graph_.nodes.push_back(std::move(made));
    return {static_cast<std::int64_t>(graph_.nodes.size()) - 1};
}

void OnnxScope::define_image(const std::string& tensor, const Shape& shape, Feature image) {
    Node made{.name = unique(tensor), .op = Op::input, .shape = shape};
    try {
        made.shape = infer_shape(graph_, made);
    } catch (const InputError& error) {
        Message message = error.messages().front();
        message.place = file_;
        throw InputError(std::move(message));
    }
    graph_.nodes.push_back(std::move(made));
    values_.insert_or_assign(tensor, image);
}

void OnnxScope::define(const OnnxNode& node, Feature result) {
    values_.insert_or_assign(node.output(), result);
}

void OnnxScope::define_constant(const OnnxNode& node, OnnxTensor value) {
    spend(node, std::visit([](const auto& tensor) { return tensor.values.size(); }, value));
    values_.insert_or_assign(node.output(), std::move(value));
}

void OnnxScope::define_stored(const std::string& tensor, const onnx::TensorProto& value) {
    values_.insert_or_assign(tensor, &value);
}

void OnnxScope::define_alias(const OnnxNode& node) {
    Value meaning = value(node, 0);
    if (auto* computed = std::get_if<OnnxTensor>(&meaning)) {
        define_constant(node, std::move(*computed));
    } else {
        values_.insert_or_assign(node.output(), std::move(meaning));
    }
}

}  // namespace ohmgrid::detail
