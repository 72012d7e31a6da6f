#pragma once

#include "sim/circuit/crossbar.hpp"

namespace ohmgrid {

/// The phase (0 .. column_sharing - 1) in which `column` is converted: adjacent sharing gives
/// columns c s .. c s + s - 1 to converter c; strided sharing gives it c, c + C, c + 2 C ... with C
/// converters.
Eigen::Index conversion_phase(const ArraySpec& spec, Eigen::Index column);

/// Phases in which at least one of the first `columns` columns is converted.
Eigen::Index conversion_phases(const ArraySpec& spec, Eigen::Index columns);

/// Whether every phase is a network of its own: unselected columns float, and there are some.
bool phases_differ(const ArraySpec& spec, Eigen::Index columns);

/// The network of one phase: columns that are not converted in it float.
Crossbar crossbar_in_phase(const Crossbar& crossbar, const ArraySpec& sharing, Eigen::Index phase);

}  // namespace ohmgrid
