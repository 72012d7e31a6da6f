#pragma once

#include "sim/cost/logic_cells.hpp"
#include "sim/cost/technology.hpp"

namespace ohmgrid {

/// Inverters along a wire.
struct Repeaters {
    double widths = 0;  ///< of one, in minimum inverters
    double distance_metre = 0;
};

/// NeuroSim V1.3 keeps about 0.70 of the delay-optimal width and 1.27 of the delay-optimal
/// distance.
Repeaters repeaters(const LogicCells& cells, const Technology& technology);

}  // namespace ohmgrid
