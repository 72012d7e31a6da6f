#include "sim/device/conditions.hpp"

#include <algorithm>

namespace ohmgrid {

double TemperatureSpec::factor(double share) const {
    const double coefficient =
        coefficient_low_per_kelvin +
        (coefficient_high_per_kelvin - coefficient_low_per_kelvin) * std::clamp(share, 0.0, 1.0);
    return std::max(0.0, 1 + coefficient * (kelvin - reference_kelvin));
}

std::vector<ParamRow<TemperatureSpec>> temperature_rows() {
    const auto kelvin = [](const char* key, double TemperatureSpec::*member, const char* doc) {
        return param::quantity(key, member, dimension::temperature,
                               {.fallback = "300 K", .low = 1, .high = 1000, .doc = doc});
    };
    const auto slope = [](const char* key, double TemperatureSpec::*member, const char* doc) {
        return param::number(key, member, {.fallback = "0", .low = -1, .high = 1, .doc = doc});
    };
    return {
        kelvin("operating", &TemperatureSpec::kelvin, "temperature of the cells when read"),
        kelvin("reference", &TemperatureSpec::reference_kelvin,
               "temperature at which the conductances hold"),
        slope("coefficient_low", &TemperatureSpec::coefficient_low_per_kelvin,
              "relative change of G per kelvin of a cell at g_min"),
        slope("coefficient_high", &TemperatureSpec::coefficient_high_per_kelvin,
              "relative change of G per kelvin of a cell at g_max"),
    };
}

}  // namespace ohmgrid
