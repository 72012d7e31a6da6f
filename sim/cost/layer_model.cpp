#include "sim/cost/layer_model.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/error.hpp"
#include "sim/cost/detail/chip_blocks.hpp"
#include "sim/cost/detail/layer_events.hpp"

namespace ohmgrid {
namespace {

// Margin of the synchronous clock over the slowest phase: post-layout sensing time over the
// schematic's (NeuroSim V1.3, beta).
constexpr double clock_margin = 1.4;

detail::Clock clock_of(const ChipDemand& demand, const ChipSpec& chip) {
    double period = 1 / chip.clock_hertz;
    if (chip.timing == Timing::synchronous) {
        period = std::max(period, clock_margin * demand.phase_second);
    }
    return {.timing = chip.timing, .period_second = period};
}

const ChipSpec& with_chosen_tiles(const ChipSpec& chip) {
    if (chip.floor_plan != FloorPlan::automatic) return chip;
    throw InputError(Message{.place = {},
                             .id = "COST010",
                             .what = "one layer alone cannot choose the chip's tiles",
                             .remedy = "Use chip.floor_plan = \"packed\" or \"square\" here"});
}

void add_built(ComponentCosts& sum, double times, const ComponentCosts& one) {
    for (std::size_t i = 0; i < component_count; ++i) {
        sum.items[i].area_m2 += times * one.items[i].area_m2;
        sum.items[i].leakage_watt += times * one.items[i].leakage_watt;
    }
}

void check_finite(const LayerCost& layer) {
    for (const Cost& c : layer.components.items) {
        if (std::isfinite(c.area_m2) && std::isfinite(c.latency_second) &&
            std::isfinite(c.energy_joule) && std::isfinite(c.leakage_watt)) {
            continue;
        }
        throw NumericalError(
            Message{.place = {},
                    .id = "COST006",
                    .what = "layer " + layer.name + ": a cost is not a finite number",
                    .remedy = "Look for a zero conductance, voltage or capacitance in its "
                              "parameters with 'ohmgrid explain'"});
    }
}

Range scaled(const Range& range, double factor) {
    return {range.low * factor, range.typical * factor, range.high * factor};
}

LayerCost row_of(const detail::LayerDraft& d, const ChipSpec& chip, double phase_second) {
    LayerCost row;
    row.name = d.plan->shape.name;
    row.op = d.plan->shape.op;
    row.placement = d.placement;
    row.counts = d.counts;
    row.operations = 2 * d.plan->shape.multiply_accumulates();
    row.phase_second = phase_second;
    row.activity = d.plan->activity.source;
    const double converters = static_cast<double>(d.placement.tiles * chip.arrays_per_tile()) /
                              d.unit.planes * static_cast<double>(d.unit.converters);
    row.adc_area_m2 = scaled(d.unit.adc.area_m2, converters);
    row.adc_energy_joule =
        scaled(d.unit.adc.energy_joule, static_cast<double>(d.counts.conversions));
    return row;
}

Range with_adc(double total, double adc, const Range& adc_range) {
    const double rest = total - adc;
    return {rest + adc_range.low, rest + adc_range.typical, rest + adc_range.high};
}

/// Chip figures as sums over finished rows.
void sum_layers(ChipCost& chip, const ChipSpec& spec) {
    Range adc_energy;
    Range adc_area;
    const auto add = [](Range& sum, const Range& more) {
        sum = {sum.low + more.low, sum.typical + more.typical, sum.high + more.high};
    };
    double slowest = 0;
    double used_cells = 0;
    for (const LayerCost& layer : chip.layers) {
        for (std::size_t i = 0; i < component_count; ++i) {
            chip.components.items[i] += layer.components.items[i];
        }
        chip.total += layer.total;
        chip.arrays += layer.placement.arrays;
        chip.tiles += layer.placement.tiles;
        chip.operations += layer.operations;
        slowest = std::max(slowest, layer.total.latency_second);
        used_cells += layer.placement.utilisation * static_cast<double>(layer.placement.tiles);
        add(adc_energy, layer.adc_energy_joule);
        add(adc_area, layer.adc_area_m2);
    }
    chip.utilisation = used_cells / static_cast<double>(chip.tiles);
    chip.interval_second =
        spec.schedule == Schedule::pipelined ? slowest : chip.total.latency_second;
    chip.leakage_joule = chip.total.leakage_watt * chip.interval_second;
    chip.energy_joule = with_adc(chip.total.energy_joule + chip.leakage_joule,
                                 chip.components[Component::adc].energy_joule, adc_energy);
    chip.area_m2 = with_adc(chip.total.area_m2, chip.components[Component::adc].area_m2, adc_area);
}

}  // namespace

ChipDemand& ChipDemand::operator+=(const LayerDemand& layer) {
    tiles += layer.tiles;
    tiles_area_m2 += layer.area_m2();
    feature_map_bits = std::max(feature_map_bits, layer.feature_map_bits);
    value_bits = std::max(value_bits, layer.value_bits);
    phase_second = std::max(phase_second, layer.phase_second);
    return *this;
}

struct SharedChip::Blocks {
    detail::SharedBlocks blocks;
    ComponentCosts cost;
    detail::Clock clock;
};

SharedChip::SharedChip(const ChipDemand& demand, const Technology& technology,
                       const ChipSpec& chip) {
    const LogicCells cells = logic_cells(technology);
    const detail::SharedBlocks blocks = detail::shared_blocks(demand, cells, technology, chip);
    blocks_ = std::make_shared<const Blocks>(
        Blocks{blocks, detail::shared_cost(blocks, cells), clock_of(demand, chip)});
}

Cost SharedChip::built() const { return blocks_->cost.total(); }
double SharedChip::clock_second() const { return blocks_->clock.period_second; }
double SharedChip::path_metre() const { return ohmgrid::path_metre(blocks_->blocks.wiring); }

struct LayerModel::Parts {
    LayerPlan plan;
    ChipSpec chip;
    LogicCells cells;
    detail::LayerDraft draft;
    ComponentCosts tile;
    LayerDemand demand;

