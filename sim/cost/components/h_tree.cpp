#include "sim/cost/components/h_tree.hpp"

#include <algorithm>
#include <cmath>

#include "sim/cost/components/repeaters.hpp"

namespace ohmgrid {
namespace {

// Fitted to reference/cost/components/htree.csv (NeuroSim V1.3; 22 .. 65 nm, both roadmaps, 2 x 2
// to 16 x 16 leaves, 288 points). Residuals, median and 90th percentile: energy 0.9 and 1.6 %,
// latency 5.1 and 9.7 %, area 8.1 and 18 %. The energy includes an activity of one quarter: a
// quarter of the bits sent toggle their wire.
constexpr double energy_per_wire_energy = 0.6744;
constexpr double latency_factor = 9.609;
constexpr double area_factor = 4.4825;

}  // namespace

double HTree::path_metre() const {
    if (side <= 1) return 0;
    return pitch_metre * (side / 2 + (std::log2(side) - 1) / 2);
}

Cost cost_of(const HTree& tree, const LogicCells& cells, const Technology& t) {
    const double path = tree.path_metre();
    const double wire_metre = tree.pitch_metre * std::max(0.0, tree.side - 1);
    const Repeaters r = repeaters(cells, t);
    return {
        .area_m2 = area_factor * tree.wires / tree.layers * t.wire_width_metre * wire_metre,
        .latency_second = latency_factor * path *
                          std::sqrt(cells.n_ohm * cells.gate_farad * t.wire_ohm_per_metre() *
                                    t.wire_farad_per_metre),
        .energy_joule = energy_per_wire_energy * path * t.wire_farad_per_metre * cells.supply_volt *
                        cells.supply_volt,
        .leakage_watt = tree.wires * wire_metre / r.distance_metre * r.widths * cells.leakage_watt};
}

Explanation explain(const HTree& tree, const LogicCells& cells, const Technology& t) {
    return {.component = "interconnect",
            .models =
                "repeated wires in an H from one point to all leaves; energy and latency of "
                "one bit to one leaf, a quarter of the bits toggling",
            .inputs = {{"n", "leaves along an edge", tree.side, ""},
                       {"p", "distance of leaves", tree.pitch_metre, "m"},
                       {"w", "wires in parallel", tree.wires, ""},
                       {"layers", "of metal they are stacked on", tree.layers, ""},
                       {"L", "path n/2 + (log2 n - 1)/2 pitches", tree.path_metre(), "m"},
                       {"C_w", "wire capacitance", t.wire_farad_per_metre, "F/m"},
                       {"R_w", "wire resistance", t.wire_ohm_per_metre(), "ohm/m"},
                       {"W_w", "wire width", t.wire_width_metre, "m"}},
            .results = explained(cost_of(tree, cells, t),
                                 {"4.48 w W_w p (n - 1) / layers", "9.61 L sqrt(R_n C_g R_w C_w)",
                                  "0.674 L C_w V^2", "w p (n - 1) / distance repeaters"}),
            .source = "fitted to NeuroSim V1.3 (HTree)"};
}

}  // namespace ohmgrid
