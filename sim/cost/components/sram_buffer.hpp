#pragma once

#include "sim/cost/components/register_file.hpp"
#include "sim/cost/technology.hpp"

namespace ohmgrid {

/// Memory of six-transistor cells, its precharge circuits, sense and write amplifiers and line
/// decoder; one line per access, all of its bits converted at once.
struct SramBuffer {
    double lines = 1;
    double width = 1;  ///< bits
};

/// Latency of one access; energy per *bit* read. Leakage: two inverters per cell besides the
/// periphery's.
Cost cost_of(const SramBuffer& buffer, const LogicCells& cells, const Technology& technology);

/// Energy per bit written.
double write_joule(const SramBuffer& buffer, const LogicCells& cells, const Technology& technology);

Explanation explain(const SramBuffer& buffer, const LogicCells& cells,
                    const Technology& technology);

}  // namespace ohmgrid
