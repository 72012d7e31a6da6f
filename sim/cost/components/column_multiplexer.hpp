#pragma once

#include <cstdint>

#include "sim/cost/explanation.hpp"
#include "sim/cost/logic_cells.hpp"

namespace ohmgrid {

/// The analog multiplexer of one array: a pass gate per column, `sharing` columns to a converter,
/// and the decoder that selects one column of every converter at a time. With one column per
/// converter there is nothing to select, and it costs nothing.
struct ColumnMultiplexer {
    std::int64_t columns = 0;
    std::int64_t sharing = 1;
    double line_ohm = 0;     ///< all conducting cells of a column in parallel
    double read_volt = 0;    ///< swing at a pass gate's terminals
    double width_metre = 0;  ///< of the array
};

/// The pass gates of all columns alone; energy of one switch-over.
Cost pass_gates(const ColumnMultiplexer& mux, const LogicCells& cells);

/// The decoder with the drivers of the gates it selects.
Cost multiplexer_decoder(const ColumnMultiplexer& mux, const LogicCells& cells);

/// Both. Latency of a switch-over; energy of one switch-over of the whole array.
Cost cost_of(const ColumnMultiplexer& mux, const LogicCells& cells);

/// On resistance the pass gates are sized for.
double pass_gate_ohm(const ColumnMultiplexer& mux);

Explanation explain(const ColumnMultiplexer& mux, const LogicCells& cells);
Explanation explain_decoder(const ColumnMultiplexer& mux, const LogicCells& cells);

}  // namespace ohmgrid
