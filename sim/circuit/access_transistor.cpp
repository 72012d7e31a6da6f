#include "sim/circuit/access_transistor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

/// Current and its derivatives for a drain at least as high as the source.
struct Forward {
    double ampere = 0;
    double output_siemens = 0;  ///< with respect to the drain-source voltage
    double gate_siemens = 0;    ///< with respect to the overdrive
};

Forward forward(const AccessTransistor& t, double overdrive_volt, double drain_source_volt) {
    if (overdrive_volt <= 0) return {};
    const double half_power = std::pow(overdrive_volt, t.alpha / 2);
    const double saturation_volt = t.saturation_volt * half_power;
    const double saturated_ampere = t.drive_ampere * half_power * half_power;
    const double modulation = 1 + t.modulation_per_volt * drain_source_volt;
    if (drain_source_volt >= saturation_volt) {
        return {saturated_ampere * modulation, saturated_ampere * t.modulation_per_volt,
                t.alpha * saturated_ampere / overdrive_volt * modulation};
    }
    const double u = drain_source_volt / saturation_volt;
    const double triode_ampere = saturated_ampere * (2 - u) * u;
    return {triode_ampere * modulation,
            saturated_ampere * (2 - 2 * u) / saturation_volt * modulation +
                triode_ampere * t.modulation_per_volt,
            t.alpha * saturated_ampere * u / overdrive_volt * modulation};
}

}  // namespace

void AccessTransistor::check() const {
    Complaints complaints;
    const auto expect = [&complaints](bool good, std::string_view name, double value,
                                      std::string_view rule) {
        if (good) return;
        complaints.add({.place = {},
                        .id = "CIR106",
                        .what = fmt::format("access transistor: {} is {}", name, value),
                        .remedy = fmt::format("It must be {}", rule)});
    };
    expect(std::isfinite(threshold_volt), "threshold", threshold_volt, "a finite voltage");
    expect(alpha > 1 && alpha <= 2, "alpha", alpha, "above 1 and at most 2");
    expect(drive_ampere > 0 && std::isfinite(drive_ampere), "drive", drive_ampere,
           "a current above 0 A");
    expect(saturation_volt > 0 && std::isfinite(saturation_volt), "saturation voltage",
           saturation_volt, "above 0 V");
    expect(modulation_per_volt >= 0 && std::isfinite(modulation_per_volt), "modulation",
           modulation_per_volt, "0 or more per volt");
    complaints.throw_if_any();
}

AccessTransistor::Point AccessTransistor::at(double drain_volt, double source_volt,
                                             double gate_volt) const {
    const double low_volt = std::min(drain_volt, source_volt);
    const Forward f =
        forward(*this, gate_volt - low_volt - threshold_volt, std::abs(drain_volt - source_volt));
    const double high_siemens = f.output_siemens;
    const double low_siemens = f.output_siemens + f.gate_siemens;
    if (drain_volt >= source_volt) return {f.ampere, high_siemens, low_siemens};
    return {-f.ampere, low_siemens, high_siemens};
}

AccessTransistor square_law(double transconductance_ampere_per_volt2, double threshold_volt,
                            double modulation_per_volt) {
    return {.threshold_volt = threshold_volt,
            .alpha = 2,
            .drive_ampere = transconductance_ampere_per_volt2 / 2,
            .saturation_volt = 1,
            .modulation_per_volt = modulation_per_volt};
}

AccessTransistor::Point series_point(const AccessTransistor& transistor, double resistor_siemens,
                                     double row_volt, double column_volt, double gate_volt) {
    double low = std::min(row_volt, column_volt);
    double high = std::max(row_volt, column_volt);
    double middle = row_volt;
    AccessTransistor::Point point = transistor.at(middle, column_volt, gate_volt);
    const double resolution =
        2 * std::numeric_limits<double>::epsilon() * std::max(std::abs(low), std::abs(high));
    while (resistor_siemens > 0 && high - low > resolution) {
        const double surplus = resistor_siemens * (row_volt - middle) - point.ampere;
        (surplus > 0 ? low : high) = middle;
        const double slope = resistor_siemens + point.drain_siemens;
        double next = middle + surplus / slope;
        if (next <= low || next >= high) next = low + (high - low) / 2;
        const double step = std::abs(next - middle);
        middle = next;
        point = transistor.at(middle, column_volt, gate_volt);
        if (step <= resolution) break;
    }
    const double total = resistor_siemens + point.drain_siemens;
    if (resistor_siemens == 0 || total == 0) return {};
    const double share = resistor_siemens / total;
    return {point.ampere, point.drain_siemens * share, point.source_siemens * share};
}

}  // namespace ohmgrid
