#include "sim/circuit/detail/leaf_program.hpp"

#include <array>
#include <bit>
#include <utility>

#include "sim/circuit/detail/port_kernels.hpp"

namespace ohmgrid::detail {
namespace {

/// Which nodes are coupled, and in which slot.
class CouplingGraph {
  public:
    static constexpr int most_nodes = 48;  // 4 x 4 cells: 32 nodes and 8 ends
    using Slot = LeafProgram::Slot;

    CouplingGraph(std::int64_t ports, std::int64_t step)
        : ports_(ports), step_(step), slots_(step * step) {}

    Slot couple(std::int64_t a, std::int64_t b) {
        if (a < b) std::swap(a, b);
        Slot& slot = slot_[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)];
        if ((neighbours(a) >> b & 1U) == 0) {
            slot = static_cast<Slot>(a < ports_ ? b * step_ + a : slots_++);
            neighbours(a) |= std::uint64_t{1} << b;
            neighbours(b) |= std::uint64_t{1} << a;
        }
        return slot;
    }
    [[nodiscard]] int degree(std::int64_t node) { return std::popcount(neighbours(node)); }
    [[nodiscard]] std::int64_t slots() const { return slots_; }

    /// Removes a node; returns its former neighbours.
    std::vector<std::int64_t> remove(std::int64_t node) {
        std::vector<std::int64_t> former;
        for (std::int64_t other = 0; other < most_nodes; ++other) {
            if ((neighbours(node) >> other & 1U) == 0) continue;
            former.push_back(other);
            neighbours(other) &= ~(std::uint64_t{1} << node);
        }
        return former;
    }
    [[nodiscard]] Slot slot(std::int64_t a, std::int64_t b) const {
        if (a < b) std::swap(a, b);
        return slot_[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)];
    }

  private:
    std::uint64_t& neighbours(std::int64_t node) {
        return neighbours_[static_cast<std::size_t>(node)];
    }

    std::int64_t ports_;
    std::int64_t step_;
    std::int64_t slots_;
    std::array<std::uint64_t, most_nodes> neighbours_{};
    std::array<std::array<Slot, most_nodes>, most_nodes> slot_{};
};

/// The node with fewest neighbours: the cheapest to eliminate next.
std::size_t cheapest(CouplingGraph& graph, const std::vector<std::int64_t>& nodes) {
    std::size_t best = 0;
    for (std::size_t k = 1; k < nodes.size(); ++k) {
        if (graph.degree(nodes[k]) < graph.degree(nodes[best])) best = k;
    }
    return best;
}

}  // namespace

LeafProgram::LeafProgram(std::int64_t block_rows, std::int64_t block_columns)
    : rows(block_rows),
      columns(block_columns),
      ports(2 * (rows + columns)),
      step((ports + lane_unit - 1) / lane_unit * lane_unit) {
    const std::int64_t interior_row = rows * (columns - 1);
    const auto w = [&](std::int64_t i, std::int64_t j) {
        return j == columns - 1 ? rows + i : ports + i * (columns - 1) + j;
    };
    const auto b = [&](std::int64_t i, std::int64_t j) {
        return i == 0 ? 2 * rows + j : ports + interior_row + (i - 1) * columns + j;
    };
    CouplingGraph graph(ports, step);
    for (std::int64_t i = 0; i < rows; ++i) {
        left.push_back(graph.couple(i, w(i, 0)));
        for (std::int64_t j = 0; j < columns; ++j) {
            cells.push_back(graph.couple(w(i, j), b(i, j)));
            if (j + 1 < columns) row_links.push_back(graph.couple(w(i, j), w(i, j + 1)));
            if (i + 1 < rows) column_links.push_back(graph.couple(b(i, j), b(i + 1, j)));
        }
    }
    for (std::int64_t j = 0; j < columns; ++j) {
        bottom.push_back(graph.couple(2 * rows + columns + j, b(rows - 1, j)));
    }
    std::vector<std::int64_t> interior;
    for (std::int64_t k = 0; k < interior_row + (rows - 1) * columns; ++k) {
        interior.push_back(ports + k);
    }
    eliminated = static_cast<std::int64_t>(interior.size());
    while (!interior.empty()) {
        const std::size_t next = cheapest(graph, interior);
        const std::int64_t node = interior[next];
        interior.erase(interior.begin() + static_cast<std::ptrdiff_t>(next));
        const std::vector<std::int64_t> around = graph.remove(node);
        code.push_back(static_cast<Slot>(around.size()));
        for (const std::int64_t other : around) code.push_back(graph.slot(node, other));
        for (std::size_t p = 0; p < around.size(); ++p) {
            for (std::size_t q = p + 1; q < around.size(); ++q) {
                code.push_back(graph.couple(around[p], around[q]));
            }
        }
        const auto degree = static_cast<double>(around.size());
        operations += degree * (degree - 1) + 2 * degree;
    }
    slots = graph.slots();
}

}  // namespace ohmgrid::detail
