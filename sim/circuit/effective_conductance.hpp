#pragma once

#include "sim/circuit/crossbar.hpp"

namespace ohmgrid {

/// The exact linear map of a crossbar: column currents I = G_eff^T V for any input V.
/// rows x columns, siemens. Columns that float in `crossbar` are zero.
/// @throws InputError as Crossbar::check and, for arrays larger than memory, check_memory.
RowMajorMatrix effective_conductance(const Crossbar& crossbar);

/// The map of an array read through shared converters. When unselected columns float, each phase is
/// another network; column j of the result is the response of column j in the phase that selects
/// it. When they are clamped this is effective_conductance(crossbar).
RowMajorMatrix effective_conductance(const Crossbar& crossbar, const ArraySpec& sharing);

/// The phase (0 .. column_sharing - 1) in which `column` is converted: adjacent sharing gives
/// columns c s .. c s + s - 1 to converter c; strided sharing gives it c, c + C, c + 2 C ... with C
/// converters.
Eigen::Index conversion_phase(const ArraySpec& spec, Eigen::Index column);

}  // namespace ohmgrid
