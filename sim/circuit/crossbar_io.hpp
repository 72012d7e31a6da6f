#pragma once

#include <filesystem>

#include "sim/circuit/cell_law.hpp"
#include "sim/circuit/dc_solution.hpp"

namespace ohmgrid {

class Hdf5Writer;

/// One array to be solved, as it stands in a file.
struct ArrayProblem {
    Crossbar crossbar;
    RowMajorMatrix input_volt;  ///< vectors x rows
    CellLaw law = LinearLaw{};
};

/// Reads HDF5 (`/conductance_siemens` [rows, columns], `/input_volt` [vectors, rows], root
/// attributes row_wire_ohm, column_wire_ohm, driver_ohm, sense_ohm, each 0 if absent, and cell_law:
/// "linear" or "sinh" with sinh_b_per_volt), or, if the name ends in .csv, a table of conductances
/// in siemens, one array row per line, with ideal wires and every row at `csv_read_volt`.
/// @throws InputError (CIR020 shape, CIR021 not a number, with file:line:column; CIR022 unknown
/// cell law), IoError
ArrayProblem read_array(const std::filesystem::path& path, double csv_read_volt);

/// Writes `/column_current_ampere`, `/row_node_volt` and `/column_node_volt` (if the solution has
/// nodes), `/effective_conductance_siemens` (if not empty) and the attribute `residual`.
void write_solution(Hdf5Writer& file, const DcSolution& solution,
                    const RowMajorMatrix& effective_conductance_siemens);

}  // namespace ohmgrid
