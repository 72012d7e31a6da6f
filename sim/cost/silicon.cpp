#include "sim/cost/silicon.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "sim/core/error.hpp"
#include "sim/cost/array_unit.hpp"
#include "sim/cost/components/flash_adc.hpp"
#include "sim/cost/components/sar_adc.hpp"
#include "sim/cost/technology_at.hpp"
#include "sim/io/csv_table.hpp"

namespace ohmgrid {
namespace {

constexpr double share_of_ones = 0.5;  // of inputs and of weights; assumed
// 3 effective bits, from where on the survey was selected; its converters start at 5, so that it is
// extrapolated between.
constexpr double least_survey_bits = 4.5;
constexpr double least_sense_amplifier_nanometre = 22;  // of NeuroSim's planar coefficients
constexpr double capacitor_farad_per_m2 = 1.5e-3;  // metal, as large as the cell below; assumed
constexpr double six_transistors = 6;              // of the cell whose size a technology gives
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
DeviceModel device_of(const SiliconChip& chip, const SiliconCells& cells, const Technology& nominal,
                      double supply) {
    if (chip.memory == "SRAM") {
        DeviceModel device = cells.sram;
        device.read_volt = supply;
        device.g_max_siemens = 1 / logic_cells(nominal).n_ohm;
        device.cell_width_f = nominal.sram_width_f;
        device.cell_height_f = nominal.sram_height_f * transistors_of(chip) / six_transistors;
        return device;
    }
    if (chip.cell.starts_with("PCM")) return cells.pcm;
    DeviceModel device = cells.reram;
    device.access_ohm = chip.cell.ends_with("1T1R") ? access_ohm : 0;
    if (chip.cell.starts_with("MRAM")) {
        device.g_min_siemens = junction_off_siemens;
        device.g_max_siemens = junction_on_siemens;
        device.read_volt = junction_volt;
    }
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

AdcCost converter_of(double bits, const LogicCells& cells, const Technology& technology) {
    const bool surveyed = bits >= least_survey_bits;
    if (surveyed || technology.node_nanometre() < least_sense_amplifier_nanometre) {
        return survey_sar(bits, technology);
    }
    // The cells' current is charged to the array.
    constexpr double no_column = std::numeric_limits<double>::infinity();
    return neurosim_flash(static_cast<int>(std::ceil(bits)), no_column, cells, technology);
}

/// One column of cells in one invocation.
double column_joule(const SiliconChip& chip, const ArrayUnit& unit, const DeviceModel& device,
                    double supply, double cell_m2) {
    const double line = unit.core.bit_line_farad * supply * supply;
    switch (chip.sensing) {
        case MacroSensing::current: {
            const double second = chip.cycle_second.value_or(unit.conducting_second());
            return chip.rows_on * share_of_ones * unit.core.cell_watt(unit.mean_siemens) * second +
                   unit.core.bit_line_farad * device.read_volt * device.read_volt;
        }
        case MacroSensing::bit_line:
            return share_of_ones * line;
        case MacroSensing::charge: {
            const double farad = capacitor_farad_per_m2 * cell_m2;
            return share_of_ones * (chip.rows_on * farad * supply * supply + line);
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
    plan.mapping = {.weight_bits = 1, .input_bits = 1, .signed_weights = SignedWeights::offset};
    plan.activity = {.input_density = share_of_ones, .cell_level = share_of_ones};
    return array_unit(plan, LayerMapping(plan.shape, plan.array, plan.mapping), device, cells,
                      technology);
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
                      .cycle_second = optional_number(row, "cycle_nanosecond"),
                      .tops_per_watt = row.number("tops_per_watt"),
                      .adc_energy_share = {},
                      .adc_area_share = {}};
        if (c.cycle_second) *c.cycle_second *= nano;
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
    const AdcCost converter = converter_of(bits_needed(chip), cells, technology);

    SiliconEstimate e;
    const double swing = supply / nominal;
    e.adc_joule = scaled(converter.energy_joule, chip.converters * swing * swing);
    const double columns_read = chip.converters * chip.columns_per_converter;
    const double cell_m2 = unit.core.area_m2 / static_cast<double>(chip.rows * chip.columns);
    e.array_joule = columns_read * column_joule(chip, unit, device, supply, cell_m2);
    const double turns = std::max(1.0, static_cast<double>(chip.columns) / columns_read);
    e.line_joule = chip.rows_on *
                   (unit.wordline.step_joule / turns + share_of_ones * unit.wordline.pulse_joule);
    e.adc_m2 = scaled(converter.area_m2, chip.converters);
    e.rest_m2 = unit.core.area_m2 + unit.wordline.cost.area_m2 + unit.multiplexer.area_m2;
    const auto efficiency = [&](double adc_joule) {
        return 2 * chip.bit_operations / (adc_joule + e.array_joule + e.line_joule) * 1e-12;
    };
    e.tops_per_watt = {efficiency(e.adc_joule.high), efficiency(e.adc_joule.typical),
                       efficiency(e.adc_joule.low)};
    return e;
}

double SiliconComparison::median_log2(const std::string& memory) const {
    std::vector<double> distances;
    for (std::size_t i = 0; i < chips.size(); ++i) {
        if (chips[i].memory != memory) continue;
        distances.push_back(
            std::abs(std::log2(estimates[i].tops_per_watt.typical / chips[i].tops_per_watt)));
    }
    if (distances.empty()) return 0;
    std::sort(distances.begin(), distances.end());
    const std::size_t middle = distances.size() / 2;
    return distances.size() % 2 == 1 ? distances[middle]
                                     : (distances[middle - 1] + distances[middle]) / 2;
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
