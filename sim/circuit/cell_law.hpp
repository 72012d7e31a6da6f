#pragma once

#include <string_view>
#include <variant>
#include <vector>

#include "sim/circuit/access_transistor.hpp"
#include "sim/circuit/dc_solution.hpp"
#include "sim/circuit/iv_table.hpp"

namespace ohmgrid {

/// How the current of a cell, from word line to bit line, follows the voltage v between them. Every
/// law rises with v. `g` is the cell's entry in Crossbar::conductance_siemens; 0 is an open cell.
/// Equations and sources: docs/models/cells.md.

/// i = g v
struct LinearLaw {};

/// i = (g / b) sinh(b v): hopping and Poole-Frenkel-like conduction. b = 0 is the linear law.
struct SinhLaw {
    double b_per_volt = 0;
};

/// i = g v + c2 v^2 + c3 v^3, with one coefficient for all cells or one per cell (row by row).
/// Valid where it rises; beyond, it is continued with its last slope and answers are refused.
struct CubicLaw {
    std::vector<double> c2_siemens_per_volt{0};
    std::vector<double> c3_siemens_per_volt2{0};
};

/// Curves from a measurement or from `netlist --characterise`; g selects the state. The SRAM read
/// stack is such a law: its states are the chord conductances of a stored 0 and a stored 1.
struct TabulatedLaw {
    IvInterpolant curves;
};

/// 1T1R: a resistor g on the word-line side in series with a transistor on the bit-line side. The
/// gate hangs on the select line of the row, which carries no current. The current depends on the
/// bit line's potential as well as on v, because that is the transistor's source.
struct TransistorLaw {
    AccessTransistor transistor = {};
    std::vector<double> gate_volt;  ///< one for all rows or one per row
};

using CellLaw = std::variant<LinearLaw, SinhLaw, CubicLaw, TabulatedLaw, TransistorLaw>;

/// "sinh": how messages and decks name a law.
std::string_view name_of(const CellLaw& law);

/// Whether the current depends on the difference of the node voltages alone.
bool is_two_terminal(const CellLaw& law);

/// @throws InputError CIR107: a parameter that is negative or not finite, or a list whose length
/// fits neither one nor all cells (rows, for gates); CIR106 for the transistor.
void check(const CellLaw& law, const Crossbar& crossbar);

/// One cell at given node voltages.
struct CellPoint {
    double ampere = 0;
    double row_siemens = 0;     ///< di / d row_volt, >= 0
    double column_siemens = 0;  ///< -di / d column_volt, >= 0; equal for two-terminal cells
};
CellPoint cell_point(const CellLaw& law, const Crossbar& crossbar, Eigen::Index row,
                     Eigen::Index column, double row_volt, double column_volt);

/// All cells at once, each matrix rows x columns.
struct CellResponse {
    RowMajorMatrix ampere;
    RowMajorMatrix row_siemens;
    RowMajorMatrix column_siemens;
};
CellResponse respond(const CellLaw& law, const Crossbar& crossbar, const NodeVoltages& nodes);

/// The voltage across every cell at which it carries `ampere`; 0 V for open cells.
RowMajorMatrix volts_at(const SinhLaw& law, const RowMajorMatrix& conductance_siemens,
                        const RowMajorMatrix& ampere);

/// @throws InputError (CIR105) naming the first cell that works where its law is not valid:
/// outside its table, or where its polynomial falls.
void check_operating_range(const CellLaw& law, const Crossbar& crossbar, const NodeVoltages& nodes);

}  // namespace ohmgrid
