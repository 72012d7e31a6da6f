#include "search/app/two_phases.hpp"

#include <algorithm>
#include <cmath>

namespace ohmgrid {
namespace {

const CircuitChoice& choice(const Space& space, const Design& design, std::size_t layer) {
    return space.options(layer)[static_cast<std::size_t>(design.options[layer])].circuit;
}

/// Whether circuits differ in anything but bits of inputs and converters.
bool has_more_than_bits(const Space& space) {
    for (std::size_t i = 0; i < space.layer_count(); ++i) {
        CircuitChoice first = space.options(i).front().circuit;
        for (const LayerOption& o : space.options(i)) {
            first.input_bits = o.circuit.input_bits;
            first.adc_bits = o.circuit.adc_bits;
            if (first != o.circuit) return true;
        }
    }
    return false;
}

/// `layer` with everything but bits as in `c`.
LayerSpace fixed_but_bits(LayerSpace layer, const CircuitChoice& c) {
    layer.adc_types = {c.adc_type};
    layer.column_sharing = {c.column_sharing};
    layer.weight_bits = {c.weight_bits};
    layer.cell_bits = {c.cell_bits};
    layer.replications = {c.replication};
    if (c.array_side > 0) layer.array_sides = {c.array_side};
    return layer;
}

}  // namespace

std::optional<double> two_phase_excess(const Space& space, const std::vector<LayerSpace>& layers,
                                       const SensitivityBook& book, Goal goal, double budget,
                                       const Scored& joint, const RunContext& context) {
    if (!has_more_than_bits(space)) return std::nullopt;
    const Design finest = finest_design(space);
    goal.quality = {};
    goal.least_quality = {};
    std::vector<LayerSpace> first = layers;
    for (std::size_t i = 0; i < first.size(); ++i) {
        first[i].input_bits = {choice(space, finest, i).input_bits};
        first[i].adc_bits = {choice(space, finest, i).adc_bits};
    }
    const Space circuits(space.base(), first);
    const BestResult with_most_bits = minimise(circuits, *chip_cost_model(circuits), goal, context);
    if (!with_most_bits.best) return std::nullopt;
    std::vector<LayerSpace> second;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        second.push_back(
            fixed_but_bits(layers[i], choice(circuits, with_most_bits.best->design, i)));
    }
    const Space bits(space.base(), second);
    goal.quality = quality_of_bits(bits, book);
    goal.least_quality = -budget;
    const BestResult in_turn = minimise(bits, *chip_cost_model(bits), goal, context);
    if (!in_turn.best) return std::nullopt;
    const Exponents exponents = exponents_of(goal.objective);
    return std::expm1(merit(in_turn.best->figures, exponents) - merit(joint.figures, exponents));
}

}  // namespace ohmgrid
