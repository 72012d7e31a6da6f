#include "sim/cost/by_node.hpp"

#include <cmath>

#include "sim/core/error.hpp"
#include "sim/core/units.hpp"

namespace ohmgrid {
namespace {

// Feature sizes are written in whole nanometres; this absorbs their binary rounding.
constexpr double node_tolerance = 1e-6;

}  // namespace

double by_node(std::span<const NodeValue> table, const Technology& technology,
               const std::string& model) {
    const double node = technology.node_nanometre();
    for (std::size_t i = 0; i + 1 < table.size(); ++i) {
        const NodeValue& larger = table[i];
        const NodeValue& smaller = table[i + 1];
        if (node > larger.node_nanometre * (1 + node_tolerance) ||
            node < smaller.node_nanometre * (1 - node_tolerance)) {
            continue;
        }
        const double t = std::log(node / smaller.node_nanometre) /
                         std::log(larger.node_nanometre / smaller.node_nanometre);
        return smaller.value * std::pow(larger.value / smaller.value, t);
    }
    throw InputError(Message{
        .place = {},
        .id = "COST003",
        .what = "the " + model + " model has no data at " +
                format_quantity(technology.feature_metre, dimension::length) + " (it covers " +
                format_quantity(table.back().node_nanometre * 1e-9, dimension::length) + " to " +
                format_quantity(table.front().node_nanometre * 1e-9, dimension::length) + ")",
        .remedy = "Use adc.cost.model = \"survey\" or \"custom\", or a node inside the range"});
}

}  // namespace ohmgrid
