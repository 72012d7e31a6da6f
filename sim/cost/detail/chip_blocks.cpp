#include "sim/cost/detail/chip_blocks.hpp"

#include <algorithm>
#include <cmath>

#include "sim/cost/components/activation.hpp"
#include "sim/cost/components/max_pool.hpp"

namespace ohmgrid::detail {
namespace {

double bits_over(std::int64_t summands) {
    return std::ceil(std::log2(static_cast<double>(summands)));
}

/// Inputs of one window and sums of one row of units: what a tile holds at a time.
double tile_buffer_bits(const LayerDraft& d) {
    const double inputs =
        d.sides.tile_rows * static_cast<double>(d.plan->array.rows) * d.plan->mapping.input_bits;
    const double sums = d.sides.tile_columns *
                        static_cast<double>(d.plan->array.columns / d.mapping.slices_per_array()) *
                        d.output_bits;
    return inputs + sums;
}

void add_built(Cost& sum, double times, const Cost& one) {
    sum.area_m2 += times * one.area_m2;
    sum.leakage_watt += times * one.leakage_watt;
}

Wiring wiring_over(double side, double pitch_metre, double wires, const ChipSpec& chip) {
    const double layers = static_cast<double>(chip.wiring_layers);
    if (chip.wiring == ChipWiring::bus) return Bus::over_grid(side, pitch_metre, wires, layers);
    return HTree{.side = side, .pitch_metre = pitch_metre, .wires = wires, .layers = layers};
}

BufferCost buffer_cost(const SharedBlocks& blocks, BufferCells kind, const LogicCells& cells,
                       const Technology& technology) {
    if (kind != BufferCells::sram) {
        const Cost bank = cost_of(blocks.bank, cells);
        return {.built = cost_of(blocks.buffer, cells),
                .access_second = bank.latency_second,
                .read_joule = bank.energy_joule,
                .write_joule = bank.energy_joule};
    }
    const SramBuffer bank{.lines = blocks.bank.lines, .width = blocks.bank.width};
    const Cost one = cost_of(bank, cells, technology);
    const double banks = std::ceil(blocks.buffer.lines / blocks.bank.lines);
    return {.built = {.area_m2 = banks * one.area_m2, .leakage_watt = banks * one.leakage_watt},
            .access_second = one.latency_second,
            .read_joule = one.energy_joule,
            .write_joule = write_joule(bank, cells, technology)};
}

}  // namespace

double Clock::step_second(double logic_second) const {
    if (timing == Timing::component) return std::max(period_second, logic_second);
    return std::max(1.0, std::ceil(logic_second / period_second)) * period_second;
}

std::int64_t LayerDraft::parts_in_pe() const {
    return std::min(mapping.row_parts(), static_cast<std::int64_t>(std::ceil(sides.pe_rows)));
}

std::int64_t LayerDraft::pes_in_tile() const {
    const double parts = std::min(static_cast<double>(mapping.row_parts()), sides.tile_rows);
    return static_cast<std::int64_t>(std::ceil(parts / sides.pe_rows));
}

LayerDraft draft_layer(const LayerPlan& plan, const DeviceModel& device, const LogicCells& cells,
                       const Technology& technology, const ChipSpec& chip) {
    const LayerMapping mapping(plan.shape, plan.array, plan.mapping);
    const Placement placement = place(mapping, plan.shape, plan.array, plan.mapping, chip);
    LayerDraft d{
        .plan = &plan,
        .mapping = mapping,
        .placement = placement,
        .counts = count_events(mapping, plan.shape, plan.array, plan.mapping, placement.copies),
        .sides = tile_sides(chip, mapping, plan.shape),
        .unit = array_unit(plan, mapping, device, cells, technology),
        .tile_buffer = {},
        .tile_buffer_cost = {},
        .tile_wiring = {},
        .tile_wiring_cost = {},
        .lane_adder = {}};
    if (chip.control == ArrayControl::none) d.unit.control = {};
    d.units_per_tile = static_cast<double>(chip.arrays_per_tile()) / mapping.planes();
    d.output_bits = d.unit.sum_bits + static_cast<int>(bits_over(mapping.row_parts()));
    d.lanes = std::max(1.0, static_cast<double>(d.unit.converters) / mapping.slices_per_array());
    d.lane_adder = cells.adder(d.output_bits);
    plan.given.apply_to(Component::accumulation, d.lane_adder);
    d.tile_buffer =
        RegisterFile::holding(tile_buffer_bits(d), static_cast<double>(chip.tile_bus_bits));
    d.tile_wiring = wiring_over(d.sides.tile_rows, std::sqrt(d.unit.area_m2()),
                                static_cast<double>(chip.tile_bus_bits), chip);
    d.tile_buffer_cost = cost_of(d.tile_buffer, cells);
    d.tile_wiring_cost = cost_of(d.tile_wiring, cells, technology);
    plan.given.apply_to(Component::buffer, d.tile_buffer_cost);
    plan.given.apply_to(Component::interconnect, d.tile_wiring_cost);
    return d;
}

ComponentCosts tile_cost(const LayerDraft& d) {
    const double arrays = d.units_per_tile * d.unit.planes;
    // Every column of units is summed up, and joined with that of the tile above, if there is one.
    const double inside = std::max(0.0, d.units_per_tile - d.sides.tile_columns) * d.lanes;
    const double adders = inside + (d.tiles_on_chip() > 1 ? d.tile_lanes() : 0);
    ComponentCosts tile;
    add_built(tile[Component::array], arrays,
              {.area_m2 = d.unit.core.area_m2, .leakage_watt = d.unit.core.leakage_watt});
    add_built(tile[Component::wordline], arrays, d.unit.wordline.cost);
    add_built(tile[Component::multiplexer], arrays, d.unit.multiplexer);
    add_built(tile[Component::adc], d.units_per_tile * static_cast<double>(d.unit.converters),
              d.unit.adc.cost);
    add_built(tile[Component::precharge], arrays, d.unit.precharge);
    add_built(tile[Component::control], d.units_per_tile, d.unit.control);
    add_built(tile[Component::shift_add], d.units_per_tile, d.unit.slice_adders);
    add_built(tile[Component::shift_add], d.units_per_tile, d.unit.step_adders);
    add_built(tile[Component::accumulation], adders, d.lane_adder);
    add_built(tile[Component::buffer], 1, d.tile_buffer_cost);
    add_built(tile[Component::interconnect], 1, d.tile_wiring_cost);
    return tile;
}

SharedBlocks shared_blocks(const ChipDemand& demand, const LogicCells& cells,
                           const Technology& technology, const ChipSpec& chip) {
    SharedBlocks blocks;
    blocks.tiles = static_cast<double>(demand.tiles);
    blocks.value_bits = demand.value_bits;
    const double bus_bits = static_cast<double>(chip.bus_bits);
    const double line_bits = static_cast<double>(chip.buffer_bits);
    blocks.buffer = RegisterFile::holding(demand.feature_map_bits, line_bits);
    blocks.bank = {.lines = std::min(bank_lines, blocks.buffer.lines), .width = line_bits};
    blocks.buffer_cost = buffer_cost(blocks, chip.buffer_cells, cells, technology);
    blocks.ports = std::min(std::ceil(blocks.buffer.lines / blocks.bank.lines),
                            std::ceil(bus_bits / line_bits));
    blocks.wiring = wiring_over(std::sqrt(blocks.tiles),
                                std::sqrt(demand.tiles_area_m2 / blocks.tiles), bus_bits, chip);
    blocks.wiring_cost = cost_of(blocks.wiring, cells, technology);
    blocks.digital_lanes = std::max(1.0, std::floor(bus_bits / blocks.value_bits));
    return blocks;
}

ComponentCosts shared_cost(const SharedBlocks& blocks, const LogicCells& cells) {
    ComponentCosts shared;
    add_built(shared[Component::buffer], 1, blocks.buffer_cost.built);
    add_built(shared[Component::interconnect], 1, blocks.wiring_cost);
    add_built(shared[Component::pooling], blocks.digital_lanes,
              comparator_cost(blocks.value_bits, cells));
    add_built(shared[Component::pooling], blocks.digital_lanes, cells.adder(blocks.value_bits));
    add_built(shared[Component::activation], blocks.digital_lanes,
              activation_cost(blocks.value_bits, cells));
    return shared;
}

}  // namespace ohmgrid::detail
