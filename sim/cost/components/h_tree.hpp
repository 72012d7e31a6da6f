#pragma once

#include "sim/cost/explanation.hpp"
#include "sim/cost/logic_cells.hpp"
#include "sim/cost/technology.hpp"

namespace ohmgrid {

/// H-tree of repeated wires from one point to `side` x `side` leaves, `pitch_metre` apart,
/// `wires` wide everywhere and stacked on `layers` of metal.
struct HTree {
    double side = 1;  ///< leaves along an edge; not whole if the tree is not full
    double pitch_metre = 0;
    double wires = 1;
    double layers = 1;  ///< of metal that the wires are stacked on

    /// Wire from the root to a leaf: in pitches side / 2 + (log2(side) - 1) / 2, none to a leaf
    /// that is the root.
    [[nodiscard]] double path_metre() const;
};

/// Latency and energy of one bit from the root to a leaf.
Cost cost_of(const HTree& tree, const LogicCells& cells, const Technology& technology);

Explanation explain(const HTree& tree, const LogicCells& cells, const Technology& technology);

}  // namespace ohmgrid
