#pragma once

#include <cstdint>

#include "sim/cost/explanation.hpp"
#include "sim/cost/logic_cells.hpp"
#include "sim/cost/technology.hpp"

namespace ohmgrid {

/// What steps an array through its reads: a chain of states, counters of input steps and column
/// phases, the lines that precharge, drive, sample and convert all columns at once, and the clock
/// of the registers along both edges.
///
/// One clock edge starts a phase; within it, states follow each other self-timed, and each control
/// line pulses once. A line along an edge is its wire and a minimum inverter per row or column,
/// driven through stages of fan-out four. Control works beside the array and adds no latency.
/// Neglected: configuration registers, write control, the clock's root.
struct Control {
    double rows = 0;
    double columns = 0;
    double width_metre = 0;   ///< along a word line
    double height_metre = 0;  ///< along a bit line
    double counter_bits = 0;  ///< of all counters together
};

/// Energy of one phase: one read of one set of columns.
Cost cost_of(const Control& control, const LogicCells& cells, const Technology& technology);

Explanation explain(const Control& control, const LogicCells& cells, const Technology& technology);

}  // namespace ohmgrid
