#include "sim/cost/components/wordline_driver.hpp"

#include "sim/cost/components/level_shifter.hpp"
#include "sim/cost/components/unit_capacitor.hpp"

namespace ohmgrid {
namespace {

// Fitted to reference/cost/components/switchmatrix.csv, type row_TG (NeuroSim V1.3; 22 .. 65 nm,
// both roadmaps, 32 to 256 lines, 96 points); s is the pass gate's width. Residuals, median and
// 90th percentile: area 0.0 and 1.7 %, energy 1.7 and 7.3 %, latency 1.6 and 4.2 %, leakage 10 and
// 12 %. The energy of the pass gate is doubled here because the reference states it at an activity
// of one half.
constexpr double inverters_per_line = 14.87;
constexpr double inverters_per_width = 1.13;
constexpr double gates_per_step = 26.52;
constexpr double drains_per_step = 36.90;
constexpr double switches_per_width = 2 * 1.7375;
constexpr double leakages_per_line = 34.5;
constexpr double load_delays = 0.7155;
constexpr double gate_delays = 3.866;
constexpr double wire_delays = 0.337;

// The pass gate may drop this share of the read voltage (NeuroSim V1.3, IR-drop tolerance).
constexpr double pass_gate_share = 0.25;

constexpr double charged_share = 0.5;  // of a converter's capacitors; a mean over inputs, assumed

// Source-line switches: 14.6 inverters per column at every node (subarray.csv).
constexpr double inverters_per_source_line = 14.6;

/// What a line needs for more than one bit per step: further flip-flops and a converter.
Cost multi_level(const WordlineDrivers& d, const LogicCells& cells) {
    if (d.step_bits <= 1) return {};
    const Cost bit = cells.flip_flop();
    const double more = d.step_bits - 1;
    return {.area_m2 = more * bit.area_m2 + capacitor_array_m2(d.step_bits),
            .energy_joule = more * bit.energy_joule + charged_share *
                                                          capacitor_array_farad(d.step_bits) *
                                                          cells.supply_volt * cells.supply_volt,
            .leakage_watt = more * bit.leakage_watt};
}

}  // namespace

WordlineCost cost_of(const WordlineDrivers& d, const LogicCells& cells) {
    const double rows = static_cast<double>(d.rows);
    const double columns = static_cast<double>(d.columns);
    const double widths = cells.pass_gate_widths(d.line_ohm);
    double inverters = rows * (inverters_per_line + inverters_per_width * widths);
    if (d.has_source_lines) inverters += columns * inverters_per_source_line;
    const double shifters = d.has_level_shifters ? rows + columns : 0;
    const double gate_ohm = pass_gate_share * d.line_ohm;
    const double gate_farad = load_delays * d.line_farad + gate_delays * widths * cells.drain_farad;
    const double register_farad =
        gates_per_step * cells.gate_farad + drains_per_step * cells.drain_farad;
    const Cost converter = multi_level(d, cells);
    return {
        .cost = {.area_m2 = inverters * cells.area_m2 + shifters * level_shifter(cells).area_m2 +
                            rows * converter.area_m2,
                 .latency_second = gate_ohm * gate_farad + wire_delays * d.wire_ohm * d.line_farad,
                 .leakage_watt =
                     rows * (leakages_per_line * cells.leakage_watt + converter.leakage_watt)},
        .step_joule =
            register_farad * cells.supply_volt * cells.supply_volt + converter.energy_joule,
        .pulse_joule = switches_per_width * widths * cells.switch_joule() +
                       d.line_farad * d.line_volt * d.line_volt};
}

Explanation explain(const WordlineDrivers& d, const LogicCells& cells) {
    const WordlineCost c = cost_of(d, cells);
    Explanation e{
        .component = "wordline",
        .models =
            "a register bit and a pass gate per word line (from two bits per step on further "
            "bits and a digital-to-analog converter), level shifters and source-line switches "
            "for programming; programming itself is not costed",
        .inputs = {{"rows", "word lines", static_cast<double>(d.rows), ""},
                   {"b", "input bits per step", d.step_bits, "bit"},
                   {"R", "conducting cells of a line in parallel", d.line_ohm, "ohm"},
                   {"C", "capacitance of a line", d.line_farad, "F"},
                   {"V_line", "swing of a line", d.line_volt, "V"},
                   {"R_w", "wire of a line, end to end", d.wire_ohm, "ohm"},
                   {"s", "width of the pass gate", cells.pass_gate_widths(d.line_ohm), "inverters"},
                   {"C_d", "inverter output", cells.drain_farad, "F"}},
        .results = explained(c.cost, {"rows (14.9 + 1.13 s) inverters + source-line "
                                      "switches + level shifters",
                                      "0.25 R (0.716 C + 3.87 s C_d) + 0.337 R_w C",
                                      "see energy.step and energy.pulse", "34.5 rows inverters"}),
        .source = "fitted to NeuroSim V1.3 (SwitchMatrix, LevelShifter)"};
    e.results.push_back({"energy.step",
                         "per line and input step: (26.5 C_g + 36.9 C_d) V^2; b > 1: + (b - 1) "
                         "flip-flops + 2^b 0.5 fF V^2",
                         c.step_joule, "J"});
    e.results.push_back({"energy.pulse",
                         "per line with a 1 and phase: 3.48 s (C_g + C_d) V^2 + C V_line^2",
                         c.pulse_joule, "J"});
    return e;
}

}  // namespace ohmgrid
