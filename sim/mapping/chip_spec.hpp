#pragma once

#include <cstdint>

#include "sim/core/parameters.hpp"

namespace ohmgrid {

/// How arrays are grouped: array -> processing element -> tile -> chip. Tiles hold one layer each.
struct ChipSpec {
    std::int64_t arrays_per_pe = 0;
    std::int64_t pes_per_tile = 0;
    [[nodiscard]] std::int64_t arrays_per_tile() const { return arrays_per_pe * pes_per_tile; }
};

/// Section [chip] of a run file.
const ParamTable<ChipSpec>& chip_parameters();

}  // namespace ohmgrid
