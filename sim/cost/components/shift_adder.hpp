#pragma once

#include <cstdint>

#include "sim/cost/explanation.hpp"
#include "sim/cost/logic_cells.hpp"

namespace ohmgrid {

/// Shift-adders side by side under an array, one per converter: each adds a new partial result of
/// `bits`, least significant first, to a sum that moves on by one position per result, so that the
/// adder need not be wider than a partial result. An adder, a register of its result, and `shifts`
/// further bits that hold what has moved out.
/// Registers for sums of columns that wait for their turn are neglected.
struct ShiftAdders {
    std::int64_t units = 1;
    int bits = 0;            ///< of a partial result
    int shifts = 0;          ///< positions between the first and the last result, and one
    double width_metre = 0;  ///< of the array: registers fill whole rows of cells below it
};

/// Area and leakage of all units together; latency and energy of one addition in one of them.
Cost cost_of(const ShiftAdders& adders, const LogicCells& cells);

Explanation explain(const ShiftAdders& adders, const LogicCells& cells);

}  // namespace ohmgrid
