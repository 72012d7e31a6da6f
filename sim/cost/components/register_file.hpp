#pragma once

#include "sim/cost/explanation.hpp"
#include "sim/cost/logic_cells.hpp"

namespace ohmgrid {

/// Buffer of flip-flops: `lines` of `width` bits behind a decoder, one line per access.
struct RegisterFile {
    double lines = 1;
    double width = 1;  ///< bits

    [[nodiscard]] double bits() const { return lines * width; }
    /// The file of at least `bits` with lines of `width`.
    static RegisterFile holding(double bits, double width);
};

/// Latency of one access; energy per *bit* read or written.
Cost cost_of(const RegisterFile& file, const LogicCells& cells);

Explanation explain(const RegisterFile& file, const LogicCells& cells);

}  // namespace ohmgrid
