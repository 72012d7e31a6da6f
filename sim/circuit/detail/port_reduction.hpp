#pragma once

#include "sim/circuit/crossbar.hpp"
#include "sim/circuit/detail/port_network.hpp"

namespace ohmgrid::detail {

/// Whether couplings between sense nodes are wanted: they are when columns may be left floating.
enum class SenseCouplings { ignored, kept };

/// A crossbar with wires of non-zero resistance on both axes, reduced to its terminals: the sources
/// of the rows (left, and right if driven from both ends) and the sense nodes of the columns
/// (bottom, and top if sensed at both ends), in the crossbar's order but mirrored where rows are
/// driven from the right only or columns are sensed at the top only.
/// Floating lines have a terminal that nothing couples to.
///
/// Blocks of cells are merged pairwise by eliminating the nodes they share, from 4 x 4 cells up to
/// the array. Cost: O(rows columns (rows + columns)) time, O(rows columns) memory.
PortNetwork reduce_to_terminals(const Crossbar& crossbar, SenseCouplings sense,
                                PortReducer& reducer);

}  // namespace ohmgrid::detail
