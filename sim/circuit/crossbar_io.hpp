#pragma once

#include <filesystem>
#include <vector>

#include "sim/circuit/array_problem.hpp"
#include "sim/circuit/dc_solution.hpp"
#include "sim/core/parameters.hpp"

namespace ohmgrid {

class Hdf5Writer;

/// Reads one array with its inputs, cell law and capacitances.
///
/// HDF5: `/conductance_siemens` [rows, columns], `/input_volt` [vectors, rows]; optionally
/// `/floating_rows` [rows] and `/floating_columns` [columns] (not 0: disconnected) and `/gate_volt`
/// [rows] (select lines of 1T1R cells); and root attributes, each standing for a key of a parameter
/// file and absent ones for its default:
///
///   row_wire_ohm, column_wire_ohm, driver_ohm, sense_ohm     array.row_wire ...
///   drive, sense_end                                         array.drive, array.sense_end
///   column_sharing, shared_columns, unselected               array.column_sharing ...
///   row_wire_farad, column_wire_farad, cell_farad            array.row_wire_capacitance ...
///   cell_law ("linear", "sinh", "cubic", "table", "1t1r")    device.law.kind
///   sinh_b_per_volt, cubic_k2_per_volt, cubic_k3_per_volt2   device.law.sinh_b_per_volt ...
///   cell_table (a path, counted from the array's folder)     device.law.table
///   threshold_volt, alpha, drive_ampere, saturation_volt,
///   modulation_per_volt, gate_volt                           device.law.transistor.threshold ...
///
/// A name that ends in .csv: a table of conductances in siemens, one array row per line, every row
/// at `csv_read_volt`. `overrides` holds keys as above and wins over the file.
///
/// @throws InputError (CIR020 shape, CIR021 not a number, with file:line:column; PAR002 unknown
/// key, PAR003 wrong value, naming the attribute or option; CIR007 larger than memory; and as
/// Crossbar::check, check_inputs and check(law)); IoError
ArrayProblem read_array(const std::filesystem::path& path, const ParameterSet& overrides,
                        double csv_read_volt);

/// The numbers of one array before the parameters around them are known.
struct ArrayNumbers {
    RowMajorMatrix conductance_siemens;
    RowMajorMatrix input_volt;                ///< vectors x rows
    std::vector<bool> floating_rows = {};     ///< as in Crossbar
    std::vector<bool> floating_columns = {};  ///< as in Crossbar
    std::vector<double> gate_volt = {};  ///< of 1T1R cells, per row; empty: as the parameters say
};

/// The array that `numbers` make with `parameters`, whose keys are those of `overrides` above. A
/// relative path of an I-V table counts from `folder`.
/// @throws InputError as read_array, without what is wrong with a file
ArrayProblem make_array(ArrayNumbers numbers, const ParameterSet& parameters,
                        const std::filesystem::path& folder);

/// What `overrides` of read_array may hold.
std::vector<ParamInfo> array_problem_parameters();

/// Writes `/column_current_ampere`, `/row_node_volt` and `/column_node_volt` (if the solution has
/// nodes), `/effective_conductance_siemens` (if not empty) and the attribute `residual`.
void write_solution(Hdf5Writer& file, const DcSolution& solution,
                    const RowMajorMatrix& effective_conductance_siemens);

/// Writes `/power_watt/cells`, `wires`, `drivers`, `sense` and `delivered`, each [vectors].
void write_power(Hdf5Writer& file, const std::vector<PowerBalance>& balances);

}  // namespace ohmgrid
