#include "sim/cost/components/control.hpp"

namespace ohmgrid {
namespace {

// One flip-flop per state: idle, load, precharge, drive, settle, sample, convert, store; assumed.
constexpr double states = 8;
constexpr double activity = 0.5;               // of its flip-flops; NeuroSim V1.3, gamma
constexpr double control_lines = 4;            // precharge, drive, sample, convert
constexpr double drivers_over_load = 1 / 3.0;  // 1/4 + 1/16 + ...: stages of fan-out four

struct Loads {
    double control_farad = 0;  ///< one control line, its drivers included
    double clock_farad = 0;    ///< the clock along columns
    double row_clock_farad = 0;
};

Loads loads_of(const Control& c, const LogicCells& cells, const Technology& t) {
    const auto line = [&](double metre, double gates) {
        return (1 + drivers_over_load) *
               (metre * t.wire_farad_per_metre + gates * cells.gate_farad);
    };
    const double along_columns = line(c.width_metre, c.columns);
    return {.control_farad = along_columns,
            .clock_farad = along_columns,
            .row_clock_farad = line(c.height_metre, c.rows)};
}

}  // namespace

Cost cost_of(const Control& c, const LogicCells& cells, const Technology& technology) {
    const Cost bit = cells.flip_flop();
    const Cost counter = cells.adder(c.counter_bits);
    const double bits = states + c.counter_bits;
    const Loads loads = loads_of(c, cells, technology);
    const double farad =
        control_lines * loads.control_farad + loads.clock_farad + loads.row_clock_farad;
    const double buffers = drivers_over_load * ((control_lines + 1) * c.columns + c.rows);
    return {.area_m2 = bits * bit.area_m2 + counter.area_m2 + buffers * cells.area_m2,
            .energy_joule = activity * bits * bit.energy_joule + activity * counter.energy_joule +
                            farad * cells.supply_volt * cells.supply_volt,
            .leakage_watt =
                bits * bit.leakage_watt + counter.leakage_watt + buffers * cells.leakage_watt};
}

Explanation explain(const Control& c, const LogicCells& cells, const Technology& technology) {
    const Loads loads = loads_of(c, cells, technology);
    return {.component = "control",
            .models =
                "sequencer, counters, control lines and clock of one array; energy of one phase. "
                "Configuration, write control and the clock's root are not included",
            .inputs = {{"n", "bits of the counters", c.counter_bits, "bit"},
                       {"C_x", "control line along the columns", loads.control_farad, "F"},
                       {"C_clk", "clock along the columns", loads.clock_farad, "F"},
                       {"C_row", "clock along the rows", loads.row_clock_farad, "F"},
                       {"E_ff", "energy of a flip-flop", cells.flip_flop().energy_joule, "J"},
                       {"V", "supply", cells.supply_volt, "V"}},
            .results = explained(cost_of(c, cells, technology),
                                 {"8 + n flip-flops, adder(n) and (5 columns + rows) / 3 inverters",
                                  "none, beside the array",
                                  "0.5 (8 + n) E_ff + 0.5 adder(n) + (4 C_x + C_clk + C_row) V^2",
                                  "flip-flops, adder and inverters"}),
            .source =
                "wire and gate capacitances of the technology file; number of states and lines "
                "assumed, activity of NeuroSim V1.3"};
}

}  // namespace ohmgrid
