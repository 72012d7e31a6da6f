#include "sim/cost/components/adder_tree.hpp"

namespace ohmgrid {

int AdderTree::levels() const {
    int levels = 0;
    for (std::int64_t n = inputs; n > 1; n = (n + 1) / 2) ++levels;
    return levels;
}

double AdderTree::adder_bits() const {
    double total = 0;
    int width = bits;
    for (std::int64_t n = inputs; n > 1; n = (n + 1) / 2) {
        total += static_cast<double>(n / 2) * width;
        ++width;
    }
    return total;
}

double AdderTree::depth_bits() const {
    const int n = levels();
    return n * bits + n * (n - 1) / 2.0;
}

Cost cost_of(const AdderTree& tree, const LogicCells& cells) {
    const Cost all = cells.adder(tree.adder_bits());
    return {.area_m2 = all.area_m2,
            .latency_second = cells.adder(tree.depth_bits()).latency_second,
            .energy_joule = all.energy_joule,
            .leakage_watt = all.leakage_watt};
}

Explanation explain(const AdderTree& tree, const LogicCells& cells) {
    return {.component = "accumulation",
            .models = "sums over the row parts of a layer; no pipeline registers",
            .inputs = {{"n", "numbers summed", static_cast<double>(tree.inputs), ""},
                       {"b", "bits of one number", static_cast<double>(tree.bits), "bit"},
                       {"B", "adder bits of all levels", tree.adder_bits(), "bit"},
                       {"D", "adder bits on the longest path", tree.depth_bits(), "bit"}},
            .results =
                explained(cost_of(tree, cells), {"13.5 B inverters", "ripple carry over D",
                                                 "6.37 B inverter switchings", "30.8 B inverters"}),
            .source = "structure of NeuroSim V1.3 (AdderTree), without its loss of odd inputs"};
}

}  // namespace ohmgrid
