#pragma once

#include <cstdint>

#include "sim/circuit/crossbar.hpp"

namespace ohmgrid {

/// What random_crossbar may draw.
struct CrossbarVariety {
    Eigen::Index most_lines = 24;
    bool floating_lines = true;
};

/// Crossbar number `trial` of an endless family: any shape, log-uniform conductances with some open
/// cells, every combination of zero and non-zero resistances, of driven and sensed ends, and of
/// floating lines that keep a path to a terminal.
Crossbar random_crossbar(std::uint32_t trial, const CrossbarVariety& variety = {});

/// Voltages between -0.2 V and 0.2 V: vectors x rows.
RowMajorMatrix random_inputs(std::uint32_t trial, Eigen::Index vectors, Eigen::Index rows);

}  // namespace ohmgrid
