#include "sim/circuit/access_transistor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

/// Where the transistor saturates at a given overdrive: all that does not depend on the drain.
struct Saturation {
    double overdrive_volt = 0;
    double volt = 0;
    double ampere = 0;
};

Saturation saturation(const AccessTransistor& t, double overdrive_volt) {
    if (overdrive_volt <= 0) return {};
    const double half_power = std::pow(overdrive_volt, t.alpha / 2);
    return {overdrive_volt, t.saturation_volt * half_power,
            t.drive_ampere * half_power * half_power};
}

/// Current and its derivatives for a drain at least as high as the source.
AccessTransistor::Point forward(const AccessTransistor& t, const Saturation& s,
                                double drain_source_volt) {
    if (s.ampere == 0) return {};
    const double modulation = 1 + t.modulation_per_volt * drain_source_volt;
    const double u = std::min(drain_source_volt / s.volt, 1.0);
    const double plain_ampere = s.ampere * (2 - u) * u;
    const double output_siemens =
        s.ampere * (2 - 2 * u) / s.volt * modulation + plain_ampere * t.modulation_per_volt;
    const double gate_siemens = t.alpha * s.ampere * u / s.overdrive_volt * modulation;
    return {plain_ampere * modulation, output_siemens, output_siemens + gate_siemens};
}

/// The same with drain and source exchanged.
AccessTransistor::Point reversed(const AccessTransistor::Point& p) {
    return {-p.ampere, p.source_siemens, p.drain_siemens};
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
    const Point point = forward(*this, saturation(*this, gate_volt - low_volt - threshold_volt),
                                std::abs(drain_volt - source_volt));
    return drain_volt >= source_volt ? point : reversed(point);
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
    // Towards the bit line the source, and with it the saturation, stays where it is.
    const Saturation held =
        saturation(transistor, gate_volt - column_volt - transistor.threshold_volt);
    const auto at = [&](double volt) {
        return volt >= column_volt ? forward(transistor, held, volt - column_volt)
                                   : transistor.at(volt, column_volt, gate_volt);
    };
    double low = std::min(row_volt, column_volt);
    double high = std::max(row_volt, column_volt);
    const double resolution =
        2 * std::numeric_limits<double>::epsilon() * std::max(std::abs(low), std::abs(high));
    double middle = column_volt;
    AccessTransistor::Point point = at(middle);
    while (resistor_siemens > 0 && high - low > resolution) {
        const double surplus = resistor_siemens * (row_volt - middle) - point.ampere;
        (surplus > 0 ? low : high) = middle;
        const double slope = resistor_siemens + point.drain_siemens;
        double next = middle + surplus / slope;
        if (next <= low || next >= high) next = low + (high - low) / 2;
        const double step = std::abs(next - middle);
        middle = next;
        point = at(middle);
        if (step <= resolution) break;
    }
    const double total = resistor_siemens + point.drain_siemens;
    if (resistor_siemens == 0 || total == 0) return {};
    const double share = resistor_siemens / total;
    return {point.ampere, point.drain_siemens * share, point.source_siemens * share};
}

}  // namespace ohmgrid
