#include "sim/cost/components/bus.hpp"

#include <algorithm>
#include <cmath>

#include "sim/cost/components/repeaters.hpp"

namespace ohmgrid {
namespace {

// Fitted to reference/cost/components/bus.csv (NeuroSim V1.3; 22 .. 65 nm, both roadmaps, 2 to 8
// stops, 144 points): all within 2.3 %. The energy includes an activity of one quarter: a quarter
// of the bits sent toggle their wire.
constexpr double energy_per_wire_energy = 0.405;
constexpr double latency_factor = 3.48;
// The reference lays its buses above the arrays and counts no area; here a wire is as far from the
// next as it is wide.
constexpr double widths_per_wire = 2;

}  // namespace

Bus Bus::over_grid(double side, double pitch_metre, double wires, double layers) {
    const double branch = std::max(0.0, side - 1) * pitch_metre;
    return {.reach_metre = 2 * branch,
            .built_metre = (side + 1) * branch,
            .wires = wires,
            .layers = layers};
}

Cost cost_of(const Bus& bus, const LogicCells& cells, const Technology& t) {
    const Repeaters r = repeaters(cells, t);
    return {
        .area_m2 = widths_per_wire * bus.wires / bus.layers * t.wire_width_metre * bus.built_metre,
        .latency_second = latency_factor * bus.reach_metre *
                          std::sqrt(cells.n_ohm * cells.gate_farad * t.wire_ohm_per_metre() *
                                    t.wire_farad_per_metre),
        .energy_joule = energy_per_wire_energy * bus.reach_metre * t.wire_farad_per_metre *
                        cells.supply_volt * cells.supply_volt,
        .leakage_watt =
            bus.wires * bus.built_metre / r.distance_metre * r.widths * cells.leakage_watt};
}

Explanation explain(const Bus& bus, const LogicCells& cells, const Technology& t) {
    return {.component = "bus",
            .models =
                "repeated wires past all stops of a grid, along its rows and its edge; energy "
                "and latency of one bit, a quarter of the bits toggling",
            .inputs = {{"L", "wire that a bit charges", bus.reach_metre, "m"},
                       {"L_all", "wire of all branches", bus.built_metre, "m"},
                       {"w", "wires in parallel", bus.wires, ""},
                       {"layers", "of metal they are stacked on", bus.layers, ""},
                       {"C_w", "wire capacitance", t.wire_farad_per_metre, "F/m"},
                       {"R_w", "wire resistance", t.wire_ohm_per_metre(), "ohm/m"},
                       {"W_w", "wire width", t.wire_width_metre, "m"}},
            .results = explained(cost_of(bus, cells, t),
                                 {"2 w W_w L_all / layers", "3.48 L sqrt(R_n C_g R_w C_w)",
                                  "0.405 L C_w V^2", "w L_all / distance repeaters"}),
            .source = "fitted to NeuroSim V1.3 (Bus)"};
}

}  // namespace ohmgrid
