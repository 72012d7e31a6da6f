#pragma once

#include "sim/app/command_line.hpp"

namespace ohmgrid {

/// `validate --components FOLDER`: components against NeuroSim's, exit code 4 if one is too far
/// off.
ExitCode validate_components(const Arguments& arguments, Console& console);

/// `validate --sweep TABLE.csv`: VGG16 on XPertSim, layer by layer, likewise.
ExitCode validate_sweep(const Arguments& arguments, Console& console);

/// `validate --silicon [--plot FILE.svg]`: measured macros, exit code 4 if the median of either
/// memory is off by more than a factor of two.
ExitCode validate_silicon(const Arguments& arguments, Console& console);

}  // namespace ohmgrid
