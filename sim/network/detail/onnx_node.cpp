#include "sim/network/detail/onnx_node.hpp"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <utility>

#include "sim/core/error.hpp"

namespace ohmgrid::detail {

std::string OnnxNode::label() const {
    const std::string& called = name().empty() && stored_.output_size() > 0 ? output() : name();
    return "node '" + called + "' (" + op() + ")";
}

std::string OnnxNode::op() const {
    const std::string& domain = stored_.domain();
    if (domain.empty() || domain == "ai.onnx") return stored_.op_type();
    return domain + '.' + stored_.op_type();
}

const std::string& OnnxNode::name() const { return stored_.name(); }

std::size_t OnnxNode::inputs() const { return static_cast<std::size_t>(stored_.input_size()); }

bool OnnxNode::has_input(std::size_t i) const { return i < inputs() && !input(i).empty(); }

const std::string& OnnxNode::input(std::size_t i) const {
    return stored_.input(static_cast<int>(i));
}

const std::string& OnnxNode::output() const { return stored_.output(0); }

const onnx::AttributeProto* OnnxNode::find(std::string_view attribute, int type) const {
    for (const onnx::AttributeProto& a : stored_.attribute()) {
        if (a.name() != attribute) continue;
        if (a.type() != type) {
            refuse("NET008", "attribute " + a.name() + " has the wrong type",
                   "The file is damaged: export it again");
        }
        return &a;
    }
    return nullptr;
}

bool OnnxNode::has(std::string_view attribute) const {
    return std::any_of(
        stored_.attribute().begin(), stored_.attribute().end(),
        [attribute](const onnx::AttributeProto& a) { return a.name() == attribute; });
}

std::int64_t OnnxNode::integer(std::string_view attribute, std::int64_t fallback) const {
    const auto* a = find(attribute, onnx::AttributeProto::INT);
    return a != nullptr ? a->i() : fallback;
}

float OnnxNode::real(std::string_view attribute, float fallback) const {
    const auto* a = find(attribute, onnx::AttributeProto::FLOAT);
    return a != nullptr ? a->f() : fallback;
}

std::string OnnxNode::text(std::string_view attribute, std::string_view fallback) const {
    const auto* a = find(attribute, onnx::AttributeProto::STRING);
    return a != nullptr ? a->s() : std::string(fallback);
}

std::vector<std::int64_t> OnnxNode::integers(std::string_view attribute) const {
    const auto* a = find(attribute, onnx::AttributeProto::INTS);
    if (a == nullptr) return {};
    return {a->ints().begin(), a->ints().end()};
}

std::vector<float> OnnxNode::reals(std::string_view attribute) const {
    const auto* a = find(attribute, onnx::AttributeProto::FLOATS);
    if (a == nullptr) return {};
    return {a->floats().begin(), a->floats().end()};
}

const onnx::TensorProto* OnnxNode::tensor(std::string_view attribute) const {
    const auto* a = find(attribute, onnx::AttributeProto::TENSOR);
    return a != nullptr ? &a->t() : nullptr;
}

void OnnxNode::check(std::size_t least_inputs, std::size_t most_inputs,
                     std::span<const std::string_view> known_attributes) const {
    if (stored_.output_size() == 0) {
        refuse("NET008", "it has no output", "The file is damaged: export it again");
    }
    if (inputs() > most_inputs) {
        refuse("NET008",
               "it has " + std::to_string(inputs()) + " inputs but takes at most " +
                   std::to_string(most_inputs),
               "Export with an opset this version knows (7 .. 21)");
    }
    for (std::size_t i = 0; i < least_inputs; ++i) {
        if (!has_input(i)) {
            refuse("NET008", "input " + std::to_string(i) + " is missing",
                   "The file is damaged: export it again");
        }
    }
    for (const onnx::AttributeProto& a : stored_.attribute()) {
        const auto known = std::find(known_attributes.begin(), known_attributes.end(), a.name());
        if (known == known_attributes.end()) {
            refuse("NET008", "attribute " + a.name() + " is not supported",
                   "Export with an opset this version knows (7 .. 21)");
        }
    }
}

void OnnxNode::refuse(std::string id, const std::string& what, std::string remedy) const {
    throw InputError(Message{.place = file_,
                             .id = std::move(id),
                             .what = label() + ": " + what,
                             .remedy = std::move(remedy)});
}

}  // namespace ohmgrid::detail
