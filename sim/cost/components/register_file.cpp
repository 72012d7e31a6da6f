#include "sim/cost/components/register_file.hpp"

#include <algorithm>
#include <cmath>

namespace ohmgrid {
namespace {

// Fitted to reference/cost/components/buffer.csv, type DFF (NeuroSim V1.3; 22 .. 65 nm, both
// roadmaps, 1 to 256 kbit, lines of 64 to 256 bits, 120 points). Residuals, median and 90th
// percentile: area 0.5 and 1.0 %, read energy 1.9 and 6.9 %, latency 3.7 and 14 %, leakage 10 and
// 12 %. The reference never charges the flip-flops for a write; here a write costs a read.
constexpr double inverters_per_bit = 12.12;
constexpr double gates_per_bit = 27.15;
constexpr double drains_per_bit = 36.04;
constexpr double decoder_switches = 0.208;  // per line and access, shared by the bits of a line
constexpr double leakages_per_bit = 34.57;
constexpr double clock_second = 0.56e-9;  // half a cycle of the reference's 1 GHz clock and setup
constexpr double delays = 2.37;
constexpr double delays_per_line = 0.1717;  // decoder
constexpr double delays_per_bit = 0.1784;   // enable line

}  // namespace

RegisterFile RegisterFile::holding(double bits, double width) {
    return {.lines = std::max(1.0, std::ceil(bits / width)), .width = width};
}

Cost cost_of(const RegisterFile& file, const LogicCells& cells) {
    const double bit_joule =
        (gates_per_bit * cells.gate_farad + drains_per_bit * cells.drain_farad) *
        cells.supply_volt * cells.supply_volt;
    return {.area_m2 = inverters_per_bit * file.bits() * cells.area_m2,
            .latency_second = clock_second + (delays + delays_per_line * file.lines +
                                              delays_per_bit * file.width) *
                                                 cells.delay_second(),
            .energy_joule =
                bit_joule + decoder_switches * file.lines / file.width * cells.switch_joule(),
            .leakage_watt = leakages_per_bit * file.bits() * cells.leakage_watt};
}

Explanation explain(const RegisterFile& file, const LogicCells& cells) {
    return {.component = "buffer",
            .models = "flip-flops behind a line decoder; energy per bit, writes like reads",
            .inputs = {{"lines", "words held", file.lines, ""},
                       {"width", "bits per word", file.width, "bit"},
                       {"tau", "inverter delay", cells.delay_second(), "s"},
                       {"C_g", "inverter input", cells.gate_farad, "F"},
                       {"C_d", "inverter output", cells.drain_farad, "F"}},
            .results = explained(
                cost_of(file, cells),
                {"12.12 inverters per bit", "0.56 ns + (2.37 + 0.172 lines + 0.178 width) tau",
                 "(27.2 C_g + 36.0 C_d) V^2 + 0.208 lines / width (C_g + C_d) V^2",
                 "34.6 inverters per bit"}),
            .source = "fitted to NeuroSim V1.3 (Buffer, DFF)"};
}

}  // namespace ohmgrid
