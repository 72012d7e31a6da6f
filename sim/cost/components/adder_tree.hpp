#pragma once

#include <cstdint>

#include "sim/cost/explanation.hpp"
#include "sim/cost/logic_cells.hpp"

namespace ohmgrid {

/// Binary tree of ripple-carry adders that sums `inputs` numbers of `bits`; each level is one bit
/// wider. An odd number is carried to the next level. No pipeline registers.
struct AdderTree {
    std::int64_t inputs = 1;
    int bits = 0;

    /// Adder bits of all levels together.
    [[nodiscard]] double adder_bits() const;
    /// Adder bits a carry ripples through from the leaves to the root.
    [[nodiscard]] double depth_bits() const;
    [[nodiscard]] int levels() const;
};

/// Energy and latency of summing all inputs once.
Cost cost_of(const AdderTree& tree, const LogicCells& cells);

Explanation explain(const AdderTree& tree, const LogicCells& cells);

}  // namespace ohmgrid
