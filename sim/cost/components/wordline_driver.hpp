#pragma once

#include <cstdint>

#include "sim/cost/explanation.hpp"
#include "sim/cost/logic_cells.hpp"

namespace ohmgrid {

/// What stands between the input bits and the word lines of one array: per line a flip-flop that
/// holds the bit and a pass gate that puts the read voltage on the line. Inputs of several bits per
/// step have a flip-flop each and a digital-to-analog converter, an array of unit capacitors half
/// of which is charged. Programming adds a level shifter to every line and a switch to every source
/// line.
/// Neglected: energy and latency of programming, latency of the digital-to-analog converter.
struct WordlineDrivers {
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    double step_bits = 1;             ///< input bits per step
    double line_ohm = 0;              ///< all conducting cells of a line in parallel
    double line_farad = 0;            ///< capacitance of a line
    double wire_ohm = 0;              ///< resistance of a line's wire from end to end
    double line_volt = 0;             ///< swing: the supply if the line gates access transistors
    bool has_source_lines = false;    ///< a switch per column for programming
    bool has_level_shifters = false;  ///< programming voltage above that of the logic
};

/// Energies of one line: every step the register is clocked; in every phase a line whose bit is 1
/// is charged.
struct WordlineCost {
    Cost cost;  ///< of all drivers; latency from clock to settled line
    double step_joule = 0;
    double pulse_joule = 0;
};

WordlineCost cost_of(const WordlineDrivers& drivers, const LogicCells& cells);

Explanation explain(const WordlineDrivers& drivers, const LogicCells& cells);

}  // namespace ohmgrid
