#include "sim/network/fold.hpp"

#include <cstddef>
#include <utility>

namespace ohmgrid {
namespace {

std::size_t index_of(NodeId id) { return static_cast<std::size_t>(id.value); }

std::vector<int> count_users(const Graph& graph) {
    std::vector<int> users(graph.nodes.size(), 0);
    for (const Node& n : graph.nodes) {
        for (const NodeId input : n.inputs) ++users[index_of(input)];
    }
    ++users[index_of(graph.output)];
    return users;
}

void fold_into(Node& earlier, const Node& affine) {
    earlier.bias.resize(static_cast<std::size_t>(earlier.shape.channels), 0.0F);
    const std::size_t per_channel = earlier.weights.size() / earlier.bias.size();
    for (std::size_t c = 0; c < earlier.bias.size(); ++c) {
        const double scale = static_cast<double>(affine.weights[c]);
        const double shift = affine.bias.empty() ? 0.0 : static_cast<double>(affine.bias[c]);
        for (std::size_t i = c * per_channel; i < (c + 1) * per_channel; ++i) {
            earlier.weights[i] =
                static_cast<float>(scale * static_cast<double>(earlier.weights[i]));
        }
        earlier.bias[c] = static_cast<float>(scale * static_cast<double>(earlier.bias[c]) + shift);
    }
}

}  // namespace

Graph fold_affine(Graph graph) {
    const std::vector<int> users = count_users(graph);
    std::vector<Node> kept;
    std::vector<NodeId> now_at(graph.nodes.size());  // where a node's result is found in `kept`
    std::vector<int> users_of_kept;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        Node& n = graph.nodes[i];
        for (NodeId& input : n.inputs) input = now_at[index_of(input)];
        if (n.op == Op::affine && !n.weights.empty()) {
            const std::size_t at = index_of(n.inputs[0]);
            Node& earlier = kept[at];
            const bool takes_scale = earlier.is_weighted() || earlier.op == Op::affine;
            if (takes_scale && !earlier.weights.empty() && users_of_kept[at] == 1) {
                fold_into(earlier, n);
                now_at[i] = n.inputs[0];
                users_of_kept[at] = users[i];
                continue;
            }
        }
        now_at[i] = {static_cast<std::int64_t>(kept.size())};
        kept.push_back(std::move(n));
        users_of_kept.push_back(users[i]);
    }
    graph.nodes = std::move(kept);
    graph.output = now_at[index_of(graph.output)];
    return graph;
}

}  // namespace ohmgrid
