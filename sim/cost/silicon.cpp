#include "sim/cost/silicon.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "sim/core/error.hpp"
#include "sim/cost/array_unit.hpp"
#include "sim/cost/components/control.hpp"
#include "sim/cost/components/flash_adc.hpp"
#include "sim/cost/components/macro_adc.hpp"
#include "sim/cost/components/unit_capacitor.hpp"
#include "sim/cost/technology_at.hpp"
#include "sim/io/csv_table.hpp"

namespace ohmgrid {
namespace {

constexpr double share_of_ones = 0.5;  // of inputs and of weights; assumed
// 2^b - 1 sense amplifiers are fewer than the 4 b flip-flops' worth of gates of a SAR up to here.
constexpr double most_sense_amplifier_bits = 4;
constexpr double least_sense_amplifier_nanometre = 22;  // of NeuroSim's planar coefficients
constexpr double register_activity = 0.5;               // NeuroSim V1.3, gamma
constexpr double six_transistors = 6;                   // of the cell whose size a technology gives
constexpr double access_ohm = 1.5e3;  // says only that a transistor is there (NeuroSim V1.3)
// Magnetic junctions: 3 and 6 kohm at 0.25 V (NVSim, STT-MRAM).
constexpr double junction_on_siemens = 1 / 3e3;
constexpr double junction_off_siemens = 1 / 6e3;
constexpr double junction_volt = 0.25;

std::optional<double> optional_number(const CsvRow& row, const std::string& column) {
    if (row.text(column).empty()) return std::nullopt;
    return row.number(column);
}

MacroSensing sensing_of(const CsvRow& row) {
    const std::string& word = row.text("sensing");
    if (word == "current") return MacroSensing::current;
    if (word == "bit-line") return MacroSensing::bit_line;
    if (word == "charge") return MacroSensing::charge;
    throw InputError(Message{.place = row.place(),
                             .id = "CSV004",
                             .what = "sensing '" + word + "' is none of current, bit-line, charge",
                             .remedy = "Mend the table"});
}

/// Transistors of a cell called "8T1C"; six if it says nothing.
double transistors_of(const SiliconChip& chip) {
    const double count = std::atof(chip.cell.c_str());
    return count > 0 ? count : six_transistors;
}

/// SRAM: bit lines stand at the supply before a read, cells grow along them with their transistors,
/// and a read stack conducts like a minimum transistor of the node.
DeviceModel assumed_device(const SiliconChip& chip, const SiliconCells& cells,
                           const Technology& nominal, double supply) {
    if (chip.memory == "SRAM") {
        DeviceModel device = cells.sram;
        device.read_volt = supply;
        device.g_max_siemens = 1 / logic_cells(nominal).n_ohm;
        device.cell_width_f = nominal.sram_width_f;
        device.cell_height_f = nominal.sram_height_f * transistors_of(chip) / six_transistors;
        return device;
    }
    if (chip.cell.starts_with("PCM")) return cells.pcm;
    const bool is_nearer_28nm = chip.node_metre * chip.node_metre < 28e-9 * 130e-9;
    DeviceModel device = is_nearer_28nm ? cells.reram_28nm : cells.reram_130nm;
    device.access_ohm = chip.cell.ends_with("1T1R") ? access_ohm : 0;
    if (chip.cell.starts_with("MRAM")) {
        device.g_min_siemens = junction_off_siemens;
        device.g_max_siemens = junction_on_siemens;
        device.read_volt = junction_volt;
    }
    return device;
}

/// A published area is taken as a square.
DeviceModel device_of(const SiliconChip& chip, const SiliconCells& cells, const Technology& nominal,
                      double supply) {
    DeviceModel device = assumed_device(chip, cells, nominal, supply);
    if (chip.cell_f2) device.cell_width_f = device.cell_height_f = std::sqrt(*chip.cell_f2);
    return device;
}

double bits_needed(const SiliconChip& chip) {
    const double levels =
        1 + chip.rows_on * (std::exp2(chip.input_bits) - 1) * (std::exp2(chip.weight_bits) - 1);
    return std::min(chip.adc_bits, std::log2(levels));
}

Range scaled(const Range& range, double factor) {
    return {range.low * factor, range.typical * factor, range.high * factor};
}

/// Conversion energy and area. Supplies other than `nominal_volt` scale NeuroSim's amplifiers,
/// whose coefficients hold at the node's nominal one, as charge does.
AdcCost converter_of(double bits, double nominal_volt, const LogicCells& cells,
                     const Technology& technology) {
    if (bits > most_sense_amplifier_bits ||
        technology.node_nanometre() < least_sense_amplifier_nanometre) {
        return macro_sar(bits, cells);
    }
    // The cells' current is charged to the array.
    constexpr double no_column = std::numeric_limits<double>::infinity();
    AdcCost amplifiers =
        neurosim_flash(static_cast<int>(std::ceil(bits)), no_column, cells, technology);
    const double swing = cells.supply_volt / nominal_volt;
    amplifiers.energy_joule = scaled(amplifiers.energy_joule, swing * swing);
    return amplifiers;
}

/// Cells of SRAM empty their line long before the cycle ends, so that they conduct for a phase of
/// the model; others as long as the published cycle.
double conducting_second(const SiliconChip& chip, const ArrayUnit& unit) {
    if (!chip.cycle_second) return unit.phase_second();
    return chip.memory == "SRAM" ? std::min(*chip.cycle_second, unit.phase_second())
                                 : *chip.cycle_second;
}

/// One column of cells in one invocation.
double column_joule(const SiliconChip& chip, const ArrayUnit& unit, double supply, double cell_m2) {
    switch (chip.sensing) {
        case MacroSensing::current: {
            const double second = conducting_second(chip, unit);
            return chip.rows_on * share_of_ones * unit.core.cell_watt(unit.mean_siemens) * second +
                   unit.core.bit_line_joule();
        }
        case MacroSensing::bit_line:
            return share_of_ones * unit.core.bit_line_joule();
        case MacroSensing::charge: {
            const double farad = capacitor_farad_per_m2 * cell_m2;
            return share_of_ones *
                   (chip.rows_on * farad * supply * supply + unit.core.bit_line_joule());
        }
    }
    return 0;
}

ArrayUnit unit_of(const SiliconChip& chip, const DeviceModel& device, const LogicCells& cells,
                  const Technology& technology) {
    const auto converters = static_cast<std::int64_t>(chip.converters);
    LayerPlan plan;
    plan.shape = {.name = chip.name,
                  .op = Op::linear,
                  .rows = static_cast<std::int64_t>(chip.rows_on),
                  .channels = chip.columns,
                  .digital = {}};
    plan.array = {.rows = chip.rows,
                  .columns = chip.columns,
                  .cell_bits = 1,
                  .column_sharing = std::max<std::int64_t>(1, chip.columns / converters)};
    plan.adc = {.type = AdcType::sar, .bits = std::max(1, static_cast<int>(chip.adc_bits))};
    const auto bits = static_cast<int>(chip.input_bits);
    plan.mapping = {.weight_bits = 1,
                    .input_bits = bits,
                    .encoding = InputEncoding::multi_level,
                    .signed_weights = SignedWeights::offset};
    plan.activity = {.input_density = share_of_ones, .cell_level = share_of_ones};
    return array_unit(plan, LayerMapping(plan.shape, plan.array, plan.mapping), device, cells,
                      technology);
}

double output_joule(const SiliconChip& chip, const LogicCells& cells) {
    const double bit = register_activity * cells.flip_flop().energy_joule;
    return chip.converters * std::ceil(bits_needed(chip)) * bit;
}

double control_joule(const SiliconChip& chip, const ArrayUnit& unit, double sets,
                     const LogicCells& cells, const Technology& technology) {
    const Control control{
        .rows = chip.rows_on,
        .columns = static_cast<double>(chip.columns) / sets,
        .width_metre = unit.core.width_metre,
        .height_metre = unit.core.height_metre,
        .counter_bits = std::ceil(std::log2(sets)) + std::ceil(std::log2(chip.invocations))};
    return cost_of(control, cells, technology).energy_joule;
}

/// Of sorted values; 0 of none.
double median(const std::vector<double>& sorted) {
    if (sorted.empty()) return 0;
    const std::size_t middle = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

}  // namespace

std::vector<SiliconChip> read_silicon(const std::filesystem::path& path) {
    constexpr double nano = 1e-9;
    std::vector<SiliconChip> chips;
    for (const CsvRow& row : read_csv_table(path)) {
        SiliconChip c{.name = row.text("chip"),
                      .memory = row.text("memory"),
                      .cell = row.text("cell"),
                      .sensing = sensing_of(row),
                      .node_metre = row.number("node_nanometre") * nano,
                      .rows = static_cast<std::int64_t>(row.number("rows")),
                      .columns = static_cast<std::int64_t>(row.number("columns")),
                      .supply_volt = optional_number(row, "supply_volt"),
                      .input_bits = row.number("input_bits"),
                      .weight_bits = row.number("weight_bits"),
                      .adc_bits = row.number("adc_bits"),
                      .rows_on = row.number("rows_on"),
                      .columns_per_converter = row.number("columns_per_converter"),
                      .converters = row.number("converters"),
                      .bit_operations = row.number("bit_operations"),
                      .invocations = row.number("invocations"),
                      .cycle_second = optional_number(row, "cycle_nanosecond"),
                      .tops_per_watt = row.number("tops_per_watt")};
        if (c.cycle_second) *c.cycle_second *= nano;
        if (row.has("cell_f2")) c.cell_f2 = optional_number(row, "cell_f2");
        if (row.has("adc_energy_share")) {
            c.adc_energy_share = optional_number(row, "adc_energy_share");
            c.adc_area_share = optional_number(row, "adc_area_share");
        }
        chips.push_back(std::move(c));
    }
    return chips;
}

SiliconEstimate estimate(const SiliconChip& chip, std::span<const Technology> technologies,
                         const SiliconCells& assumed) {
    Technology technology = technology_at(technologies, chip.node_metre);
    const double nominal = technology.supply_volt;
    const double supply = chip.supply_volt.value_or(nominal);
    const DeviceModel device = device_of(chip, assumed, technology, supply);
    technology.supply_volt = supply;
    const LogicCells cells = logic_cells(technology);
    const ArrayUnit unit = unit_of(chip, device, cells, technology);
    const AdcCost converter = converter_of(bits_needed(chip), nominal, cells, technology);

    SiliconEstimate e;
    e.adc_joule = scaled(converter.energy_joule, chip.converters);
    const double columns_read = chip.converters * chip.columns_per_converter;
    const double cell_m2 = unit.core.area_m2 / static_cast<double>(chip.rows * chip.columns);
    e.array_joule = columns_read * column_joule(chip, unit, supply, cell_m2);
    const double sets = std::max(1.0, static_cast<double>(chip.columns) / columns_read);
    e.line_joule = chip.rows_on *
                   (unit.wordline.step_joule / sets + share_of_ones * unit.wordline.pulse_joule);
    e.output_joule = output_joule(chip, cells);
    e.control_joule = control_joule(chip, unit, sets, cells, technology);
    e.adc_m2 = scaled(converter.area_m2, chip.converters);
    e.rest_m2 = unit.area_m2() - static_cast<double>(unit.converters) * unit.adc.cost.area_m2;
    const auto efficiency = [&](double adc_joule) {
        return 2 * chip.bit_operations / (adc_joule + e.rest_joule()) * 1e-12;
    };
    e.tops_per_watt = {efficiency(e.adc_joule.high), efficiency(e.adc_joule.typical),
                       efficiency(e.adc_joule.low)};
    return e;
}

double SiliconComparison::median_log2(const std::string& memory) const {
    return leave_one_out(memory).typical;
}

Range SiliconComparison::leave_one_out(const std::string& memory) const {
    std::vector<double> distances;
    for (std::size_t i = 0; i < chips.size(); ++i) {
        if (chips[i].memory != memory) continue;
        distances.push_back(
            std::abs(std::log2(estimates[i].tops_per_watt.typical / chips[i].tops_per_watt)));
    }
    std::sort(distances.begin(), distances.end());
    std::vector<double> without_last = distances;
    std::vector<double> without_first = distances;
    if (!distances.empty()) {
        without_last.pop_back();
        without_first.erase(without_first.begin());
    }
    return {median(without_last), median(distances), median(without_first)};
}

std::size_t SiliconComparison::count(const std::string& memory) const {
    return static_cast<std::size_t>(std::ranges::count(chips, memory, &SiliconChip::memory));
}

SiliconComparison compare_silicon(const std::filesystem::path& path,
                                  std::span<const Technology> technologies,
                                  const SiliconCells& cells) {
    SiliconComparison comparison{.chips = read_silicon(path), .estimates = {}};
    for (const SiliconChip& chip : comparison.chips) {
        comparison.estimates.push_back(estimate(chip, technologies, cells));
    }
    return comparison;
}

}  // namespace ohmgrid
