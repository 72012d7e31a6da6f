#pragma once

#include <cstdint>
#include <vector>

namespace ohmgrid::detail {

/// The elimination of a small block of cells, worked out once for its shape as a list of couplings
/// to be updated, so that it can be run on many blocks at once, one per lane.
///
/// The block's nodes are its word-line nodes w(i, j) and bit-line nodes b(i, j) and the far ends of
/// its left and bottom wire segments. Ports: those left ends, w(i, columns - 1) on the right,
/// b(0, j) on top, those bottom ends. A slot is the conductance between two nodes; the slot of
/// ports i > j is j * step + i, as in a PortNetwork, and all others come after those.
struct LeafProgram {
    using Slot = std::uint16_t;

    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::int64_t ports = 0;
    std::int64_t step = 0;
    std::int64_t slots = 0;
    std::vector<Slot> cells;         ///< rows x columns
    std::vector<Slot> left;          ///< wire segments to the left ends, one per row
    std::vector<Slot> bottom;        ///< wire segments to the bottom ends, one per column
    std::vector<Slot> row_links;     ///< wire segments between w(i, j) and w(i, j + 1)
    std::vector<Slot> column_links;  ///< wire segments between b(i, j) and b(i + 1, j)
    std::vector<Slot> code;          ///< see PortKernels::run_leaf
    std::int64_t eliminated = 0;     ///< nodes the code eliminates
    double operations = 0;           ///< additions and multiplications per block

    /// At most `most_lines` rows and columns.
    LeafProgram(std::int64_t block_rows, std::int64_t block_columns);

    static constexpr std::int64_t most_lines = 4;
};

}  // namespace ohmgrid::detail
