#pragma once

#include <variant>

#include "sim/cost/components/bus.hpp"
#include "sim/cost/components/h_tree.hpp"

namespace ohmgrid {

/// What joins arrays in a tile, or tiles on a chip.
using Wiring = std::variant<HTree, Bus>;

inline Cost cost_of(const Wiring& wiring, const LogicCells& cells, const Technology& technology) {
    return std::visit([&](const auto& w) { return cost_of(w, cells, technology); }, wiring);
}

inline Explanation explain(const Wiring& wiring, const LogicCells& cells,
                           const Technology& technology) {
    return std::visit([&](const auto& w) { return explain(w, cells, technology); }, wiring);
}

inline double path_metre(const Wiring& wiring) {
    return std::visit([](const auto& w) { return w.path_metre(); }, wiring);
}

}  // namespace ohmgrid
