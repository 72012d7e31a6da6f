#include "sim/cost/array_unit.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ohmgrid {
namespace {

// Programming voltages above this need transistors, and level shifters, of their own (NeuroSim
// V1.3).
constexpr double logic_write_volt = 1.5;

/// Resistance of a line of `cells` for which its switches are sized: half of the cells conduct,
/// half way between g_min and g_max. A choice of the designer, independent of the data; assumed.
double design_line_ohm(const DeviceModel& device, double cells) {
    return 4 / (cells * (device.g_min_siemens + device.g_max_siemens));
}

/// A word line gates access transistors or read stacks, or feeds the cells of a row directly.
bool gates_transistors(const DeviceModel& device) {
    return device.kind == DeviceKind::sram || device.access_ohm > 0;
}

/// The time the multiplexer is given for a column; or bit lines settle through multiplexer, wire
/// and sense resistance to half a step of the converter: ln(2^(bits + 1)) time constants. Half of
/// the wire's resistance acts on its own capacitance.
double settling(const ArrayUnit& unit, const LayerPlan& plan) {
    if (plan.adc.type == AdcType::ideal) return 0;
    const double given = track_second(plan.array, plan.multiplexer);
    if (given > 0) return given;
    const double switch_ohm = plan.multiplexer.switch_ohm > 0
                                  ? plan.multiplexer.switch_ohm
                                  : pass_gate_ohm(unit.multiplexer_spec);
    const double ohm = switch_ohm + unit.core.bit_line_ohm / 2 + plan.array.sense_ohm;
    return (plan.adc.bits + 1) * std::numbers::ln2 * ohm * unit.core.bit_line_farad;
}

/// Input bits that a read puts on a word line at once.
int step_bits(const MappingSpec& mapping) {
    return mapping.encoding == InputEncoding::bit_serial
               ? std::min(mapping.step_bits, mapping.input_bits)
               : mapping.input_bits;
}

void add_drivers(ArrayUnit& unit, const LayerPlan& plan, const DeviceModel& device,
                 const LogicCells& cells) {
    const double columns = static_cast<double>(plan.array.columns);
    const double rows = static_cast<double>(plan.array.rows);
    unit.wordline_spec = {
        .rows = plan.array.rows,
        .columns = plan.array.columns,
        .step_bits = static_cast<double>(step_bits(plan.mapping)),
        .line_ohm = gates_transistors(device) ? cells.smallest_pass_gate_line_ohm()
                                              : design_line_ohm(device, columns),
        .line_farad = unit.core.word_line_farad,
        .wire_ohm = unit.core.word_line_ohm,
        .line_volt = gates_transistors(device) ? cells.supply_volt : device.read_volt,
        .has_source_lines = device.kind != DeviceKind::sram,
        .has_level_shifters = device.write_volt > logic_write_volt};
    unit.wordline = cost_of(unit.wordline_spec, cells);
    unit.multiplexer_spec = {.columns = plan.array.columns,
                             .sharing = plan.array.column_sharing,
                             .line_ohm = design_line_ohm(device, rows),
                             .read_volt = device.read_volt,
                             .width_metre = unit.core.width_metre};
    unit.multiplexer = cost_of(unit.multiplexer_spec, cells);
}

/// Bit lines of SRAM: they move by the read voltage if every cell conducts. Their charge is all
/// that a read takes from the supply.
void add_precharge(ArrayUnit& unit, const LayerPlan& plan, const DeviceModel& device,
                   const LogicCells& cells) {
    if (device.kind != DeviceKind::sram) return;
    unit.precharge_spec = {
        .columns = static_cast<double>(plan.array.columns),
        .line_farad = unit.core.bit_line_farad,
        .swing_volt = device.read_volt * plan.activity.input_density * plan.activity.cell_level};
    unit.precharge = cost_of(unit.precharge_spec, cells);
}

void add_control(ArrayUnit& unit, const LayerPlan& plan, const LogicCells& cells,
                 const Technology& technology) {
    const auto bits = [](std::int64_t states) {
        return std::ceil(std::log2(static_cast<double>(states)));
    };
    unit.control_spec = {
        .rows = static_cast<double>(plan.array.rows),
        .columns = static_cast<double>(unit.planes * plan.array.columns),
        .width_metre = unit.planes * unit.core.width_metre,
        .height_metre = unit.core.height_metre,
        .counter_bits = bits(plan.mapping.input_steps()) + bits(plan.array.column_sharing)};
    unit.control = cost_of(unit.control_spec, cells, technology);
}

void add_shift_adders(ArrayUnit& unit, const LayerPlan& plan, const LayerMapping& mapping,
                      const LogicCells& cells) {
    const int slices = mapping.slices_per_array();
    const int steps = plan.mapping.input_steps();
    const int extension = plan.array.cell_bits * (slices - 1);
    const int slice_bits = plan.adc.bits + extension;
    unit.sum_bits = slice_bits + steps - 1;
    unit.slice_adder_spec = {.units = unit.converters,
                             .bits = plan.adc.bits,
                             .shifts = extension + 1,
                             .width_metre = unit.core.width_metre};
    unit.step_adder_spec = {.units = unit.converters,
                            .bits = slice_bits,
                            .shifts = steps,
                            .width_metre = unit.core.width_metre};
    if (slices > 1) unit.slice_adders = cost_of(unit.slice_adder_spec, cells);
    if (steps > 1) unit.step_adders = cost_of(unit.step_adder_spec, cells);
}

/// Figures that the user gave for single units.
void apply_given(ArrayUnit& unit, const GivenUnits& given) {
    given.apply_to(Component::wordline, unit.wordline.cost);
    if (const auto joule = given.energy_joule(Component::wordline)) {
        unit.wordline.pulse_joule = *joule;
    }
    given.apply_to(Component::multiplexer, unit.multiplexer);
    if (unit.precharge_spec.columns > 0) given.apply_to(Component::precharge, unit.precharge);
    given.apply_to(Component::control, unit.control);
    if (unit.slice_adder_spec.shifts > 1) given.apply_to(Component::shift_add, unit.slice_adders);
    if (unit.step_adder_spec.shifts > 1) given.apply_to(Component::shift_add, unit.step_adders);
}

}  // namespace

