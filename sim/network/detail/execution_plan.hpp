#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/network/detail/blocked_map.hpp"
#include "sim/network/detail/packed_layer.hpp"
#include "sim/network/graph.hpp"

namespace ohmgrid::detail {

/// Who computes the weighted nodes.
enum class LayerKind {
    digital,  ///< the packed kernels
    replaced  ///< a LayerFunction
};

/// One operation to perform: a node, perhaps together with the addition and the clipping after it.
struct Step {
    NodeId node;
    NodeId result;  ///< the node whose value is left behind: `node` or what was fused into it
    std::vector<NodeId> inputs = {};
    std::optional<NodeId> addend = {};
    std::optional<LayerId> layer = {};       ///< of a weighted node
    std::optional<PackedLayer> kernel = {};  ///< of a digital weighted node
};

/// Which steps run in which order, and in which of a few reused buffers their results lie.
struct ExecutionPlan {
    std::vector<Step> steps;
    std::vector<BlockedLayout> layouts;       ///< by node; of results only
    std::vector<std::size_t> buffers;         ///< by node: index of its buffer; of results only
    std::vector<std::int64_t> buffer_floats;  ///< by buffer

    [[nodiscard]] const BlockedLayout& layout(NodeId id) const {
        return layouts[static_cast<std::size_t>(id.value)];
    }
    [[nodiscard]] std::size_t buffer(NodeId id) const {
        return buffers[static_cast<std::size_t>(id.value)];
    }
};

/// Digital weighted nodes absorb the addition and the clip that alone use their result.
/// @param layers  by LayerId
ExecutionPlan plan_execution(const Graph& graph, const std::vector<LayerKind>& layers,
                             InstructionSet set);

}  // namespace ohmgrid::detail
