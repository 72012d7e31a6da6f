#include "sim/cost/cost_choice.hpp"

#include <string>
#include <utility>

namespace ohmgrid {
namespace {

constexpr double largest_factor = 1e6;

/// One factor: `override.adc.energy`.
ParamRow<CostChoice> factor(std::size_t component, const char* figure, double Cost::*member) {
    const std::string name(to_text(static_cast<Component>(component)));
    return {param::info_of("override." + name + '.' + figure, ParamKind::number, dimension::ratio,
                           {.fallback = "1",
                            .low = 0,
                            .high = largest_factor,
                            .doc = "multiplies the " + std::string(figure) + " of '" + name +
                                   "' in every layer"}),
            [component, member](CostChoice& choice, const ParamValue& value) {
                choice.factors.items[component].*member = std::get<double>(value);
            }};
}

std::vector<ParamRow<CostChoice>> rows() {
    std::vector<ParamRow<CostChoice>> all{param::choice(
        "profile", &CostChoice::profile,
        {{"survey", CostProfile::survey},
         {"neurosim", CostProfile::neurosim},
         {"xpert-surrogate", CostProfile::xpert_surrogate}},
        {.fallback = "survey",
         .doc = "whose converters and chip organisation; the run file's own keys win, but --set "
                "cost.profile wins over them"})};
    const std::pair<const char*, double Cost::*> figures[] = {{"area", &Cost::area_m2},
                                                              {"latency", &Cost::latency_second},
                                                              {"energy", &Cost::energy_joule},
                                                              {"leakage", &Cost::leakage_watt}};
    for (std::size_t c = 0; c < component_count; ++c) {
        for (const auto& [figure, member] : figures) all.push_back(factor(c, figure, member));
    }
    return all;
}

}  // namespace

void ComponentFactors::apply_to(ComponentCosts& costs) const {
    for (std::size_t i = 0; i < component_count; ++i) {
        Cost& cost = costs.items[i];
        cost.area_m2 *= items[i].area_m2;
        cost.latency_second *= items[i].latency_second;
        cost.energy_joule *= items[i].energy_joule;
        cost.leakage_watt *= items[i].leakage_watt;
    }
}

const ParamTable<CostChoice>& cost_parameters() {
    static const ParamTable<CostChoice> table{"cost", rows()};
    return table;
}

}  // namespace ohmgrid
