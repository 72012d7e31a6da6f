#include "sim/device/sram_cell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "sim/device/detail/complain.hpp"
#include "sim/random/random_stream.hpp"

namespace ohmgrid {
namespace {

/// Relative conductance of a stack of on transistors, from two normals for each.
double on_factor(const SramSpec& spec, double overdrive_volt, std::span<const double> normal) {
    double resistance = 0;
    for (std::size_t k = 0; k < normal.size(); k += 2) {
        const double left = overdrive_volt - spec.threshold_deviation_volt() * normal[k];
        const double gain = 1 + spec.gain_deviation() * normal[k + 1];
        if (left <= 0 || gain <= 0) return 0;
        resistance += 1 / (std::pow(left / overdrive_volt, spec.alpha) * gain);
    }
    return static_cast<double>(normal.size() / 2) / resistance;
}

}  // namespace

double SramSpec::threshold_deviation_volt() const {
    return pelgrom_volt_metre == 0 ? 0 : pelgrom_volt_metre / std::sqrt(width_metre * length_metre);
}

double SramSpec::gain_deviation() const {
    return gain_pelgrom_metre == 0 ? 0 : gain_pelgrom_metre / std::sqrt(width_metre * length_metre);
}

double SramSpec::supply_factor() const {
    return std::pow((supply() - threshold_volt) / (nominal_volt - threshold_volt), alpha);
}

std::vector<ParamRow<SramSpec>> sram_rows() {
    const auto volt = [](const char* key, double SramSpec::*member, const char* fallback,
                         const char* doc) {
        return param::quantity(key, member, dimension::voltage,
                               {.fallback = fallback, .low = 0, .high = 5, .doc = doc});
    };
    const auto length = [](const char* key, double SramSpec::*member, const char* doc) {
        return param::quantity(
            key, member, dimension::length,
            {.fallback = "32 nm", .low = 1e-9, .high = 1e-5, .doc = doc, .source = "assumed"});
    };
    return {
        volt("supply", &SramSpec::supply_volt, "0 V",
             "SRAM: supply when read; 0 V: the nominal one"),
        volt("nominal", &SramSpec::nominal_volt, "0.9 V", "SRAM: supply at which g_max holds"),
        volt("threshold", &SramSpec::threshold_volt, "0.4 V", "SRAM: threshold of the read stack"),
        param::number("alpha", &SramSpec::alpha,
                      {.fallback = "1.3",
                       .low = 1,
                       .high = 2,
                       .doc = "SRAM: exponent of the drive current over the overdrive",
                       .source = "Sakurai and Newton 1990: 1.3 for short channels, 2 for long"}),
        volt("swing", &SramSpec::swing_volt_per_decade, "0.09 V",
             "SRAM: gate voltage per decade of subthreshold leakage"),
        param::quantity("a_vt", &SramSpec::pelgrom_volt_metre,
                        dimension::voltage * dimension::length,
                        {.fallback = "0 mV*um",
                         .low = 0,
                         .high = 1e-7,
                         .doc = "SRAM: Pelgrom coefficient of the threshold"}),
        param::quantity("a_beta", &SramSpec::gain_pelgrom_metre, dimension::length,
                        {.fallback = "0 m",
                         .low = 0,
                         .high = 1e-6,
                         .doc = "SRAM: Pelgrom coefficient of the gain (1 % um = 10 nm)"}),
        length("width", &SramSpec::width_metre, "SRAM: channel width of a read transistor"),
        length("length", &SramSpec::length_metre, "SRAM: channel length of a read transistor"),
        param::count("stack", &SramSpec::stack,
                     {.fallback = "2",
                      .low = 1,
                      .high = 4,
                      .doc = "SRAM: equal transistors in series between bit line and ground"}),
    };
}

void check(const SramSpec& spec, const ParameterSet& set, Complaints& complaints) {
    for (const auto& [key, volt] :
         {std::pair{"nominal", spec.nominal_volt}, std::pair{"supply", spec.supply()}}) {
        if (volt > spec.threshold_volt) continue;
        detail::complain(set, complaints, "DEV014", std::string("device.sram.") + key,
                         "device.sram.threshold",
                         fmt::format("of {:g} V does not exceed the threshold of {:g} V", volt,
                                     spec.threshold_volt),
                         "Raise it, or lower device.sram.threshold");
    }
    if (spec.swing_volt_per_decade <= 0) {
        detail::complain(set, complaints, "DEV014", "device.sram.swing", "device.sram.threshold",
                         "is not above 0 V", "60 mV per decade is the least at 300 K");
    }
}

void mismatch_cells(const SramSpec& spec, double supply_volt, double middle_siemens,
                    const VirtualChip& chip, std::uint32_t array, RowMajorMatrix& siemens) {
    if (spec.pelgrom_volt_metre == 0 && spec.gain_pelgrom_metre == 0) return;
    const auto per_cell = static_cast<std::size_t>(2 * spec.stack);
    std::vector<double> normal(per_cell * static_cast<std::size_t>(siemens.size()));
    chip.stream(ErrorSource::programming, Purpose::cell_transistor, array).normals(0, normal);
    const double overdrive_volt = supply_volt - spec.threshold_volt;
    const double decades = spec.threshold_deviation_volt() / spec.swing_volt_per_decade;
    for (std::size_t cell = 0; cell < static_cast<std::size_t>(siemens.size()); ++cell) {
        const std::span<const double> own = std::span(normal).subspan(cell * per_cell, per_cell);
        double& g = siemens.data()[cell];
        g *= g > middle_siemens ? on_factor(spec, overdrive_volt, own)
                                : std::pow(10.0, -decades * own[0]);
    }
}

}  // namespace ohmgrid
