#pragma once

#include "sim/circuit/crossbar.hpp"
#include "sim/circuit/detail/port_network.hpp"

namespace ohmgrid::detail {

/// The effective conductance (rows x columns) of a crossbar whose word-line wires have no
/// resistance: every row is one node, every column a chain that couples the rows. Bit-line wires
/// may be ideal, too. Cost: O(rows^2 (rows + columns)).
RowMajorMatrix effective_conductance_of_ideal_rows(const Crossbar& crossbar, PortReducer& reducer);

}  // namespace ohmgrid::detail
