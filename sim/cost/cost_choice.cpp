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

/// Components that are made of equal units in the tiles of a layer.
constexpr std::array units{Component::multiplexer,  Component::wordline,     Component::precharge,
                           Component::shift_add,    Component::accumulation, Component::buffer,
                           Component::interconnect, Component::control};

struct UnitFigure {
    const char* name = "";
    double Cost::*member = nullptr;
    Dimension dimension;
    double high = 0;
};

/// One given figure: `unit.multiplexer.energy`.
ParamRow<CostChoice> given(Component component, const UnitFigure& figure) {
    const std::string name(to_text(component));
    return {
        param::info_of("unit." + name + '.' + figure.name, ParamKind::quantity, figure.dimension,
                       {.fallback = "",
                        .low = 0,
                        .high = figure.high,
                        .doc = std::string(figure.name) + " of one unit of '" + name +
                               "', instead of the model's"}),
        [component, member = figure.member](CostChoice& choice, const ParamValue& value) {
            choice.given.set(component, member, std::get<double>(value));
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
    const std::array<UnitFigure, 4> given_figures{
        {{"area", &Cost::area_m2, dimension::area, 1e-4},
         {"latency", &Cost::latency_second, dimension::time, 1},
         {"energy", &Cost::energy_joule, dimension::energy, 1e-3},
         {"leakage", &Cost::leakage_watt, dimension::power, 1}}};
    for (const Component component : units) {
        for (const UnitFigure& figure : given_figures) all.push_back(given(component, figure));
    }
    return all;
}

}  // namespace

void GivenUnits::set(Component component, double Cost::*figure, double value) {
    figures_.push_back({component, figure, value});
}

void GivenUnits::apply_to(Component component, Cost& unit) const {
    for (const Figure& given : figures_) {
        if (given.component == component) unit.*given.figure = given.value;
    }
}

std::optional<double> GivenUnits::energy_joule(Component component) const {
    for (const Figure& given : figures_) {
        if (given.component == component && given.figure == &Cost::energy_joule) {
            return given.value;
        }
    }
    return {};
}

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
