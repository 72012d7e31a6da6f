#include <fmt/format.h>

#include "sim/app/report_page.hpp"
#include "sim/core/units.hpp"

namespace ohmgrid {
namespace {

/// A figure of merit as the file names it and as it is drawn.
struct Figure {
    const char* column;
    const char* name;
    const char* unit;
    double scale;  ///< from the file's SI unit to `unit`
};

constexpr double mm2_per_m2 = 1e6;
constexpr std::array figures{Figure{"energy_joule", "Energy per image", "J", 1},
                             Figure{"latency_second", "Latency", "s", 1},
                             Figure{"area_m2", "Area", "mm2", mm2_per_m2}};

/// All components, so that each has the same colour in every figure.
std::vector<BarChart::Part> parts_of(const Hdf5Reader& results, const Figure& figure,
                                     std::size_t rows) {
    std::vector<BarChart::Part> parts;
    const std::string prefix = std::string(figure.column) + '.';
    for (const std::string& name : results.names("/cost")) {
        if (!name.starts_with(prefix)) continue;
        std::vector<double> values = results.read<double>("/cost/" + name).values;
        values.resize(rows);
        for (double& value : values) value *= figure.scale;
        parts.push_back({.name = name.substr(prefix.size()), .values = std::move(values)});
    }
    return parts;
}

/// Everything but the last row, which is the chip's total.
Table layer_table(const Hdf5Reader& results) {
    Table table{{"layer", "type", "arrays", "tiles", "energy (uJ)", "latency (us)", "area (mm2)"},
                {}};
    const auto names = results.read_texts("/cost/layer");
    const auto types = results.read_texts("/cost/type");
    constexpr double micro = 1e6;
    const std::array columns{std::pair{"arrays", 1.0}, std::pair{"tiles", 1.0},
                             std::pair{"energy_joule", micro}, std::pair{"latency_second", micro},
                             std::pair{"area_m2", mm2_per_m2}};
    for (std::size_t r = 0; r < names.size(); ++r) table.rows.push_back({names[r], types.at(r)});
    for (const auto& [column, scale] : columns) {
        const auto values = results.read<double>(std::string("/cost/") + column).values;
        for (std::size_t r = 0; r < names.size(); ++r) {
            table.rows[r].emplace_back(scale * values.at(r));
        }
    }
    return table;
}

}  // namespace

void add_cost(HtmlPage& page, const Hdf5Reader& results) {
    if (!results.has("/cost")) return;
    std::vector<std::string> layers = results.read_texts("/cost/layer");
    const auto total = [&](const char* column) {
        return results.read<double>(std::string("/cost/") + column).values.back();
    };
    page.add_heading("Cost");
    page.add_paragraph(
        fmt::format("One image takes {} in {}; the chip has {} arrays and an area of {:.4g} mm2.",
                    format_quantity(total("energy_joule"), dimension::energy),
                    format_quantity(total("latency_second"), dimension::time), total("arrays"),
                    mm2_per_m2 * total("area_m2")));
    layers.pop_back();
    for (const Figure& figure : figures) {
        page.add_chart(
            BarChart{.title = fmt::format("{} of every layer, by component", figure.name),
                     .value = {.name = figure.name, .unit = figure.unit},
                     .rows = layers,
                     .parts = parts_of(results, figure, layers.size())});
    }
    constexpr std::size_t all = 1000;
    page.add_table("Layers", layer_table(results), all);
}

}  // namespace ohmgrid
