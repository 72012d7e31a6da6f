#pragma once

#include <cstdint>
#include <limits>
#include <vector>

namespace ohmgrid::detail {

/// Sizes of dense port matrices are padded to this.
inline constexpr std::int64_t dense_unit = 8;
/// Sizes of port matrices that hold several networks at once, one per lane, are padded to this.
inline constexpr std::int64_t lane_unit = 4;

/// What an elimination adds to the couplings of two runs of ports, p and q:
/// c(i, j) = from(i, j) + sum over k < depth of p(i, k) q(j, k), for i < rows, j < columns.
/// With `triangle`, p and q are the same run and only i >= j is wanted. Ports before `front` need
/// no couplings among themselves, nor do those from `back` on. What is not wanted is left
/// undefined.
struct CouplingUpdate {
    double* c = nullptr;
    std::int64_t c_step = 0;
    const double* from = nullptr;  ///< may be c itself; null: zeros
    std::int64_t from_step = 0;
    const double* p = nullptr;
    const double* q = nullptr;
    std::int64_t step = 0;  ///< of p and q
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::int64_t depth = 0;
    enum class Shape { rectangle, triangle } shape = Shape::rectangle;
    std::int64_t front = 0;
    std::int64_t back = std::numeric_limits<std::int64_t>::max();
    double* scratch = nullptr;  ///< update_scratch_doubles
};

/// Numbers that an update of so many columns may use to lay out its operand for streaming.
inline constexpr std::int64_t update_depth = 192;
constexpr std::int64_t update_scratch_doubles(std::int64_t columns) {
    return columns * update_depth;
}

/// A matrix stored by columns, its columns `step` elements apart.
struct ColumnsView {
    double* values = nullptr;
    std::int64_t step = 0;
};

/// Kernels of the port reduction for one instruction set. Couplings are stored as positive
/// conductances and the diagonal is implied (docs/models/effective_conductance.md), so every kernel
/// adds and multiplies positive numbers only. An element is one number or, in the `lane_` kernels,
/// one number of each of `lanes` networks.
struct PortKernels {
    int lanes = 0;
    /// Sets a rows x columns block of numbers to 0.
    void (*clear)(ColumnsView block, std::int64_t rows, std::int64_t columns);
    /// to += from, for a rows x columns block of numbers.
    void (*add)(ColumnsView to, ColumnsView from, std::int64_t rows, std::int64_t columns);
    /// to = from, likewise.
    void (*copy)(ColumnsView to, ColumnsView from, std::int64_t rows, std::int64_t columns);
    /// The same for the lower triangle of a square block.
    void (*copy_lower)(ColumnsView to, ColumnsView from, std::int64_t rows);
    /// to (rows x columns) = transpose of from (columns x rows).
    void (*copy_transposed)(ColumnsView to, ColumnsView from, std::int64_t rows,
                            std::int64_t columns);
    void (*lane_copy_transposed)(ColumnsView to, ColumnsView from, std::int64_t rows,
                                 std::int64_t columns);
    /// Eliminates the first `eliminated` nodes of the panel (rows x eliminated couplings, those
    /// among the eliminated nodes below the diagonal): turns every remaining row into the factor y
    /// whose products y(i, k) y(j, k) are the couplings the elimination adds.
    void (*factor)(ColumnsView panel, std::int64_t rows, std::int64_t eliminated, double* scratch);
    void (*lane_factor)(ColumnsView panel, std::int64_t rows, std::int64_t eliminated);
    void (*update)(const CouplingUpdate&);
    /// Front, back and scratch are not used.
    void (*lane_update)(const CouplingUpdate&);
    /// Runs a LeafProgram's eliminations on its slots, all lanes at once.
    void (*run_leaf)(const std::uint16_t* code, std::int64_t nodes, double* slots);
    /// Splits ports x ports elements into `lanes` dense matrices.
    void (*unpack)(ColumnsView from, std::int64_t ports, const ColumnsView* to);
};

/// The kernels this processor can run, fastest first. Each gives the same bits on every run;
/// between instruction sets the last bits differ.
std::vector<PortKernels> port_kernels();

}  // namespace ohmgrid::detail
