#pragma once

#include "sim/cost/explanation.hpp"
#include "sim/cost/logic_cells.hpp"

namespace ohmgrid {

/// The circuit that raises one line from the logic's supply to the programming voltage: a
/// low-voltage stage, a latch and an output stage, the last two of thick-oxide transistors 2.5
/// times as long. It stands beside the array and is idle while the array computes: energy and
/// latency of programming are not modelled, nor its leakage.
Cost level_shifter(const LogicCells& cells);

Explanation explain_level_shifter(const LogicCells& cells);

}  // namespace ohmgrid
