#pragma once

#include "sim/cost/explanation.hpp"
#include "sim/cost/logic_cells.hpp"
#include "sim/cost/technology.hpp"

namespace ohmgrid {

/// Repeated wires past many stops; every bit charges them from end to end.
struct Bus {
    double reach_metre = 0;  ///< that a bit travels
    double built_metre = 0;  ///< of all branches
    double wires = 1;
    double layers = 1;  ///< of metal that the wires are stacked on

    /// One branch along every row of a `side` x `side` grid and one that joins them.
    static Bus over_grid(double side, double pitch_metre, double wires, double layers);

    [[nodiscard]] double path_metre() const { return reach_metre; }
};

/// Latency and energy of one bit.
Cost cost_of(const Bus& bus, const LogicCells& cells, const Technology& technology);

Explanation explain(const Bus& bus, const LogicCells& cells, const Technology& technology);

}  // namespace ohmgrid
