#include "sim/cost/components/column_multiplexer.hpp"

#include <algorithm>
#include <cmath>

namespace ohmgrid {
namespace {

// Pass gates, fitted to reference/cost/components/mux.csv (NeuroSim V1.3; 22 .. 65 nm, both
// roadmaps, 32 to 128 columns, 320 points); s is the width. Residuals, median and 90th percentile:
// area 1.4 and 11 %, energy 8.7 and 20 %, latency 7.9 and 13 %.
constexpr double inverters_per_column = 0.4445;
constexpr double inverters_per_width = 0.5331;
constexpr double gates_per_width = 1.357;
constexpr double drains_per_width = 6.525;  // at the read voltage
constexpr double pass_gate_delays = 0.237;

// Decoder, fitted to rowdecoder.csv (multiplexer mode, 2 to 8 address bits): area 3.3 and 9.3 %,
// energy 9.5 and 19 %. Delay without load as in subarray.csv (RRAM arrays at 32 nm). The load, the
// pass gates of one column per converter, is driven by a chain of stages of fan-out four, as
// NeuroSim V1.4 does; V1.3 does not size this decoder, so that wide pass gates make it slow.
constexpr double decoder_inverters = 4.925;
constexpr double decoder_inverters_per_address_bit = 1.295;
constexpr double decoder_switches = 0.673;
constexpr double decoder_switches_per_output = 0.162;
constexpr double decoder_delays = 11;
constexpr double decoder_delays_per_output = 0.15;
constexpr double stage_fan_out = 4;
constexpr double delays_per_stage = 3;  // an inverter that drives four, about (C_d + 4 C_g) R
constexpr double decoder_leakages_per_output = 15;  // rowdecoder.csv: 13.7 to 17.9, 2 to 8 bits

constexpr double pass_gate_share = 0.25;  // as for word lines

}  // namespace

double pass_gate_ohm(const ColumnMultiplexer& mux) {
    return mux.sharing > 1 ? pass_gate_share * mux.line_ohm : 0;
}

Cost pass_gates(const ColumnMultiplexer& mux, const LogicCells& cells) {
    const double columns = static_cast<double>(mux.columns);
    const double outputs = static_cast<double>(mux.sharing);
    const double widths = cells.pass_gate_widths(mux.line_ohm);
    const double gate_joule =
        widths * (gates_per_width * cells.gate_farad * cells.supply_volt * cells.supply_volt +
                  drains_per_width * cells.drain_farad * mux.read_volt * mux.read_volt);
    // One row of pass gates per column of a converter, unless the gates need more.
    return {.area_m2 = std::max(
                columns * (inverters_per_column + inverters_per_width * widths) * cells.area_m2,
                outputs * mux.width_metre * cells.row_height_metre),
            .latency_second = pass_gate_delays * cells.delay_second(),
            .energy_joule = std::ceil(columns / outputs) * gate_joule};
}

Cost multiplexer_decoder(const ColumnMultiplexer& mux, const LogicCells& cells) {
    const double outputs = static_cast<double>(mux.sharing);
    const double load = std::ceil(static_cast<double>(mux.columns) / outputs) *
                        cells.pass_gate_widths(mux.line_ohm);
    const double driver_delays = delays_per_stage * std::log(1 + load) / std::log(stage_fan_out);
    return {
        .area_m2 = outputs *
                   (decoder_inverters + decoder_inverters_per_address_bit * std::log2(outputs)) *
                   cells.area_m2,
        .latency_second = (decoder_delays + decoder_delays_per_output * outputs + driver_delays) *
                          cells.delay_second(),
        .energy_joule =
            (decoder_switches + decoder_switches_per_output * outputs) * cells.switch_joule(),
        .leakage_watt = outputs * decoder_leakages_per_output * cells.leakage_watt};
}

Cost cost_of(const ColumnMultiplexer& mux, const LogicCells& cells) {
    if (mux.sharing <= 1) return {};
    Cost both = pass_gates(mux, cells);
    both += multiplexer_decoder(mux, cells);
    return both;
}

Explanation explain(const ColumnMultiplexer& mux, const LogicCells& cells) {
    return {
        .component = "multiplexer",
        .models =
            "pass gates of all columns of an array and their decoder; nothing at one "
            "column per converter",
        .inputs = {{"n", "columns", static_cast<double>(mux.columns), ""},
                   {"m", "columns per converter", static_cast<double>(mux.sharing), ""},
                   {"R", "conducting cells of a column in parallel", mux.line_ohm, "ohm"},
                   {"s", "width of a pass gate", cells.pass_gate_widths(mux.line_ohm), "inverters"},
                   {"W", "width of the array", mux.width_metre, "m"},
                   {"tau", "inverter delay", cells.delay_second(), "s"}},
        .results =
            explained(cost_of(mux, cells),
                      {"max(n (0.44 + 0.53 s) inverters, m W 28 F) + decoder", "0.24 tau + decoder",
                       "n/m s (1.36 C_g V^2 + 6.5 C_d V_read^2) + decoder", "decoder"}),
        .source = "fitted to NeuroSim V1.3 (Mux, RowDecoder)"};
}

Explanation explain_decoder(const ColumnMultiplexer& mux, const LogicCells& cells) {
    return {
        .component = "decoder",
        .models =
            "selects one column of every converter; part of the multiplexer. Its drivers "
            "grow by four per stage, as in NeuroSim V1.4 (V1.3 has none)",
        .inputs = {{"m", "outputs", static_cast<double>(mux.sharing), ""},
                   {"n", "columns", static_cast<double>(mux.columns), ""},
                   {"s", "width of a pass gate", cells.pass_gate_widths(mux.line_ohm), "inverters"},
                   {"tau", "inverter delay", cells.delay_second(), "s"}},
        .results =
            explained(multiplexer_decoder(mux, cells),
                      {"m (4.9 + 1.3 log2 m) inverters", "(11 + 0.15 m + 3 log4(1 + s n/m)) tau",
                       "(0.67 + 0.16 m) (C_g + C_d) V^2", "15 m inverters"}),
        .source = "fitted to NeuroSim V1.3 (RowDecoder in multiplexer mode)"};
}

}  // namespace ohmgrid
