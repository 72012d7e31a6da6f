#include "sim/cost/chip_cost.hpp"

#include <algorithm>

#include "sim/core/error.hpp"
#include "sim/cost/layer_model.hpp"

namespace ohmgrid {
namespace {

Message refusal(const std::string& what, const std::string& remedy) {
    return {.place = {}, .id = "COST002", .what = what, .remedy = remedy};
}

/// Refuses a chip on which the layers find no room, naming the first that does not.
void check_room(std::span<const LayerCost> layers, const ChipSpec& chip) {
    if (chip.most_tiles == 0) return;
    std::int64_t left = chip.most_tiles;
    for (const LayerCost& layer : layers) {
        const Placement& p = layer.placement;
        if (p.tiles > left) {
            throw InputError(Message{
                .place = {},
                .id = "COST008",
                .what = "layer " + layer.name + " needs " + std::to_string(p.tiles) + " tiles of " +
                        std::to_string(chip.arrays_per_tile()) + " arrays for its " +
                        std::to_string(p.arrays) + " arrays; the floor plan has " +
                        std::to_string(left) + " of its " + std::to_string(chip.most_tiles) +
                        " left",
                .remedy =
                    "Raise chip.tiles, or make the layer, its copies or its weights smaller"});
        }
        left -= p.tiles;
    }
}

bool is_share(double v) { return v >= 0 && v <= 1; }

void check_inputs(std::span<const LayerPlan> layers, const ChipSpec& chip) {
    if (layers.empty()) {
        throw InputError(refusal("there is no convolution or linear layer to put on arrays",
                                 "Give a network with at least one weighted layer"));
    }
    if (chip.arrays_per_tile() < 1 || chip.buffer_bits < 1 || chip.bus_bits < 1 ||
        chip.tile_bus_bits < 1 || !(chip.clock_hertz > 0)) {
        throw InputError(refusal("the chip has no arrays, no buses or no clock",
                                 "Start from devices/chip/default.toml"));
    }
    for (const LayerPlan& plan : layers) {
        if (is_share(plan.activity.input_density) && is_share(plan.activity.cell_level)) continue;
        throw InputError(refusal("layer " + plan.shape.name + ": an activity is not within 0 .. 1",
                                 "Mend cost.input_density or cost.cell_level"));
    }
}

}  // namespace

double ChipCost::tops() const { return static_cast<double>(operations) / interval_second * 1e-12; }

double ChipCost::tops_per_watt() const {
    return static_cast<double>(operations) / (total.energy_joule + leakage_joule) * 1e-12;
}

double ChipCost::tops_per_mm2() const { return tops() / (total.area_m2 * 1e6); }

double ChipCost::edap() const {
    return (total.energy_joule + leakage_joule) * total.latency_second * total.area_m2;
}

double ChipCost::adc_energy_share() const {
    return components[Component::adc].energy_joule / total.energy_joule;
}

double ChipCost::adc_area_share() const {
    return components[Component::adc].area_m2 / total.area_m2;
}

ChipCost chip_cost(std::span<const LayerPlan> layers, const Technology& technology,
                   const DeviceModel& device, const ChipSpec& given) {
    check_inputs(layers, given);
    const ChipSpec chip = with_floor_plan(given, layers);
    std::vector<LayerModel> models;
    models.reserve(layers.size());
    ChipDemand demand;
    for (const LayerPlan& plan : layers) {
        models.emplace_back(plan, technology, device, chip);
        demand += models.back().demand();
    }
    const SharedChip shared(demand, technology, chip);
    std::vector<LayerCost> rows;
    rows.reserve(layers.size());
    for (const LayerModel& model : models) rows.push_back(model.cost_on(shared));
    check_room(rows, chip);
    ChipCost cost = chip_of(std::move(rows), shared, chip);
    for (const LayerPlan& plan : layers) {
        const auto gap = extrapolation(plan.adc, plan.adc_cost, technology);
        if (gap && std::ranges::count(cost.extrapolations, *gap) == 0) {
            cost.extrapolations.push_back(*gap);
        }
    }
    return cost;
}

}  // namespace ohmgrid
