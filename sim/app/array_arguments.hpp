#pragma once

#include <vector>

#include "sim/app/command_line.hpp"
#include "sim/circuit/array_problem.hpp"
#include "sim/circuit/transient.hpp"

namespace ohmgrid {

/// The options with which `solve` and `netlist` change an array file: --set, --cell, --vector,
/// --phase and --read-voltage.
std::vector<Option> array_options();

/// The array of the first file with those options applied.
/// @throws InputError as read_array and in_phase; CIR024 for a vector the file does not have.
ArrayProblem array_of(const Arguments& arguments);

/// The options that describe the drivers' course in time: --rise, --pulse and --stop.
std::vector<Option> waveform_options();

/// A step, or with --pulse a pulse.
Waveform waveform_of(const Arguments& arguments);

/// --stop, or else ten times the slowest time constant after the waveform's last change.
/// @throws InputError CIR027 if neither tells.
double stop_of(const Arguments& arguments, const ArrayProblem& problem);

}  // namespace ohmgrid
