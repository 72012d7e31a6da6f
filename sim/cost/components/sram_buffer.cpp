#include "sim/cost/components/sram_buffer.hpp"

#include <cmath>

namespace ohmgrid {
namespace {

// Fitted to reference/cost/components/buffer.csv, type SRAM (NeuroSim V1.3; 22 .. 65 nm, both
// roadmaps, 4 to 4096 lines of 64 to 256 bits, 120 points). Residuals, median and 90th percentile:
// area 0.3 and 1.7 %, latency 1.6 and 7.1 %, read 0.2 and 0.4 %, write 1.6 and 4.3 %.
constexpr double inverters_per_column = 21.9;  // precharge, sense and write amplifier
constexpr double inverters_per_line = 1.53;
constexpr double inverters_per_line_address = 0.759;
constexpr double inverters_besides = 53.9;
constexpr double delays = 1.843;
constexpr double delays_per_address = 1.581;
constexpr double delays_per_line = 0.2145;
constexpr double delays_per_bit = 0.00732;
constexpr double delays_per_square_bit_line = 1.574e-3;
constexpr double bit_line_elmore = 0.1102;
constexpr double word_line_elmore = 0.1542;
constexpr double word_line_drives = 0.2935;
constexpr double bit_lines_per_read = 1.97;  // both lines of a pair, precharged
constexpr double drains_per_read = 0.0209;
constexpr double bit_lines_per_write = 1.0145;
constexpr double gates_per_write = 3.54;
constexpr double word_lines_per_write = 2.515;
constexpr double decoder_gates = 5.216;
// Leakage: the reference leaves the cells out.
constexpr double leakages_per_cell = 2;
constexpr double leakages_per_column = 17.4;
constexpr double leakages_per_line = 7.14;
constexpr double leakages_besides = 61.4;

/// Wire along one cell.
double bit_line_farad(const Technology& t) {
    return t.wire_farad_per_metre * t.sram_height_f * t.feature_metre;
}
double word_line_farad(const Technology& t) {
    return t.wire_farad_per_metre * t.sram_width_f * t.feature_metre;
}
double ohm_per_farad(const Technology& t) {
    return t.wire_ohm_per_metre() / t.wire_farad_per_metre;
}

double access_second(const SramBuffer& b, const LogicCells& cells, const Technology& t) {
    const double bit_line = b.lines * bit_line_farad(t);
    const double word_line = b.width * word_line_farad(t);
    const double gates = delays + delays_per_address * std::log2(b.lines) +
                         delays_per_line * b.lines + delays_per_bit * b.width +
                         delays_per_square_bit_line * b.width * b.width / b.lines;
    return gates * cells.delay_second() +
           ohm_per_farad(t) *
               (bit_line_elmore * bit_line * bit_line + word_line_elmore * word_line * word_line) +
           word_line_drives * word_line * cells.n_ohm;
}

}  // namespace

Cost cost_of(const SramBuffer& b, const LogicCells& cells, const Technology& t) {
    const double bits = b.lines * b.width;
    const double cell_m2 = t.sram_width_f * t.sram_height_f * t.feature_metre * t.feature_metre;
    const double inverters = inverters_per_column * b.width + inverters_per_line * b.lines +
                             inverters_per_line_address * b.lines * std::log2(b.lines) +
                             inverters_besides;
    const double read_farad =
        b.lines * (bit_lines_per_read * bit_line_farad(t) + drains_per_read * cells.drain_farad);
    return {.area_m2 = bits * cell_m2 + inverters * cells.area_m2,
            .latency_second = access_second(b, cells, t),
            .energy_joule = read_farad * cells.supply_volt * cells.supply_volt,
            .leakage_watt = (leakages_per_cell * bits + leakages_per_column * b.width +
                             leakages_per_line * b.lines + leakages_besides) *
                            cells.leakage_watt};
}

double write_joule(const SramBuffer& b, const LogicCells& cells, const Technology& t) {
    const double farad = bit_lines_per_write * b.lines * bit_line_farad(t) +
                         word_lines_per_write * word_line_farad(t) +
                         (gates_per_write + decoder_gates * b.lines / b.width) * cells.gate_farad;
    return farad * cells.supply_volt * cells.supply_volt;
}

Explanation explain(const SramBuffer& b, const LogicCells& cells, const Technology& t) {
    Explanation e{
        .component = "sram_buffer",
        .models = "SRAM with precharge, sense amplifiers and line decoder; energy per bit read",
        .inputs = {{"L", "lines", b.lines, ""},
                   {"W", "bits per line", b.width, "bit"},
                   {"A_cell", "sides of a cell",
                    t.sram_width_f * t.sram_height_f * t.feature_metre * t.feature_metre, "m2"},
                   {"C_BL", "bit line along a cell", bit_line_farad(t), "F"},
                   {"C_WL", "word line along a cell", word_line_farad(t), "F"},
                   {"R/C", "wire", ohm_per_farad(t), "ohm/F"},
                   {"tau", "inverter delay", cells.delay_second(), "s"}},
        .results = explained(
            cost_of(b, cells, t),
            {"L W A_cell + 21.9 W + (1.53 + 0.759 log2 L) L + 53.9 inverters",
             "(1.84 + 1.58 log2 L + 0.214 L + 0.0073 W + 0.0016 W^2 / L) tau + R/C (0.110 (L "
             "C_BL)^2 + 0.154 (W C_WL)^2) + 0.294 W C_WL R_n",
             "L (1.97 C_BL + 0.021 C_d) V^2", "2 L W + 17.4 W + 7.14 L + 61.4 inverters"}),
        .source = "fitted to NeuroSim V1.3 (Buffer, SRAM); leakage of cells assumed"};
    e.results.push_back({"write", "1.01 L C_BL + 2.52 C_WL + (3.54 + 5.22 L / W) C_g, times V^2",
                         write_joule(b, cells, t), "J"});
    return e;
}

}  // namespace ohmgrid
