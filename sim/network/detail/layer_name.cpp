#include "sim/network/detail/layer_name.hpp"

#include <string_view>

namespace ohmgrid::detail {
namespace {

/// "/layer1/layer1.0/conv1/Conv" -> "layer1.0.conv1": each scope is relative to the one before it,
/// unless it repeats that one's name; the last word is the operator. Empty if there is no module.
std::string module_of(std::string_view scopes) {
    std::string out;
    while (scopes.starts_with('/')) {
        scopes.remove_prefix(1);
        const std::size_t end = scopes.find('/');
        if (end == std::string_view::npos) break;
        const std::string_view scope = scopes.substr(0, end);
        if (out.empty() || scope.starts_with(out + '.')) {
            out = scope;
        } else {
            out += '.';
            out += scope;
        }
        scopes.remove_prefix(end);
    }
    return out;
}

}  // namespace

std::string layer_name(const OnnxNode& node, const std::string& weights) {
    constexpr std::string_view suffix = ".weight";
    if (weights.ends_with(suffix) && weights.size() > suffix.size()) {
        return weights.substr(0, weights.size() - suffix.size());
    }
    if (std::string module = module_of(node.name()); !module.empty()) return module;
    return node.name().empty() ? node.output() : node.name();
}

}  // namespace ohmgrid::detail
