#include "sim/cost/detail/layer_events.hpp"

#include <algorithm>
#include <cmath>

#include "sim/cost/components/activation.hpp"
#include "sim/cost/components/max_pool.hpp"

namespace ohmgrid::detail {
namespace {

double real(std::int64_t count) { return static_cast<double>(count); }

/// Conductance of everything that conducts in one read of all arrays of one copy: cells that hold
/// weights at their mean, the zeros between stacked groups at g_min.
double read_siemens(const LayerDraft& d, double g_min_siemens) {
    const LayerMapping& m = d.mapping;
    const double weights = real(m.groups() * m.rows() * m.channels() * m.cells_per_weight());
    const double rectangles = weights * real(m.groups()) / real(m.blocks());
    return weights * d.unit.mean_siemens + (rectangles - weights) * g_min_siemens;
}

/// Bits that cross the chip: what tiles fetch, and what they return: results, or the sum of every
/// tile that holds other rows.
struct ChipTraffic {
    double in_bits = 0;
    double out_bits = 0;
};

ChipTraffic chip_traffic(const LayerDraft& d, const ChipSpec& chip) {
    const double in = real(chip.input_reuse == InputReuse::none ? d.counts.window_bits_in
                                                                : d.counts.feature_map_bits_in);
    const double outputs = real(d.plan->shape.output_elements());
    const double out = chip.partial_sums == PartialSums::in_place
                           ? real(d.counts.feature_map_bits_out)
                           : outputs * real(d.tiles_on_chip()) * d.output_bits;
    return {.in_bits = in, .out_bits = out};
}

/// What enters and leaves the fullest tile per window of one copy.
struct TileTraffic {
    double in_bits = 0;
    double sums = 0;
};

TileTraffic tile_traffic(const LayerDraft& d) {
    const LayerMapping& m = d.mapping;
    const double rows = std::min(real(m.row_parts() * m.blocks()), d.sides.tile_rows);
    const double columns = std::min(real(m.column_parts()), d.sides.tile_columns);
    return {.in_bits = rows * real(m.most_rows_used()) * d.plan->mapping.input_bits,
            .sums = columns * real(m.most_columns_used() / m.slices_per_array())};
}

double array_joule(const LayerDraft& d) {
    const ArrayUnit& unit = d.unit;
    const LayerCounts& n = d.counts;
    if (unit.precharge_spec.columns > 0) return 0;  // the charge that precharging brings back
    const double bit_lines = real(n.conversions) * unit.planes * unit.core.bit_line_joule();
    if (unit.adc.cell_current == CellCurrent::paid_by_converter) return bit_lines;
    // Clamped columns conduct in every phase, floating ones only in their own.
    const double phases =
        d.plan->array.unselected == UnselectedColumns::clamped ? real(n.phases) : 1.0;
    const double steps = real(d.plan->shape.windows) * real(n.input_steps);
    const double watt =
        unit.core.cell_watt(read_siemens(d, unit.min_siemens)) * d.plan->activity.input_density;
    return bit_lines + steps * phases * watt * unit.conducting_second();
}

double digital_joule(const DigitalWork& work, int bits, const LogicCells& cells) {
    const double add = cells.adder(bits).energy_joule;
    return real(work.comparisons) * comparator_cost(bits, cells).energy_joule +
           real(work.additions) * add + real(work.multiplications) * bits * add;
}

int stages(std::int64_t summands) { return static_cast<int>(std::ceil(std::log2(real(summands)))); }

/// Sums over row parts: in processing elements at the pace of the converters of one copy, then for
/// all copies of a tile, then for all tiles.
double accumulation_second(const LayerDraft& d, const Clock& clock) {
    const double step = clock.step_second(d.lane_adder.latency_second);
    const double sums_in_turn =
        std::ceil(real(d.mapping.most_columns_used() / d.mapping.slices_per_array()) / d.lanes);
    const double windows = real(d.counts.windows_per_copy);
    const double chip_sums = std::ceil(real(d.plan->shape.output_elements()) / d.tile_lanes());
    return step * (windows * sums_in_turn *
                       (stages(d.parts_in_pe()) +
                        real(d.placement.copies_per_tile) * stages(d.pes_in_tile())) +
                   chip_sums * stages(d.tiles_on_chip()));
}

/// Clocks in which the buffers of a tile and the registers of a processing element take and give
/// what passes through them. Overlapped, the bus between them sets the pace.
double tile_buffer_beats(const LayerDraft& d, const ChipSpec& chip) {
    if (chip.overlap == Overlap::overlapped) return 0;
    const TileTraffic traffic = tile_traffic(d);
    const double bus = real(chip.tile_bus_bits);
    const double sum_lines = chip.tile_sums > 0 ? std::ceil(traffic.sums / real(chip.tile_sums))
                                                : std::ceil(traffic.sums * d.output_bits / bus);
    const double windows = real(d.counts.windows_per_copy);
    const double columns = std::min(real(d.mapping.column_parts()), d.sides.pe_columns);
    const double registers =
        real(d.parts_in_pe()) +
        columns * std::ceil(real(d.counts.phases) / d.mapping.slices_per_array());
    return windows * (registers + 2 * real(d.placement.copies_per_tile) *
                                      (std::ceil(traffic.in_bits / bus) + sum_lines));
}

double global_buffer_beats(const LayerDraft& d, const SharedBlocks& blocks, const ChipSpec& chip) {
    const double line = real(chip.buffer_bits);
    const double lines = std::ceil(chip_traffic(d, chip).in_bits / line) +
                         std::ceil(real(d.counts.feature_map_bits_out) / line);
    const double share = chip.buffer_share == BufferShare::by_tiles
                             ? std::ceil(blocks.tiles / real(d.placement.tiles))
                             : 1.0;
    return std::ceil(lines / blocks.ports) * share;
}

/// Buses: overlapped, bits follow each other through the repeaters; serially, each waits for the
/// one before.
double interconnect_second(const LayerDraft& d, const SharedBlocks& blocks, const ChipSpec& chip,
                           const Clock& clock) {
    const ChipTraffic traffic = chip_traffic(d, chip);
    const TileTraffic tile = tile_traffic(d);
    const double bus = real(chip.bus_bits);
    const double chip_beats = std::ceil(traffic.in_bits / bus) + std::ceil(traffic.out_bits / bus);
    const double tile_beats =
        real(d.counts.windows_per_copy * d.placement.copies_per_tile) *
        std::ceil((tile.in_bits + tile.sums * d.output_bits) / real(chip.tile_bus_bits));
    const double chip_second = blocks.wiring_cost.latency_second;
    const double tile_second = d.tile_wiring_cost.latency_second;
    if (chip.overlap == Overlap::serial) {
        return chip_beats * clock.step_second(chip_second) +
               tile_beats * clock.step_second(tile_second);
    }
    return (chip_beats + tile_beats) * clock.step_second(0) + chip_second + tile_second;
}

/// Latencies of what moves data and of digital logic, before any overlap.
ComponentCosts data_latency(const LayerDraft& d, const SharedBlocks& blocks, const ChipSpec& chip,
                            const Clock& clock, const LogicCells& cells) {
    const double tile_beats = tile_buffer_beats(d, chip);
    ComponentCosts t;
    t[Component::buffer].latency_second =
        global_buffer_beats(d, blocks, chip) * clock.step_second(blocks.buffer_cost.access_second);
    if (tile_beats > 0) {
        t[Component::buffer].latency_second +=
            tile_beats * clock.step_second(d.tile_buffer_cost.latency_second);
    }
    t[Component::interconnect].latency_second = interconnect_second(d, blocks, chip, clock);
    t[Component::accumulation].latency_second = accumulation_second(d, clock);
    const DigitalWork& work = d.plan->shape.digital;
    t[Component::pooling].latency_second =
        std::ceil(real(work.comparisons + work.additions + work.multiplications) /
                  blocks.digital_lanes) *
        clock.step_second(comparator_cost(blocks.value_bits, cells).latency_second);
    t[Component::activation].latency_second =
        std::ceil(real(work.activations) / blocks.digital_lanes) * clock.step_second(0);
    return t;
}

/// Time of shift-adds that conversions do not hide.
double shift_add_second(const LayerDraft& d, const ChipSpec& chip, const Clock& clock,
                        double phase_second) {
    const double slice_step =
        d.mapping.slices() > 1 ? clock.step_second(d.unit.slice_adders.latency_second) : 0;
    const double input_step =
        d.counts.input_steps > 1 ? clock.step_second(d.unit.step_adders.latency_second) : 0;
    const double reads = real(d.counts.windows_per_copy * d.counts.input_steps);
    const double phases = real(d.counts.phases);
    if (chip.overlap == Overlap::overlapped) {
        return reads * phases * std::max(0.0, std::max(slice_step, input_step) - phase_second);
    }
    return reads *
           (phases * slice_step + std::ceil(phases / d.mapping.slices_per_array()) * input_step);
}

}  // namespace

void add_energy(ComponentCosts& costs, const LayerDraft& d, const SharedBlocks& blocks,
                const ChipSpec& chip, const LogicCells& cells) {
    const ArrayUnit& unit = d.unit;
    const LayerCounts& n = d.counts;
    const double reads = real(n.array_reads);
    const double pulses = real(n.line_drives) * d.plan->activity.input_density * real(n.phases);
    const ChipTraffic traffic = chip_traffic(d, chip);
    const BufferCost& buffer = blocks.buffer_cost;
    const double tile_joule = d.tile_buffer_cost.energy_joule;
    const double sum_bits = real(d.plan->shape.output_elements()) * d.output_bits;
    const double pe_sum_bits = sum_bits * std::ceil(real(d.mapping.row_parts()) / d.sides.pe_rows);
    const double tile_sum_bits = sum_bits * real(d.tiles_on_chip());
    const double tile_in_bits = real(n.window_bits_in) * real(d.placement.tile_columns);
    const double clockings = chip.clock_gating == ClockGating::free_running
                                 ? real(n.line_drives * n.phases)
                                 : real(n.line_drives);
    const int bits = d.plan->mapping.input_bits;

    costs[Component::array].energy_joule += array_joule(d);
    costs[Component::adc].energy_joule += real(n.conversions) * unit.adc.cost.energy_joule;
    costs[Component::multiplexer].energy_joule +=
        reads * real(n.phases) * unit.multiplexer.energy_joule;
    costs[Component::wordline].energy_joule +=
        clockings * unit.wordline.step_joule + pulses * unit.wordline.pulse_joule;
    costs[Component::precharge].energy_joule +=
        reads * real(n.phases) * unit.precharge_spec.columns * unit.precharge.energy_joule;
    costs[Component::control].energy_joule +=
        reads / unit.planes * real(n.phases) * unit.control.energy_joule;
    costs[Component::shift_add].energy_joule +=
        real(n.slice_additions) * unit.slice_adders.energy_joule +
        real(n.step_additions) * unit.step_adders.energy_joule;
    costs[Component::accumulation].energy_joule +=
        real(n.part_additions + n.offset_additions) * d.lane_adder.energy_joule;
    costs[Component::buffer].energy_joule += traffic.in_bits * buffer.read_joule +
                                             real(n.feature_map_bits_out) * buffer.write_joule +
                                             2 * (tile_in_bits + tile_sum_bits) * tile_joule;
    costs[Component::interconnect].energy_joule +=
        (traffic.in_bits + traffic.out_bits) * blocks.wiring_cost.energy_joule +
        (tile_in_bits + pe_sum_bits) * d.tile_wiring_cost.energy_joule;
    costs[Component::pooling].energy_joule += digital_joule(d.plan->shape.digital, bits, cells);
    costs[Component::activation].energy_joule +=
        real(d.plan->shape.digital.activations) * activation_cost(bits, cells).energy_joule;
}

void add_latency(ComponentCosts& costs, const LayerDraft& d, const SharedBlocks& blocks,
                 const ChipSpec& chip, const Clock& clock, double phase_second,
                 const LogicCells& cells) {
    const ArrayUnit& unit = d.unit;
    const double turns = real(d.counts.phases_in_turn());
    const double stretch = unit.phase_second() > 0 ? phase_second / unit.phase_second() : 0;
    costs[Component::array].latency_second += turns * stretch * unit.settle_second;
    costs[Component::wordline].latency_second +=
        turns * stretch * unit.wordline.cost.latency_second;
    costs[Component::precharge].latency_second += turns * stretch * unit.precharge.latency_second;
    costs[Component::multiplexer].latency_second +=
        turns * stretch * unit.multiplexer.latency_second;
    costs[Component::adc].latency_second += turns * stretch * unit.adc.cost.latency_second;
    costs[Component::shift_add].latency_second += shift_add_second(d, chip, clock, phase_second);
    const double arrays_second = costs.total().latency_second;

    const ComponentCosts data = data_latency(d, blocks, chip, clock, cells);
    const double data_second = data.total().latency_second;
    double exposed = 1;
    if (chip.overlap == Overlap::overlapped) {
        exposed = std::max(0.0, data_second - arrays_second) / data_second;
    }
    for (std::size_t i = 0; i < component_count; ++i) {
        costs.items[i].latency_second += exposed * data.items[i].latency_second;
    }
}

}  // namespace ohmgrid::detail
