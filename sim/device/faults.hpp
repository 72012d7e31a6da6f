#pragma once

#include <vector>

#include "sim/core/matrix.hpp"
#include "sim/core/parameters.hpp"
#include "sim/random/virtual_chip.hpp"

namespace ohmgrid {

/// Cells that do not follow their programming: shares of all cells.
struct FaultSpec {
    double stuck_low = 0;   ///< at g_min
    double stuck_high = 0;  ///< at g_max
    double open = 0;        ///< no current at all
    std::int64_t cluster = 1;

    [[nodiscard]] double total() const { return stuck_low + stuck_high + open; }
};

std::vector<ParamRow<FaultSpec>> fault_rows();

/// Puts the faulty cells of one array to `low_siemens`, `high_siemens` or 0.
///
/// Every cell is faulty with probability p = total() and of each kind with its own share. With
/// `cluster` = k > 1 faults come as squares of k x k cells that share one kind: every place, also
/// just outside of the array, begins a square with probability 1 - (1 - p)^(1 / k^2), so that the
/// share of faulty cells stays p although squares overlap. Where they do, the one that begins last
/// in reading order decides. Both cells of two places that share m squares are
/// sound with probability (1 - p)^(2 - m / k^2).
void place_faults(const FaultSpec& spec, double low_siemens, double high_siemens,
                  const VirtualChip& chip, std::uint32_t array, RowMajorMatrix& siemens);

}  // namespace ohmgrid
