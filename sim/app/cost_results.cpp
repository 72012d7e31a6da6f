#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/app/results.hpp"
#include "sim/io/hdf5_table.hpp"

namespace ohmgrid {
namespace {

/// A figure of merit with its column name.
struct Figure {
    const char* name;
    double Cost::*member;
};

constexpr std::array figures{
    Figure{"area_m2", &Cost::area_m2}, Figure{"latency_second", &Cost::latency_second},
    Figure{"energy_joule", &Cost::energy_joule}, Figure{"leakage_watt", &Cost::leakage_watt}};

std::vector<std::string> cost_columns() {
    std::vector<std::string> columns{"layer", "type", "arrays", "tiles", "utilisation"};
    for (const Figure& figure : figures) columns.emplace_back(figure.name);
    columns.insert(columns.end(), {"adc_energy_joule.low", "adc_energy_joule.high"});
    for (const Figure& figure : figures) {
        for (std::size_t c = 0; c < component_count; ++c) {
            columns.push_back(
                fmt::format("{}.{}", figure.name, to_text(static_cast<Component>(c))));
        }
    }
    return columns;
}

std::vector<Table::Cell> cost_row(std::vector<Table::Cell> head, const Cost& total,
                                  const Range& adc_energy_joule, const ComponentCosts& components) {
    for (const Figure& figure : figures) head.emplace_back(total.*figure.member);
    head.emplace_back(adc_energy_joule.low);
    head.emplace_back(adc_energy_joule.high);
    for (const Figure& figure : figures) {
        for (const Cost& item : components.items) head.emplace_back(item.*figure.member);
    }
    return head;
}

double percent(double part, double whole) { return whole > 0 ? 100 * part / whole : 0; }

constexpr double mm2_per_m2 = 1e6;
constexpr double microseconds = 1e6;
constexpr double microjoules = 1e6;

}  // namespace

Table cost_table(const ChipCost& chip) {
    Table table{cost_columns(), {}};
    Range adc_energy;
    for (const LayerCost& layer : chip.layers) {
        table.rows.push_back(
            cost_row({layer.name, std::string(to_text(layer.op)), layer.placement.arrays,
                      layer.placement.tiles, layer.placement.utilisation},
                     layer.total, layer.adc_energy_joule, layer.components));
        adc_energy.low += layer.adc_energy_joule.low;
        adc_energy.high += layer.adc_energy_joule.high;
    }
    table.rows.push_back(
        cost_row({std::string("total"), std::string(), chip.arrays, chip.tiles, chip.utilisation},
                 chip.total, adc_energy, chip.components));
    return table;
}

Table overview_table(const ChipCost& chip, const std::vector<LayerError>& errors) {
    Table table{{"layer", "type", "arrays", "tiles", "util %", "area mm2", "latency us",
                 "energy uJ", "ADC energy %"},
                {}};
    if (!errors.empty()) table.columns.insert(table.columns.end(), {"error rms %", ""});
    const auto worst = std::max_element(errors.begin(), errors.end(),
                                        [](const LayerError& a, const LayerError& b) {
                                            return a.relative_rms_error < b.relative_rms_error;
                                        });
    const auto add = [&table](std::vector<Table::Cell> head, const Cost& total,
                              const ComponentCosts& components) -> std::vector<Table::Cell>& {
        head.insert(head.end(),
                    {total.area_m2 * mm2_per_m2, total.latency_second * microseconds,
                     total.energy_joule * microjoules,
                     percent(components[Component::adc].energy_joule, total.energy_joule)});
        return table.rows.emplace_back(std::move(head));
    };
    for (std::size_t i = 0; i < chip.layers.size(); ++i) {
        const LayerCost& layer = chip.layers[i];
        auto& row = add({layer.name, std::string(to_text(layer.op)), layer.placement.arrays,
                         layer.placement.tiles, 100 * layer.placement.utilisation},
                        layer.total, layer.components);
        if (errors.empty()) continue;
        row.emplace_back(100 * errors[i].relative_rms_error);
        const bool marked = worst == errors.begin() + static_cast<std::ptrdiff_t>(i);
        row.emplace_back(std::string(marked ? "<- largest" : ""));
    }
    auto& total =
        add({std::string("total"), std::string(), chip.arrays, chip.tiles, 100 * chip.utilisation},
            chip.total, chip.components);
    if (!errors.empty()) total.insert(total.end(), {std::string(), std::string()});
    return table;
}

std::vector<std::string> warnings_of(const ChipCost& chip) {
    std::vector<std::string> texts;
    for (const Extrapolation& gap : chip.extrapolations) texts.push_back(gap.text());
    return texts;
}

std::string warning_lines(const ChipCost& chip) {
    std::string text;
    for (const std::string& warning : warnings_of(chip)) text += "warning: " + warning + '\n';
    return text;
}

std::string chip_line(const ChipCost& chip) {
    return fmt::format(
        "chip       {:.3g} TOPS   {:.3g} TOPS/W   {:.3g} TOPS/mm2   {:.4g} frames/s   EDAP {:.3g} "
        "J "
        "s mm2\n           energy per image {:.3g} .. {:.3g} .. {:.3g} uJ with leakage (ADC model "
        "low .. typical .. high)",
        chip.tops(), chip.tops_per_watt(), chip.tops_per_mm2(), chip.frames_per_second(),
        chip.edap() * mm2_per_m2, chip.energy_joule.low * microjoules,
        chip.energy_joule.typical * microjoules, chip.energy_joule.high * microjoules);
}

std::string activity_line(const ActivityRange& activity) {
    return fmt::format(
        "           {:.3g} .. {:.3g} .. {:.3g} uJ with input bits all 0 .. as given .. all 1",
        activity.zeros_joule * microjoules, activity.given_joule * microjoules,
        activity.ones_joule * microjoules);
}

nlohmann::ordered_json to_json(const ActivityRange& activity) {
    return {{"energy_joule_zeros", activity.zeros_joule},
            {"energy_joule_given", activity.given_joule},
            {"energy_joule_ones", activity.ones_joule}};
}

nlohmann::ordered_json to_json(const ChipCost& chip) {
    nlohmann::ordered_json out;
    out["layers"] = nlohmann::ordered_json::parse(to_json(cost_table(chip)));
    out["total"] = out["layers"].back();
    out["layers"].erase(out["layers"].size() - 1);
    out["tops"] = chip.tops();
    out["tops_per_watt"] = chip.tops_per_watt();
    out["tops_per_mm2"] = chip.tops_per_mm2();
    out["edap"] = chip.edap();
    out["frames_per_second"] = chip.frames_per_second();
    out["adc_energy_share"] = chip.adc_energy_share();
    out["adc_area_share"] = chip.adc_area_share();
    out["energy_joule_range"] = {chip.energy_joule.low, chip.energy_joule.typical,
                                 chip.energy_joule.high};
    out["warnings"] = warnings_of(chip);
    return out;
}

void write_cost(Hdf5Writer& file, const ChipCost& chip) {
    write_table(file, "/cost", cost_table(chip),
                "one per layer, the last is the total; the name ends in the unit");
    if (!chip.extrapolations.empty()) {
        file.write_texts("/cost/warnings", warnings_of(chip), "models used outside their data");
    }
}

}  // namespace ohmgrid
