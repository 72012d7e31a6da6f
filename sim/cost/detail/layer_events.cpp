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

/// Bits that cross the chip: what tiles fetch, and the sums they return. A layer that spans several
/// rows of units in a tile returns one sum per tile and output.
struct ChipTraffic {
    double in_bits = 0;
    double sum_bits = 0;
};

ChipTraffic chip_traffic(const LayerDraft& d, const ChipSpec& chip) {
    const double in = real(chip.input_reuse == InputReuse::none ? d.counts.window_bits_in
                                                                : d.counts.feature_map_bits_in);
    const double tile_row_parts = std::ceil(real(d.mapping.row_parts()) / d.tile_side);
    const double outputs = real(d.plan->shape.output_elements());
    return {.in_bits = in, .sum_bits = outputs * tile_row_parts * d.output_bits};
}

double array_joule(const LayerDraft& d) {
    const ArrayUnit& unit = d.unit;
    const LayerCounts& n = d.counts;
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

/// Latencies of what moves data and of digital logic, before any overlap.
ComponentCosts data_latency(const LayerDraft& d, const SharedBlocks& blocks, const ChipSpec& chip,
                            const Clock& clock, const LogicCells& cells,
                            const Technology& technology) {
    const LayerMapping& m = d.mapping;
    const LayerCounts& n = d.counts;
    const double bus = real(chip.bus_bits);
    const ChipTraffic traffic = chip_traffic(d, chip);
    const double windows = real(n.windows_per_copy);
    const double units_down = std::min(real(m.row_parts() * m.blocks()), d.tile_side);
    const double tile_in_bits = units_down * real(m.most_rows_used()) * d.plan->mapping.input_bits;
    const double tile_out_bits = std::min(real(m.column_parts()), d.tile_side) *
                                 real(m.most_columns_used() / m.slices_per_array()) *
                                 d.unit.sum_bits;
    const double tile_beats =
        windows * std::ceil((tile_in_bits + tile_out_bits) / real(chip.tile_bus_bits));
    const double line = real(chip.buffer_bits);
    const double buffer_beats =
        std::ceil(traffic.in_bits / line) + std::ceil(real(n.feature_map_bits_out) / line);
    const double bus_beats = std::ceil(traffic.in_bits / bus) + std::ceil(traffic.sum_bits / bus);
    const double sums_in_turn =
        windows * std::ceil(real(m.most_columns_used() / m.slices_per_array()) / d.lanes);
    const int stages = static_cast<int>(std::ceil(std::log2(real(m.row_parts()))));

    ComponentCosts t;
    t[Component::buffer].latency_second =
        buffer_beats * clock.step_second(cost_of(blocks.bank, cells).latency_second);
    t[Component::interconnect].latency_second =
        (bus_beats + tile_beats) * clock.step_second(0) +
        cost_of(blocks.tree, cells, technology).latency_second +
        cost_of(d.tile_tree, cells, technology).latency_second;
    t[Component::accumulation].latency_second =
        sums_in_turn * stages * clock.step_second(d.lane_adder.latency_second);
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
                const ChipSpec& chip, const LogicCells& cells, const Technology& technology) {
    const ArrayUnit& unit = d.unit;
    const LayerCounts& n = d.counts;
    const double reads = real(n.array_reads);
    const double pulses = real(n.line_drives) * d.plan->activity.input_density * real(n.phases);
    const ChipTraffic traffic = chip_traffic(d, chip);
    const double bank_joule = cost_of(blocks.bank, cells).energy_joule;
    const double tile_joule = cost_of(d.tile_buffer, cells).energy_joule;
    const double tile_sum_bits = real(n.partial_sums) * unit.sum_bits;
    const double tile_in_bits = real(n.window_bits_in);
    const int bits = d.plan->mapping.input_bits;

    costs[Component::array].energy_joule += array_joule(d);
    costs[Component::adc].energy_joule += real(n.conversions) * unit.adc.cost.energy_joule;
    costs[Component::multiplexer].energy_joule +=
        reads * real(n.phases) * unit.multiplexer.energy_joule;
    costs[Component::wordline].energy_joule +=
        real(n.line_drives) * unit.wordline.step_joule + pulses * unit.wordline.pulse_joule;
    costs[Component::shift_add].energy_joule +=
        real(n.slice_additions) * unit.slice_adders.energy_joule +
        real(n.step_additions) * unit.step_adders.energy_joule;
    costs[Component::accumulation].energy_joule +=
        real(n.part_additions + n.offset_additions) * d.lane_adder.energy_joule;
    costs[Component::buffer].energy_joule +=
        (traffic.in_bits + real(n.feature_map_bits_out)) * bank_joule +
        (traffic.in_bits + tile_in_bits + 2 * tile_sum_bits) * tile_joule;
    costs[Component::interconnect].energy_joule +=
        (traffic.in_bits + traffic.sum_bits) *
            cost_of(blocks.tree, cells, technology).energy_joule +
        (tile_in_bits + tile_sum_bits) * cost_of(d.tile_tree, cells, technology).energy_joule;
    costs[Component::pooling].energy_joule += digital_joule(d.plan->shape.digital, bits, cells);
    costs[Component::activation].energy_joule +=
        real(d.plan->shape.digital.activations) * activation_cost(bits, cells).energy_joule;
}

void add_latency(ComponentCosts& costs, const LayerDraft& d, const SharedBlocks& blocks,
                 const ChipSpec& chip, const Clock& clock, double phase_second,
                 const LogicCells& cells, const Technology& technology) {
    const ArrayUnit& unit = d.unit;
    const double turns = real(d.counts.phases_in_turn());
    const double stretch = unit.phase_second() > 0 ? phase_second / unit.phase_second() : 0;
    costs[Component::array].latency_second += turns * stretch * unit.settle_second;
    costs[Component::wordline].latency_second +=
        turns * stretch * unit.wordline.cost.latency_second;
    costs[Component::multiplexer].latency_second +=
        turns * stretch * unit.multiplexer.latency_second;
    costs[Component::adc].latency_second += turns * stretch * unit.adc.cost.latency_second;
    costs[Component::shift_add].latency_second += shift_add_second(d, chip, clock, phase_second);
    const double arrays_second = costs.total().latency_second;

    const ComponentCosts data = data_latency(d, blocks, chip, clock, cells, technology);
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
