#pragma once

#include <cstdint>

#include "sim/cost/explanation.hpp"
#include "sim/cost/logic_cells.hpp"

namespace ohmgrid {

/// Shift-adders side by side under an array, one per converter: each adds a new partial result to
/// a shifted sum. An adder of `bits`, a result register and a shift chain of `shifts` stages.
/// Registers for sums of columns that wait for their turn are neglected.
struct ShiftAdders {
    std::int64_t units = 1;
    int bits = 0;
    int shifts = 0;          ///< partial results joined into one sum
    double width_metre = 0;  ///< of the array: registers fill whole rows of cells below it
};

/// Area and leakage of all units together; latency and energy of one addition in one of them.
Cost cost_of(const ShiftAdders& adders, const LogicCells& cells);

Explanation explain(const ShiftAdders& adders, const LogicCells& cells);

}  // namespace ohmgrid
