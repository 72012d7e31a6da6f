#pragma once

#include "sim/cost/explanation.hpp"
#include "sim/cost/logic_cells.hpp"

namespace ohmgrid {

/// Precharge circuits of a compute array of SRAM cells, and its sense and write amplifiers for
/// plain accesses: before every phase the bit lines go back to the supply.
///
/// The charge that cells took from a column's lines comes back from the supply, C V `swing_volt`.
/// The gates of the precharge transistors belong to `control`. Neglected: energy of writing.
struct Precharge {
    double columns = 0;
    double line_farad = 0;  ///< one bit line
    double swing_volt = 0;  ///< by which the lines of a column have moved together
};

/// Area and leakage of all columns; latency of one precharge; energy of one column in one phase.
Cost cost_of(const Precharge& precharge, const LogicCells& cells);

Explanation explain(const Precharge& precharge, const LogicCells& cells);

}  // namespace ohmgrid
