#pragma once

#include <vector>

#include "sim/app/command_line.hpp"

namespace ohmgrid {

/// The simulator's subcommands, one source file each.
Verb run_verb();
Verb cost_verb();
Verb infer_verb();
Verb montecarlo_verb();
Verb calibrate_verb();
Verb solve_verb();
Verb adc_verb();
Verb netlist_verb();
Verb validate_verb();
Verb explain_verb();
Verb devices_verb();
Verb fit_verb();
Verb convert_verb();
Verb report_verb();
Verb doctor_verb();

/// All of them, in the order of the overview.
std::vector<Verb> simulator_verbs();

}  // namespace ohmgrid
