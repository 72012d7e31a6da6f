#pragma once

#include "sim/cost/explanation.hpp"
#include "sim/cost/logic_cells.hpp"

namespace ohmgrid {

/// A unit that clips one value (Relu, Relu6) to `bits`: a register whose bits are cleared or set.
/// Energy of one value; it takes one clock cycle.
Cost activation_cost(int bits, const LogicCells& cells);

Explanation explain_activation(int bits, const LogicCells& cells);

}  // namespace ohmgrid
