#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/circuit/iv_table.hpp"
#include "sim/circuit/ngspice.hpp"

namespace ohmgrid {

/// One subcircuit of a cell file.
struct CellSubcircuit {
    std::string name;
    std::vector<std::string> pins;        ///< word line, bit line and perhaps the gate
    std::vector<std::string> parameters;  ///< names that an instance may set
};

/// Reads which subcircuits a cell netlist holds and refuses what a cell cannot contain.
///
/// Allowed: R C L D M Q J B E F G H V I K X elements inside `.subckt` ... `.ends`; `.model`,
/// `.param`,
/// `.func`, `.include`, `.lib`, comments and continuation lines. Names are in lower case.
/// @throws IoError as read_file; InputError with everything that is wrong, each with file:line:
/// CIR150 an element or command that is not supported, CIR151 a subcircuit that is not closed or
/// has other than two or three pins, or none at all.
std::vector<CellSubcircuit> read_cell_netlist(const std::filesystem::path& path);

/// By which conductance the states of a table are known.
enum class StateName {
    parameter,     ///< by the value of the state parameter itself (siemens)
    chord_at_read  ///< by I / V at the read voltage
};

/// What is swept to turn a cell into a table.
struct CharacteriseOptions {
    std::string subcircuit = {};  ///< empty: the only one of the file
    double from_volt = -1;        ///< word line against bit line, which is at 0 V
    double to_volt = 1;
    int points = 41;
    std::string state_parameter = "g";
    std::vector<double> states = {1e-6, 3e-6, 1e-5, 3e-5, 1e-4};  ///< its values, rising
    StateName state_name = StateName::parameter;
    double read_volt = 0.2;  ///< for StateName::chord_at_read
    double gate_volt = 1.2;  ///< for cells with a third pin
};

/// The deck of the sweep: one instance of the cell per state.
std::string characterise_deck(const std::filesystem::path& cell_file,
                              const CellSubcircuit& subcircuit, const CharacteriseOptions& options);

/// Sweeps a cell subcircuit with ngspice into a table for TabulatedLaw.
///
/// Where a curve falls by no more than ngspice's own rounding (1e-9 of the largest current of its
/// state), it is levelled, and the table's origin says so; a curve that falls by more is refused.
/// @throws as read_cell_netlist and run_ngspice, where an error in the cell file names its line
/// there; InputError CIR152: no such subcircuit, pin count, parameter or sweep; CIR102: a curve
/// that falls.
IvTable characterise(const std::filesystem::path& cell_file, const CharacteriseOptions& options,
                     const NgspiceOptions& ngspice = {});

}  // namespace ohmgrid
