#include "sim/cost/components/array_core.hpp"

namespace ohmgrid {
namespace {

constexpr double sram_inverters = 2;  // cross-coupled pair, leaking like minimum inverters; assumed

}  // namespace

ArrayCore array_core(const ArraySpec& array, const DeviceModel& device, const LogicCells& cells,
                     const Technology& t) {
    const double rows = static_cast<double>(array.rows);
    const double columns = static_cast<double>(array.columns);
    const double cell_width = device.cell_width_f * t.feature_metre;
    const double cell_height = device.cell_height_f * t.feature_metre;
    // The n-channel share of the inverter's input and output: a transistor of minimum width.
    const double n_share =
        t.on_p_ampere_per_metre / (t.on_p_ampere_per_metre + t.on_n_ampere_per_metre);
    const double gate_farad = n_share * cells.gate_farad;
    const double drain_farad = n_share * cells.drain_farad;
    ArrayCore core{.area_m2 = rows * columns * cell_width * cell_height,
                   .width_metre = columns * cell_width,
                   .height_metre = rows * cell_height,
                   .word_line_farad = columns * (cell_width * t.wire_farad_per_metre + gate_farad),
                   .bit_line_farad = rows * (cell_height * t.wire_farad_per_metre + drain_farad),
                   .word_line_ohm = columns * array.row_wire_ohm,
                   .bit_line_ohm = rows * array.column_wire_ohm,
                   .read_volt = device.read_volt};
    if (device.kind == DeviceKind::sram) {
        core.leakage_watt = rows * columns * sram_inverters * cells.leakage_watt;
    }
    return core;
}

Explanation explain(const ArrayCore& core, double siemens, double second) {
    const Cost cost{.area_m2 = core.area_m2,
                    .energy_joule = core.cell_watt(siemens) * second,
                    .leakage_watt = core.leakage_watt};
    return {.component = "array",
            .models =
                "cells and lines of one array; energy of one read in the conducting cells "
                "(bit lines and, under wordline, word lines are charged besides)",
            .inputs = {{"W", "width", core.width_metre, "m"},
                       {"H", "height", core.height_metre, "m"},
                       {"C_BL", "capacitance of a bit line", core.bit_line_farad, "F"},
                       {"C_WL", "capacitance of a word line", core.word_line_farad, "F"},
                       {"V", "read voltage", core.read_volt, "V"},
                       {"G", "conductance of all cells that conduct", siemens, "S"},
                       {"t", "time they conduct", second, "s"},
                       {"E_BL", "C_BL V^2, per bit line converted", core.bit_line_joule(), "J"}},
            .results = explained(cost, {"W H", "with the column's settling", "V^2 G t",
                                        "SRAM: two inverters per cell"}),
            .source = "Ohm's law and the parallel-plate wire of the technology file"};
}

}  // namespace ohmgrid
