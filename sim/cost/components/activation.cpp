#include "sim/cost/components/activation.hpp"

namespace ohmgrid {

Cost activation_cost(int bits, const LogicCells& cells) {
    const Cost bit = cells.flip_flop();
    return {.area_m2 = bits * bit.area_m2,
            .energy_joule = bits * bit.energy_joule,
            .leakage_watt = bits * bit.leakage_watt};
}

Explanation explain_activation(int bits, const LogicCells& cells) {
    return {.component = "activation",
            .models = "a register of b bits per value, one clock cycle",
            .inputs = {{"b", "bits of a value", static_cast<double>(bits), "bit"}},
            .results = explained(activation_cost(bits, cells), {"b flip-flops", "one clock cycle",
                                                                "b flip-flops", "b flip-flops"}),
            .source = "structure of NeuroSim V1.3 (BitShifter)"};
}

}  // namespace ohmgrid
