#pragma once

#include <span>
#include <string>

#include "sim/cost/technology.hpp"

namespace ohmgrid {

/// A coefficient of a published model at one node.
struct NodeValue {
    double node_nanometre = 0;
    double value = 0;
};

/// The coefficient at `technology`'s node: straight lines between nodes on double logarithmic axes,
/// nodes in falling order. `model` names the model in the message.
/// @throws InputError (id COST003) outside the nodes of the table: no extrapolation
double by_node(std::span<const NodeValue> table, const Technology& technology,
               const std::string& model);

}  // namespace ohmgrid
