#include "sim/cost/components/repeaters.hpp"

#include <cmath>

namespace ohmgrid {
namespace {

constexpr double width_factor = 0.70;
constexpr double distance_factor = 1.27;

}  // namespace

Repeaters repeaters(const LogicCells& cells, const Technology& t) {
    const double wire_ohm = t.wire_ohm_per_metre();
    const double wire_farad = t.wire_farad_per_metre;
    return {.widths =
                width_factor * std::sqrt(cells.n_ohm * wire_farad / (wire_ohm * cells.gate_farad)),
            .distance_metre = distance_factor *
                              std::sqrt(2 * cells.n_ohm * (cells.gate_farad + cells.drain_farad) /
                                        (wire_ohm * wire_farad))};
}

}  // namespace ohmgrid
