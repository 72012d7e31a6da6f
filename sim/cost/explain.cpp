#include "sim/cost/explain.hpp"

#include <span>

#include "sim/cost/components/activation.hpp"
#include "sim/cost/components/adder_tree.hpp"
#include "sim/cost/components/level_shifter.hpp"
#include "sim/cost/components/max_pool.hpp"
#include "sim/cost/detail/chip_blocks.hpp"

namespace ohmgrid {

std::vector<Explanation> explain_components(const LayerPlan& plan, const Technology& technology,
                                            const DeviceModel& device, const ChipSpec& given) {
    const LogicCells cells = logic_cells(technology);
    const ChipSpec chip = with_floor_plan(given, std::span(&plan, 1));
    const detail::LayerDraft d = detail::draft_layer(plan, device, cells, technology, chip);
    const ArrayUnit& unit = d.unit;
    const double conducting_siemens =
        static_cast<double>(d.mapping.most_columns_used()) / unit.column_ohm;
    std::vector<Explanation> all{
        explain(unit.core, conducting_siemens, unit.conducting_second()),
        explain_adc(plan.adc, plan.adc_cost, unit.column_ohm, device.read_volt, cells, technology),
        explain(unit.multiplexer_spec, cells), explain_decoder(unit.multiplexer_spec, cells),
        explain(unit.wordline_spec, cells)};
    if (unit.precharge_spec.columns > 0) all.push_back(explain(unit.precharge_spec, cells));
    if (chip.control == ArrayControl::sequencer) {
        all.push_back(explain(unit.control_spec, cells, technology));
    }
    if (unit.wordline_spec.has_level_shifters) all.push_back(explain_level_shifter(cells));
    if (d.mapping.slices() > 1) all.push_back(explain(unit.slice_adder_spec, cells));
    if (plan.mapping.input_steps() > 1) all.push_back(explain(unit.step_adder_spec, cells));
    all.push_back(
        explain(AdderTree{.inputs = d.mapping.row_parts(), .bits = unit.sum_bits}, cells));
    all.push_back(explain(d.tile_buffer, cells));
    if (chip.buffer_cells == BufferCells::sram) {
        const double width = static_cast<double>(chip.buffer_bits);
        all.push_back(
            explain(SramBuffer{.lines = detail::bank_lines, .width = width}, cells, technology));
    }
    all.push_back(explain(d.tile_wiring, cells, technology));
    all.push_back(explain_comparator(plan.mapping.input_bits, cells));
    all.push_back(explain_activation(plan.mapping.input_bits, cells));
    return all;
}

}  // namespace ohmgrid
