#include "sim/cost/chip_cost.hpp"

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

Message refusal(const std::string& what, const std::string& remedy) {
    return {.place = {}, .id = "COST002", .what = what, .remedy = remedy};
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

/// The chip with its tiles chosen, if they are to be.
ChipSpec resolved(const ChipSpec& chip, std::span<const LayerPlan> layers,
                  std::span<const LayerMapping> mappings) {
    if (chip.floor_plan != FloorPlan::automatic) return chip;
    std::vector<TileTenant> tenants;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const double cells =
            static_cast<double>(layers[i].shape.weights() * mappings[i].cells_per_weight());
        tenants.push_back({.mapping = &mappings[i],
                           .arrays_filled = cells / static_cast<double>(layers[i].array.rows *
                                                                        layers[i].array.columns)});
    }
    return with_best_tiles(chip, tenants);
}

void check_room(std::span<const detail::LayerDraft> drafts, const ChipSpec& chip) {
    if (chip.most_tiles == 0) return;
    std::int64_t left = chip.most_tiles;
    for (const detail::LayerDraft& d : drafts) {
        const std::int64_t needed = d.placement.tiles;
        if (needed > left) {
            throw InputError(Message{
                .place = {},
                .id = "COST008",
                .what = "layer " + d.plan->shape.name + " needs " + std::to_string(needed) +
                        " tiles of " + std::to_string(chip.arrays_per_tile()) + " arrays (" +
                        std::to_string(d.placement.arrays) + " arrays of " +
                        std::to_string(d.plan->array.rows) + " x " +
                        std::to_string(d.plan->array.columns) + " cells), the floor plan has " +
                        std::to_string(left) + " of its " + std::to_string(chip.most_tiles) +
                        " left",
                .remedy =
                    "Raise chip.tiles, or make the layer, its copies or its weights smaller"});
        }
        left -= needed;
    }
}

detail::Clock clock_of(std::span<const detail::LayerDraft> drafts, const ChipSpec& chip) {
    double period = 1 / chip.clock_hertz;
    if (chip.timing == Timing::synchronous) {
        for (const detail::LayerDraft& d : drafts) {
            period = std::max(period, clock_margin * d.unit.phase_second());
        }
    }
    return {.timing = chip.timing, .period_second = period};
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

std::string_view to_text(Component component) {
    switch (component) {
        case Component::array:
            return "array";
        case Component::adc:
            return "adc";
        case Component::multiplexer:
            return "multiplexer";
        case Component::wordline:
            return "wordline";
        case Component::shift_add:
            return "shift_add";
        case Component::accumulation:
            return "accumulation";
        case Component::buffer:
            return "buffer";
        case Component::interconnect:
            return "interconnect";
        case Component::pooling:
            return "pooling";
        case Component::activation:
            return "activation";
    }
    return "";
}

Cost ComponentCosts::total() const {
    Cost sum;
    for (const Cost& c : items) sum += c;
    return sum;
}

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
    const LogicCells cells = logic_cells(technology);
    std::vector<LayerMapping> mappings;
    mappings.reserve(layers.size());
    for (const LayerPlan& plan : layers) {
        mappings.emplace_back(plan.shape, plan.array, plan.mapping);
    }
    const ChipSpec chip = resolved(given, layers, mappings);
    std::vector<detail::LayerDraft> drafts;
    drafts.reserve(layers.size());
    std::vector<ComponentCosts> tiles;
    tiles.reserve(layers.size());
    double tiles_area_m2 = 0;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        drafts.push_back(
            detail::draft_layer(layers[i], mappings[i], device, cells, technology, chip));
        tiles.push_back(detail::tile_cost(drafts.back(), cells, technology));
        tiles_area_m2 +=
            static_cast<double>(drafts.back().placement.tiles) * tiles.back().total().area_m2;
    }
    check_room(drafts, chip);
    const detail::SharedBlocks blocks = detail::shared_blocks(drafts, tiles_area_m2, chip);
    const ComponentCosts shared = detail::shared_cost(blocks, cells, technology);
    const detail::Clock clock = clock_of(drafts, chip);

    ChipCost result;
    result.arrays_per_tile = chip.arrays_per_tile();
    result.clock_second = clock.period_second;
    result.layers.reserve(layers.size());
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        const detail::LayerDraft& d = drafts[i];
        const double phase_second =
            chip.timing == Timing::synchronous ? clock.period_second : d.unit.phase_second();
        LayerCost row = row_of(d, chip, phase_second);
        const double tile_count = static_cast<double>(d.placement.tiles);
        row.tile_area_m2 = tiles[i].total().area_m2;
        add_built(row.components, tile_count, tiles[i]);
        add_built(row.components, tile_count / blocks.tiles, shared);
        detail::add_energy(row.components, d, blocks, chip, cells, technology);
        detail::add_latency(row.components, d, blocks, chip, clock, phase_second, cells,
                            technology);
        row.total = row.components.total();
        check_finite(row);
        result.layers.push_back(std::move(row));
    }
    sum_layers(result, chip);
    return result;
}

}  // namespace ohmgrid
