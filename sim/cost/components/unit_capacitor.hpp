#pragma once

#include <cmath>

namespace ohmgrid {

/// Capacitor arrays of converters and of capacitive cells: metal fringe capacitors above the
/// transistors.
inline constexpr double unit_capacitor_farad = 1e-15;     // assumed; CiMLoop's macros: 2 fF
inline constexpr double capacitor_farad_per_m2 = 1.5e-3;  // 1.5 fF/um2; assumed

/// A binary-weighted array of unit capacitors for `bits`.
inline double capacitor_array_farad(double bits) { return std::exp2(bits) * unit_capacitor_farad; }
inline double capacitor_array_m2(double bits) {
    return capacitor_array_farad(bits) / capacitor_farad_per_m2;
}

}  // namespace ohmgrid
