#pragma once

#include <compare>
#include <cstdint>

namespace ohmgrid {

/// An index that cannot be mistaken for an index of another kind. `Tag` is never defined.
template <class Tag>
struct Id {
    std::int64_t value = 0;

    friend constexpr auto operator<=>(Id, Id) = default;
};

using NodeId = Id<struct NodeTag>;    ///< a node of a network graph
using LayerId = Id<struct LayerTag>;  ///< a mapped (analog) layer, in execution order
using ArrayId = Id<struct ArrayTag>;  ///< an array within one layer
using TrialId = Id<struct TrialTag>;  ///< one virtual chip

}  // namespace ohmgrid
