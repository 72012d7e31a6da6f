#include "sim/cost/components/precharge.hpp"

namespace ohmgrid {
namespace {

// Area and latency of the precharge circuit: reference/cost/components/subarray.csv, SRAM cells
// (NeuroSim V1.3, 22 .. 65 nm, 64 and 128 rows): 11.05 inverters a column at every node, 0.083 to
// 0.110 of R_n C. Amplifiers: the columns of SRAM buffers (sram_buffer.cpp) less that.
constexpr double precharge_inverters = 11.05;
constexpr double amplifier_inverters = 10.85;
constexpr double leakages_per_column = 17.4;  // of both; sram_buffer.cpp
constexpr double line_delays = 0.1;

}  // namespace

Cost cost_of(const Precharge& p, const LogicCells& cells) {
    return {.area_m2 = (precharge_inverters + amplifier_inverters) * p.columns * cells.area_m2,
            .latency_second = line_delays * cells.n_ohm * p.line_farad,
            .energy_joule = p.line_farad * cells.supply_volt * p.swing_volt,
            .leakage_watt = leakages_per_column * p.columns * cells.leakage_watt};
}

Explanation explain(const Precharge& p, const LogicCells& cells) {
    return {
        .component = "precharge",
        .models =
            "precharge, sense and write amplifiers of the bit lines of SRAM; energy of one "
            "column in one phase. Writing is not included",
        .inputs = {{"columns", "columns of the array", p.columns, ""},
                   {"C", "capacitance of a bit line", p.line_farad, "F"},
                   {"dV", "swing of a column's lines", p.swing_volt, "V"},
                   {"V", "supply", cells.supply_volt, "V"},
                   {"R_n", "switching resistance of a transistor", cells.n_ohm, "ohm"}},
        .results = explained(cost_of(p, cells), {"21.9 columns inverters", "0.1 R_n C", "C V dV",
                                                 "17.4 columns inverters"}),
        .source = "fitted to NeuroSim V1.3 (Precharger, SRAM buffer); energy: first principles"};
}

}  // namespace ohmgrid
