#pragma once

#include "sim/core/parameters.hpp"

namespace ohmgrid {

/// Capacitances of one array. The capacitance of a wire segment sits at the cell node it leads to;
/// that of the driver and the sense amplifier themselves is held by their ideal sources.
/// docs/models/settling.md.
struct ArrayCapacitance {
    double row_wire_farad = 0;     ///< word line to ground, per cell pitch
    double column_wire_farad = 0;  ///< bit line to ground, per cell pitch
    double cell_farad = 0;         ///< between word and bit line, every cell, open ones included

    /// @throws InputError (CIR130) for a negative or non-finite value.
    void check() const;
};

/// The capacitances as keys of section [array]: row_wire_capacitance, column_wire_capacitance and
/// cell_capacitance, each 0 F unless given.
const ParamTable<ArrayCapacitance>& capacitance_parameters();

}  // namespace ohmgrid