    Parts(LayerPlan p, const Technology& t, const DeviceModel& device, const ChipSpec& c)
        : plan(std::move(p)),
          chip(with_chosen_tiles(c)),
          cells(logic_cells(t)),
          draft(detail::draft_layer(plan, device, cells, t, chip)),
          tile(detail::tile_cost(draft)) {
        const Cost one = tile.total();
        demand = {.tiles = draft.placement.tiles,
                  .tile_area_m2 = one.area_m2,
                  .leakage_watt = static_cast<double>(draft.placement.tiles) * one.leakage_watt,
                  .feature_map_bits = static_cast<double>(draft.counts.feature_map_bits_in +
                                                          draft.counts.feature_map_bits_out),
                  .value_bits = plan.mapping.input_bits,
                  .phase_second = draft.unit.phase_second(),
                  .operations = 2 * plan.shape.multiply_accumulates()};
    }
};

ChipSpec with_floor_plan(const ChipSpec& chip, std::span<const LayerPlan> layers) {
    if (chip.floor_plan != FloorPlan::automatic) return chip;
    std::vector<LayerMapping> mappings;
    mappings.reserve(layers.size());
    std::vector<TileTenant> tenants;
    for (const LayerPlan& plan : layers) {
        const LayerMapping& mapping = mappings.emplace_back(plan.shape, plan.array, plan.mapping);
        const double cells = static_cast<double>(plan.shape.weights() * mapping.cells_per_weight());
        tenants.push_back(
            {.mapping = &mapping,
             .arrays_filled = cells / static_cast<double>(plan.array.rows * plan.array.columns)});
    }
    return with_best_tiles(chip, tenants);
}

LayerModel::LayerModel(LayerPlan plan, const Technology& technology, const DeviceModel& device,
                       const ChipSpec& chip)
    : parts_(std::make_shared<const Parts>(std::move(plan), technology, device, chip)) {}

const LayerDemand& LayerModel::demand() const { return parts_->demand; }

LayerCost LayerModel::cost_on(const SharedChip& shared) const {
    const Parts& p = *parts_;
    const SharedChip::Blocks& common = *shared.blocks_;
    const double phase_second = p.chip.timing == Timing::synchronous ? common.clock.period_second
                                                                     : p.draft.unit.phase_second();
    LayerCost row = row_of(p.draft, p.chip, phase_second);
    const double tile_count = static_cast<double>(p.demand.tiles);
    row.tile_area_m2 = p.demand.tile_area_m2;
    add_built(row.components, tile_count, p.tile);
    add_built(row.components, tile_count / common.blocks.tiles, common.cost);
    detail::add_energy(row.components, p.draft, common.blocks, p.chip, p.cells);
    detail::add_latency(row.components, p.draft, common.blocks, p.chip, common.clock, phase_second,
                        p.cells);
    const ComponentFactors& factors = p.plan.factors;
    factors.apply_to(row.components);
    row.adc_energy_joule = scaled(row.adc_energy_joule, factors[Component::adc].energy_joule);
    row.adc_area_m2 = scaled(row.adc_area_m2, factors[Component::adc].area_m2);
    row.total = row.components.total();
    check_finite(row);
    return row;
}

ChipCost chip_of(std::vector<LayerCost> layers, const SharedChip& shared, const ChipSpec& chip) {
    ChipCost result;
    result.arrays_per_tile = chip.arrays_per_tile();
    result.clock_second = shared.clock_second();
    result.layers = std::move(layers);
    sum_layers(result, chip);
    return result;
}

}  // namespace ohmgrid
