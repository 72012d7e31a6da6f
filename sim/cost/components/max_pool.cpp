#include "sim/cost/components/max_pool.hpp"

namespace ohmgrid {
namespace {

// A third of a 2 x 2 pool, fitted to reference/cost/components/maxpool_relu.csv (NeuroSim V1.3; 22
// .. 65 nm without 65 nm high performance, 4 and 8 bits). Residuals, median and largest: area 1.6
// and 3.5 %, energy 4.2 and 9.5 %, latency 6.1 and 14 %. The reference's leakage does not grow with
// the bits; here it does, with the reference's value at 8 bits.
constexpr double comparisons = 3;
constexpr double inverters_per_bit = 72.38 / comparisons;
constexpr double switches_per_bit = 3.648 / comparisons;
constexpr double delays_per_bit = 7.421 / comparisons;
constexpr double leakages_per_bit = 13.08 / 8 / comparisons;

}  // namespace

Cost comparator_cost(int bits, const LogicCells& cells) {
    return {.area_m2 = bits * inverters_per_bit * cells.area_m2,
            .latency_second = bits * delays_per_bit * cells.delay_second(),
            .energy_joule = bits * switches_per_bit * cells.switch_joule(),
            .leakage_watt = bits * leakages_per_bit * cells.leakage_watt};
}

Explanation explain_comparator(int bits, const LogicCells& cells) {
    return {.component = "pooling",
            .models = "one comparison of two values, as a third of a 2 x 2 pool",
            .inputs = {{"b", "bits of a value", static_cast<double>(bits), "bit"},
                       {"tau", "inverter delay", cells.delay_second(), "s"}},
            .results = explained(
                comparator_cost(bits, cells),
                {"24.1 b inverters", "2.47 b tau", "1.22 b (C_g + C_d) V^2", "0.55 b inverters"}),
            .source = "fitted to NeuroSim V1.3 (MaxPooling)"};
}

}  // namespace ohmgrid
