#include "sim/cost/cost_table.hpp"

#include <array>

namespace ohmgrid {
namespace {

struct Figure {
    std::string_view name;
    double Cost::*value;
};

constexpr std::array<Figure, 4> figures{{{"area_m2", &Cost::area_m2},
                                         {"latency_second", &Cost::latency_second},
                                         {"energy_joule", &Cost::energy_joule},
                                         {"leakage_watt", &Cost::leakage_watt}}};

std::vector<std::string> column_names() {
    std::vector<std::string> names{"layer", "type", "arrays", "tiles", "copies", "utilisation"};
    for (const Figure& f : figures) names.emplace_back(f.name);
    for (const Figure& f : figures) {
        for (std::size_t i = 0; i < component_count; ++i) {
            names.push_back(std::string(f.name) + '.' +
                            std::string(to_text(static_cast<Component>(i))));
        }
    }
    for (const std::string_view figure : {"area_m2", "energy_joule"}) {
        names.push_back(std::string(figure) + ".adc.low");
        names.push_back(std::string(figure) + ".adc.high");
    }
    return names;
}

void add_costs(std::vector<Table::Cell>& row, const Cost& total, const ComponentCosts& parts,
               const Range& adc_area, const Range& adc_energy) {
    for (const Figure& f : figures) row.emplace_back(total.*f.value);
    for (const Figure& f : figures) {
        for (const Cost& part : parts.items) row.emplace_back(part.*f.value);
    }
    for (const Range& range : {adc_area, adc_energy}) {
        row.emplace_back(range.low);
        row.emplace_back(range.high);
    }
}

std::string type_of(const LayerCost& layer) { return layer.op == Op::linear ? "linear" : "conv"; }

/// What is left of a chip range once everything but the converters is taken out.
Range adc_only(const Range& chip, double adc_typical) {
    const double rest = chip.typical - adc_typical;
    return {chip.low - rest, adc_typical, chip.high - rest};
}

}  // namespace

Table cost_table(const ChipCost& chip) {
    Table table{.columns = column_names(), .rows = {}};
    for (const LayerCost& layer : chip.layers) {
        std::vector<Table::Cell> row{layer.name,
                                     type_of(layer),
                                     layer.placement.arrays,
                                     layer.placement.tiles,
                                     layer.placement.copies,
                                     layer.placement.utilisation};
        add_costs(row, layer.total, layer.components, layer.adc_area_m2, layer.adc_energy_joule);
        table.rows.push_back(std::move(row));
    }
    std::vector<Table::Cell> row{std::string("total"), std::string("chip"), chip.arrays,
                                 chip.tiles,           std::int64_t{1},     chip.utilisation};
    const Cost& adc = chip.components[Component::adc];
    add_costs(row, chip.total, chip.components, adc_only(chip.area_m2, adc.area_m2),
              adc_only(chip.energy_joule, adc.energy_joule));
    table.rows.push_back(std::move(row));
    return table;
}

std::vector<std::pair<std::string, double>> chip_figures(const ChipCost& chip) {
    return {{"tops", chip.tops()},
            {"tops_per_watt", chip.tops_per_watt()},
            {"tops_per_mm2", chip.tops_per_mm2()},
            {"edap", chip.edap()},
            {"frames_per_second", chip.frames_per_second()},
            {"utilisation", chip.utilisation},
            {"clock_second", chip.clock_second},
            {"leakage_joule", chip.leakage_joule},
            {"energy_joule_low", chip.energy_joule.low},
            {"energy_joule_typical", chip.energy_joule.typical},
            {"energy_joule_high", chip.energy_joule.high},
            {"area_m2_low", chip.area_m2.low},
            {"area_m2_typical", chip.area_m2.typical},
            {"area_m2_high", chip.area_m2.high},
            {"adc_energy_share", chip.adc_energy_share()},
            {"adc_area_share", chip.adc_area_share()}};
}

}  // namespace ohmgrid
