#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/network/graph.hpp"

namespace ohmgrid {

/// Layers whose numbers of output channels must be equal, because their outputs are added: one
/// variable of the search.
struct WidthVariable {
    std::string name;           ///< of the first of its layers
    std::vector<NodeId> nodes;  ///< its convolutions and linear layers
    bool is_free = true;        ///< false: the width must stay (image, classes, concatenations,
                                ///< grouped convolutions)
    std::vector<std::int64_t> choices = {};  ///< ascending; at least one
};

/// How the channels of a network hang together.
struct WidthGraph {
    std::vector<WidthVariable> variables;
    std::vector<int> variable_of_node;  ///< of a node's output
};

/// Follows channels through additions, activations and pools. Every variable starts with one
/// choice, the network's own width.
WidthGraph width_graph(const Graph& network);

/// The shapes of `network` with other widths: no weights are kept.
/// @param widths  output channels by variable
/// @param kernels side of the kernel by weighted layer; 0: as it is
/// @throws InputError NET003, NET004 as infer_shape; SPC003 a kernel that needs another padding
Graph with_shapes(const Graph& network, const WidthGraph& graph,
                  std::span<const std::int64_t> widths, std::span<const std::int64_t> kernels);

}  // namespace ohmgrid
