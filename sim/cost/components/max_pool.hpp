#pragma once

#include "sim/cost/explanation.hpp"
#include "sim/cost/logic_cells.hpp"

namespace ohmgrid {

/// A unit that keeps the largest of two values of `bits`; energy and latency of one comparison.
Cost comparator_cost(int bits, const LogicCells& cells);

Explanation explain_comparator(int bits, const LogicCells& cells);

}  // namespace ohmgrid
