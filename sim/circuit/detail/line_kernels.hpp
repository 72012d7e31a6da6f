#pragma once

#include <cstdint>
#include <vector>

namespace ohmgrid::detail {

/// Factors of all word lines and bit lines of one crossbar, laid out for vector registers; the
/// equations are in docs/models/crossbar_dc.md, "Eliminating a line".
///
/// Node 0 of a line is nearest to its head terminal. Three layouts:
///   by rows    value (i, j) at [i * stride + j]; lanes of a register are columns
///   by blocks  value (i, j) at [(i / lanes * stride + j) * lanes + i % lanes]; lanes are rows
///   per line   one value per word line or bit line
/// Rows are padded to a multiple of `lanes` and columns to `stride`; cells in the padding are open,
/// so whatever is computed there stays 0 and never reaches a real node.
///
/// Factor `pass` of node k > 0 is a_k = 1 / (1 + r s_k), the share of its current that moves on
/// towards the head; of node 0 it is the head's voltage per arriving ampere.
struct LineFactors {
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::int64_t padded_rows = 0;
    std::int64_t stride = 0;
    double row_wire_ohm = 0;
    double column_wire_ohm = 0;
    double* cells = nullptr;        ///< conductances, by blocks
    double* row_pass = nullptr;     ///< by blocks
    double* column_pass = nullptr;  ///< by rows
};

/// What a line is loaded with besides its cells while it is eliminated.
struct LineLoads {
    double shunt_siemens = 0;             ///< at every node
    const double* far_siemens = nullptr;  ///< behind the last node, per line
    double* head_load_siemens = nullptr;  ///< out: the whole line seen from node 0, per line
};

/// The vectors of one conjugate-gradient iteration, all by rows; "gathered" means multiplied by the
/// inverse of the first factor of the bit lines.
struct LineVectors {
    double* residual = nullptr;   ///< gathered
    double* direction = nullptr;  ///< gathered
    double* field = nullptr;      ///< bit-line voltages, then currents into the bit lines
    double* scratch = nullptr;    ///< row_scratch_doubles
};

/// One solve of all word lines: currents = cells * volt + injected, plus what the heads bring.
/// Pointers may be null where there is nothing to add; `out` may be the same as `volt`.
struct RowSolve {
    const double* volt = nullptr;       ///< bit-line voltages, by rows
    const double* injected = nullptr;   ///< ampere, by rows
    const double* head_volt = nullptr;  ///< added at node 0, per word line
    double* out = nullptr;              ///< by rows
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
    /// direction = residual + beta * direction; field = its bit-line voltages. Returns the energy
    /// of the direction: direction^T M direction.
    double (*spread_columns)(const LineFactors&, const LineVectors&, double beta);
    /// Returns currents^T T^-1 currents.
    double (*solve_rows)(const LineFactors&, const RowSolve&, double* scratch);
    /// residual -= alpha * (direction - gathered field). Returns the energy of the residual.
    double (*gather_columns)(const LineFactors&, const LineVectors&, double alpha);
};

/// Numbers that solve_rows keeps between its two sweeps.
std::int64_t row_scratch_doubles(const LineFactors& factors);

/// The kernels this processor can run, fastest first. Each gives the same bits on every run;
/// between instruction sets the last bits differ, because fused multiply-add and lane order do.
std::vector<LineKernels> line_kernels();

}  // namespace ohmgrid::detail
