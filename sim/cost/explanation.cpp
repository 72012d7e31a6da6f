#include "sim/cost/explanation.hpp"

namespace ohmgrid {

std::vector<ExplainedValue> explained(const Cost& cost, const Formulas& formulas) {
    return {{"area", formulas.area, cost.area_m2, "m2"},
            {"latency", formulas.latency, cost.latency_second, "s"},
            {"energy", formulas.energy, cost.energy_joule, "J"},
            {"leakage", formulas.leakage, cost.leakage_watt, "W"}};
}

}  // namespace ohmgrid
