#pragma once

#include <array>
#include <string_view>

#include "sim/cost/cost.hpp"

namespace ohmgrid {

/// The columns of the cost table.
enum class Component {
    array,
    adc,
    multiplexer,
    wordline,
    precharge,
    shift_add,
    accumulation,
    buffer,
    interconnect,
    pooling,
    activation,
    control
};
inline constexpr std::size_t component_count = 12;

/// "adc": the component's name in tables.
std::string_view to_text(Component component);

/// Costs of a layer or chip by component.
struct ComponentCosts {
    std::array<Cost, component_count> items = {};

    Cost& operator[](Component c) { return items[static_cast<std::size_t>(c)]; }
    const Cost& operator[](Component c) const { return items[static_cast<std::size_t>(c)]; }
    /// Sum in the order of the components.
    [[nodiscard]] Cost total() const;
};

}  // namespace ohmgrid
