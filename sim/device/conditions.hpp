#pragma once

#include <vector>

#include "sim/core/parameters.hpp"

namespace ohmgrid {

/// Reading at another temperature than that of the measurements:
/// G(T) = G (1 + c(g) (T - T_reference)), with c a straight line from `coefficient_low` at g_min to
/// `coefficient_high` at g_max. Metallic filaments lose conductance when heated (c < 0), hopping
/// conduction of reset cells gains.
struct TemperatureSpec {
    double kelvin = 300;
    double reference_kelvin = 300;
    double coefficient_low_per_kelvin = 0;
    double coefficient_high_per_kelvin = 0;

    [[nodiscard]] bool matters() const {
        return kelvin != reference_kelvin &&
               (coefficient_low_per_kelvin != 0 || coefficient_high_per_kelvin != 0);
    }
    /// G(T) / G for a cell at `share` = (G - g_min) / (g_max - g_min); never below 0.
    [[nodiscard]] double factor(double share) const;
};

std::vector<ParamRow<TemperatureSpec>> temperature_rows();

}  // namespace ohmgrid
