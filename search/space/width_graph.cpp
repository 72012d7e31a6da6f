#include "search/space/width_graph.hpp"

#include <map>
#include <numeric>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

/// Sets of nodes with the same number of channels.
class Sets {
  public:
    explicit Sets(std::size_t count) : parent_(count) {
        std::iota(parent_.begin(), parent_.end(), std::size_t{0});
    }
    std::size_t root(std::size_t i) const {
        while (parent_[i] != i) i = parent_[i];
        return i;
    }
    /// The lower root stays, so that a set is named after its first node.
    void join(std::size_t a, std::size_t b) {
        const std::size_t low = std::min(root(a), root(b));
        parent_[std::max(root(a), root(b))] = low;
    }

  private:
    std::vector<std::size_t> parent_;
};

std::size_t index(NodeId id) { return static_cast<std::size_t>(id.value); }

Sets join_channels(const Graph& network) {
    Sets sets(network.nodes.size());
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
        const Node& n = network.nodes[i];
        const bool starts_anew = n.is_weighted() || n.op == Op::input || n.op == Op::concat;
        if (starts_anew) continue;
        for (const NodeId input : n.inputs) sets.join(i, index(input));
    }
    return sets;
}

std::vector<bool> fixed_roots(const Graph& network, const Sets& sets) {
    std::vector<bool> fixed(network.nodes.size());
    const auto fix = [&](std::size_t node) { fixed[sets.root(node)] = true; };
    fix(0);
    fix(index(network.output));
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
        const Node& n = network.nodes[i];
        if (n.op != Op::concat && !(n.op == Op::convolution && n.groups > 1)) continue;
        fix(i);
        for (const NodeId input : n.inputs) fix(index(input));
    }
    return fixed;
}

void set_kernel(Node& n, std::int64_t side) {
    Window& w = n.window;
    const auto fits = [side](std::int64_t kernel, std::int64_t dilation, std::int64_t low,
                             std::int64_t high) {
        return side % 2 == 1 && kernel % 2 == 1 && low == high &&
               2 * low == dilation * (kernel - 1);
    };
    if (n.op != Op::convolution ||
        !fits(w.kernel_height, w.dilation_height, w.pad_top, w.pad_bottom) ||
        !fits(w.kernel_width, w.dilation_width, w.pad_left, w.pad_right)) {
        throw InputError(
            Message{.place = {},
                    .id = "SPC003",
                    .what = "layer " + n.name + ": its kernel cannot become " +
                            std::to_string(side) + " x " + std::to_string(side),
                    .remedy = "Only odd kernels of convolutions whose padding keeps the size of "
                              "the feature map can be searched"});
    }
    w.kernel_height = w.kernel_width = side;
    w.pad_top = w.pad_bottom = w.dilation_height * (side - 1) / 2;
    w.pad_left = w.pad_right = w.dilation_width * (side - 1) / 2;
}

}  // namespace

WidthGraph width_graph(const Graph& network) {
    const Sets sets = join_channels(network);
    const std::vector<bool> fixed = fixed_roots(network, sets);
    WidthGraph graph;
    std::map<std::size_t, int> variable_of_root;
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
        const std::size_t root = sets.root(i);
        const auto [at, is_new] =
            variable_of_root.try_emplace(root, static_cast<int>(graph.variables.size()));
        if (is_new) {
            WidthVariable& v = graph.variables.emplace_back();
            v.name = network.nodes[i].name;
            v.is_free = !fixed[root];
            v.choices.assign(1, network.nodes[i].shape.channels);
        }
        graph.variable_of_node.push_back(at->second);
        if (network.nodes[i].is_weighted()) {
            graph.variables[static_cast<std::size_t>(at->second)].nodes.push_back(
                NodeId{static_cast<std::int64_t>(i)});
        }
    }
    return graph;
}

Graph with_shapes(const Graph& network, const WidthGraph& graph,
                  std::span<const std::int64_t> widths, std::span<const std::int64_t> kernels) {
    Graph shaped{.name = network.name, .nodes = {}, .output = network.output};
    shaped.nodes.reserve(network.nodes.size());
    std::size_t layer = 0;
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
        const Node& from = network.nodes[i];
        Node n;
        n.name = from.name;
        n.op = from.op;
        n.inputs = from.inputs;
        n.shape = from.shape;
        n.window = from.window;
        n.groups = from.groups;
        n.average_counts_padding = from.average_counts_padding;
        n.clip_low = from.clip_low;
        n.clip_high = from.clip_high;
        if (n.is_weighted()) {
            n.shape.channels = widths[static_cast<std::size_t>(graph.variable_of_node[i])];
            if (kernels[layer] > 0) set_kernel(n, kernels[layer]);
            ++layer;
        }
        n.shape = infer_shape(shaped, n);
        shaped.nodes.push_back(std::move(n));
    }
    return shaped;
}

}  // namespace ohmgrid
