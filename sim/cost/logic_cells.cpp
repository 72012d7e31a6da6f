#include "sim/cost/logic_cells.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

// Layout rules in feature sizes (NeuroSim V1.3): a minimum inverter is two gate pitches wide.
constexpr double min_gate_width_f = 2;
constexpr double drain_length_f = 2.8;

// Flip-flop and adder in multiples of the inverter, fitted to reference/cost/components/dff.csv and
// adder.csv (NeuroSim V1.3; 22, 32, 45, 65 nm, both roadmaps; the adder without 65 nm high
// performance, whose gates the reference folds). Residuals, median and largest: flip-flop area
// 0.0 and 0.0 %, energy 1.6 and 7.2 %, leakage 10 and 12 %; adder area 0.0 and 0.0 %, energy 1.4
// and 4.4 %, delay 1.3 and 5.2 %, leakage 0.4 and 0.6 %.
constexpr double flip_flop_areas = 12;
constexpr double flip_flop_gates = 26.87;
constexpr double flip_flop_drains = 36.62;
constexpr double flip_flop_leakages = 34.5;
constexpr double adder_areas_per_bit = 13.5;
constexpr double adder_switches_per_bit = 6.374;
constexpr double adder_gate_delays_per_bit = 8.284;
constexpr double adder_drain_delays_per_bit = 2.895;
constexpr double adder_leakages_per_bit = 30.8;

// A pass gate conducts in the linear region, where its resistance is this share of the switching
// resistance (NeuroSim V1.3).
constexpr double linear_region_ratio = 0.2;

}  // namespace

double LogicCells::pass_gate_widths(double line_ohm) const {
    return std::max(1.0, smallest_pass_gate_line_ohm() / line_ohm);
}

double LogicCells::smallest_pass_gate_line_ohm() const {
    return linear_region_ratio * n_ohm * p_ohm / (n_ohm + p_ohm);
}

Cost LogicCells::flip_flop() const {
    const double farad = flip_flop_gates * gate_farad + flip_flop_drains * drain_farad;
    return {.area_m2 = flip_flop_areas * area_m2,
            .energy_joule = farad * supply_volt * supply_volt,
            .leakage_watt = flip_flop_leakages * leakage_watt};
}

Cost LogicCells::adder(double bits) const {
    const double farad =
        adder_gate_delays_per_bit * gate_farad + adder_drain_delays_per_bit * drain_farad;
    return {.area_m2 = bits * adder_areas_per_bit * area_m2,
            .latency_second = bits * n_ohm * farad,
            .energy_joule = bits * adder_switches_per_bit * switch_joule(),
            .leakage_watt = bits * adder_leakages_per_bit * leakage_watt};
}

double LogicCells::rows_of_cells_m2(double cells_m2, double width_metre) const {
    const double row_m2 = width_metre * row_height_metre;
    return std::ceil(cells_m2 / row_m2) * row_m2;
}

LogicCells logic_cells(const Technology& given) {
    const Technology t = given.at_temperature();
    const auto positive = [](double v) { return std::isfinite(v) && v > 0; };
    if (!positive(t.feature_metre) || !positive(t.supply_volt) ||
        !positive(t.gate_farad_per_metre) || !positive(t.on_n_ampere_per_metre) ||
        !positive(t.on_p_ampere_per_metre) || !positive(t.resistance_factor) ||
        !positive(t.gate_pitch_f) || !positive(t.row_height_f) || !positive(t.wire_width_metre) ||
        !positive(t.wire_farad_per_metre)) {
        throw InputError(Message{.place = {},
                                 .id = "COST001",
                                 .what = "technology " + t.name +
                                         ": a value is missing or not "
                                         "positive",
                                 .remedy = "Start from a file of devices/technology"});
    }
    const double n_metre = min_gate_width_f * t.feature_metre;
    const double p_metre = n_metre * t.on_n_ampere_per_metre / t.on_p_ampere_per_metre;
    const double drain_metre = drain_length_f * t.feature_metre;
    const auto drain_farad = [&](double width) {
        return t.junction_farad_per_m2 * width * drain_metre +
               t.sidewall_farad_per_metre * (width + 2 * drain_metre) +
               t.channel_farad_per_metre * width;
    };
    const double switching_volt = t.resistance_factor * t.supply_volt;
    return {
        .feature_metre = t.feature_metre,
        .supply_volt = t.supply_volt,
        .area_m2 = 2 * t.gate_pitch_f * t.row_height_f * t.feature_metre * t.feature_metre,
        .gate_farad = t.gate_farad_per_metre * (n_metre + p_metre),
        .drain_farad = drain_farad(n_metre) + drain_farad(p_metre),
        .n_ohm = switching_volt / (t.on_n_ampere_per_metre * n_metre),
        .p_ohm = switching_volt / (t.on_p_ampere_per_metre * p_metre),
        .leakage_watt = (n_metre * t.off_n_ampere_per_metre + p_metre * t.off_p_ampere_per_metre) *
                        t.supply_volt / 2,
        .row_height_metre = t.row_height_f * t.feature_metre,
        .p_over_n = p_metre / n_metre};
}

}  // namespace ohmgrid