double ArrayUnit::area_m2() const {
    return planes *
               (core.area_m2 + wordline.cost.area_m2 + multiplexer.area_m2 + precharge.area_m2) +
           control.area_m2 + static_cast<double>(converters) * adc.cost.area_m2 +
           slice_adders.area_m2 + step_adders.area_m2;
}

ArrayUnit array_unit(const LayerPlan& plan, const LayerMapping& mapping, const DeviceModel& device,
                     const LogicCells& cells, const Technology& technology) {
    ArrayUnit unit;
    unit.planes = mapping.planes();
    unit.converters = plan.array.converters();
    unit.core = array_core(plan.array, device, cells, technology);
    unit.min_siemens = device.g_min_siemens;
    unit.mean_siemens = device.g_min_siemens +
                        plan.activity.cell_level * (device.g_max_siemens - device.g_min_siemens);
    add_drivers(unit, plan, device, cells);
    add_precharge(unit, plan, device, cells);
    add_control(unit, plan, cells, technology);
    const double active_rows =
        plan.activity.input_density * static_cast<double>(mapping.most_rows_used());
    unit.column_ohm = 1 / (active_rows * unit.mean_siemens);
    unit.adc =
        adc_cost(plan.adc, plan.adc_cost, unit.column_ohm, device.read_volt, cells, technology);
    unit.settle_second = settling(unit, plan);
    add_shift_adders(unit, plan, mapping, cells);
    apply_given(unit, plan.given);
    return unit;
}

}  // namespace ohmgrid
