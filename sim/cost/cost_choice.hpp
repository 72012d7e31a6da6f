#pragma once

#include <array>
#include <optional>
#include <vector>

#include "sim/core/parameters.hpp"
#include "sim/cost/component_cost.hpp"

namespace ohmgrid {

/// Which figures a cost is made of; each but the last is a file devices/profile/NAME.toml.
enum class CostProfile {
    survey,          ///< measured converters, this project's chip organisation
    neurosim,        ///< converters and chip organisation of NeuroSim V1.3
    xpert_surrogate  ///< XPert's regression: area and latency of convolutions only
};

/// What a user multiplies the figures of every component by. Wires between the components do not
/// grow with them, and a synchronous clock stays as it is.
struct ComponentFactors {
    ComponentFactors() { items.fill({1, 1, 1, 1}); }

    std::array<Cost, component_count> items;

    void apply_to(ComponentCosts& costs) const;

    const Cost& operator[](Component c) const { return items[static_cast<std::size_t>(c)]; }
};

/// Figures of single units that the user gives in place of the model's: those that
/// `ohmgrid explain COMPONENT` prints. Energy of a word line: of a pulse.
class GivenUnits {
  public:
    void set(Component component, double Cost::*figure, double value);

    void apply_to(Component component, Cost& unit) const;
    [[nodiscard]] std::optional<double> energy_joule(Component component) const;

  private:
    struct Figure {
        Component component = Component::array;
        double Cost::*figure = nullptr;
        double value = 0;
    };
    std::vector<Figure> figures_;  // usually none
};

/// What section [cost] of a run file says besides the activity.
struct CostChoice {
    CostProfile profile = CostProfile::survey;
    ComponentFactors factors;
    GivenUnits given;
};

/// Keys `cost.profile`, `cost.override.COMPONENT.FIGURE` and `cost.unit.COMPONENT.FIGURE`.
const ParamTable<CostChoice>& cost_parameters();

}  // namespace ohmgrid
