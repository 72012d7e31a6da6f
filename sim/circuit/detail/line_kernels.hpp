#pragma once

#include <cstdint>
#include <vector>

namespace ohmgrid::detail {

/// Columns that lie side by side in the layout by stripes: two cache lines.
inline constexpr std::int64_t stripe_width = 16;

/// Factors of all word lines and bit lines of one crossbar, laid out for vector registers; the
/// equations are in docs/models/crossbar_dc.md, "Eliminating a line".
///
/// Node 0 of a line is nearest to its head terminal. Two layouts:
///   by stripes  stripes of `stripe_width` columns, row after row; lanes of a register are columns
///   by blocks   blocks of `lanes` rows, column after column; lanes of a register are rows
/// Rows are padded to a multiple of `lanes` and columns to one of `stripe_width`; cells in the
/// padding are open, so whatever is computed there stays 0 and never reaches a real node.
///
/// Factor `pass` of node k > 0 is a_k = 1 / (1 + r s_k), the share of its current that moves on
/// towards the head; of node 0 it is the head's voltage per arriving ampere.
struct LineFactors {
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::int64_t padded_rows = 0;
    std::int64_t padded_columns = 0;
    double row_wire_ohm = 0;
    double column_wire_ohm = 0;
    double* cells = nullptr;        ///< conductances, by blocks
    double* row_pass = nullptr;     ///< by blocks
    double* column_pass = nullptr;  ///< by stripes

    [[nodiscard]] std::int64_t in_stripes(std::int64_t row, std::int64_t column) const {
        const std::int64_t within = column % stripe_width;
        return (column - within) * padded_rows + row * stripe_width + within;
    }
};

/// What a line is loaded with besides its cells while it is eliminated.
struct LineLoads {
    double shunt_siemens = 0;             ///< at every node
    const double* far_siemens = nullptr;  ///< behind the last node, per line
    double* head_load_siemens = nullptr;  ///< out: the whole line seen from node 0, per line
};

/// The vectors of one conjugate-gradient iteration, all by stripes; "gathered" means multiplied by
/// the inverse of the first factor M = L D L^T of the bit lines.
struct LineVectors {
    double* residual = nullptr;  ///< gathered residual r
    double* image = nullptr;     ///< gathered image of the search direction
    double* field = nullptr;     ///< bit-line voltages, then currents into the bit lines
};

/// One solve of all word lines: currents = cells * volt + injected, plus what the heads bring.
/// Pointers may be null where there is nothing to add; `out` may be the same as `volt`.
struct RowSolve {
    const double* volt = nullptr;       ///< bit-line voltages, by stripes
    const double* injected = nullptr;   ///< ampere, by stripes
    const double* head_volt = nullptr;  ///< added at node 0, per word line
    double* out = nullptr;              ///< by stripes
    enum class Output { volt, cell_ampere } output = Output::cell_ampere;
};

/// The numeric kernels for one instruction set. Each is a sweep over the whole array.
struct LineKernels {
    int lanes = 0;
    /// Copies conductances (row i starts at g + i * row_step) into the layout by blocks.
    void (*load_cells)(const LineFactors&, const double* g, std::int64_t row_step);
    void (*factor_rows)(const LineFactors&, const LineLoads&);
    /// As factor_rows; reads the conductances like load_cells.
    void (*factor_columns)(const LineFactors&, const LineLoads&, const double* g,
                           std::int64_t row_step);
    /// Returns currents^T T^-1 currents.
    double (*solve_rows)(const LineFactors&, const RowSolve&, double* scratch);
    /// image = (residual - gathered field) + beta * image; residual -= alpha * image; field = the
    /// bit-line voltages M^-1 of the new residual. Returns the energy r^T M^-1 r of the residual.
    double (*update_columns)(const LineFactors&, const LineVectors&, double alpha, double beta);
};

/// Numbers that solve_rows keeps between its two sweeps.
std::int64_t row_scratch_doubles(const LineFactors& factors);

/// The kernels this processor can run, fastest first. Each gives the same bits on every run;
/// between instruction sets the last bits differ, because fused multiply-add and lane order do.
std::vector<LineKernels> line_kernels();

}  // namespace ohmgrid::detail
