#include <fmt/format.h>

#include <numeric>

#include "sim/app/report_page.hpp"

namespace ohmgrid {
namespace {

using Numbers = std::vector<double>;

Numbers column(const Hdf5Reader& results, const std::string& name) {
    return results.read<double>(name).values;
}

/// Accuracy without a chip, without each compensation and with all of them.
BarChart accuracies(const Hdf5Reader& results, const std::vector<std::string>& names) {
    BarChart chart{.title = "Accuracy with and without compensation",
                   .value = {.name = "correct", .unit = "%"},
                   .rows = {"float network", "ideal arrays"},
                   .parts = {{}}};
    const auto single = [&](const std::string& name) {
        return 100 * column(results, "/accuracy/" + name).at(0);
    };
    Numbers& values = chart.parts[0].values;
    values = {single("digital"), single("ideal")};
    for (const double share : column(results, "/compensation/accuracy")) {
        values.push_back(100 * share);
    }
    for (const std::string& name : names) chart.rows.push_back("without " + name);
    chart.rows.emplace_back("as designed");
    values.push_back(single("analog"));
    return chart;
}

/// Errors of all layers in execution order, a line for every design.
XyPlot errors(const Hdf5Reader& results, const std::vector<std::string>& names) {
    const std::vector<std::string> layers = results.read_texts("/layers/name");
    const Numbers all = column(results, "/compensation/relative_rms_error");
    Numbers order(layers.size());
    std::iota(order.begin(), order.end(), 1.0);
    XyPlot plot{.title = "Error of every layer with and without compensation",
                .x = {.name = "layer, in execution order"},
                .y = {.name = "rms error relative to the outputs", .scale = Scale::logarithmic},
                .series = {}};
    const auto add = [&](const std::string& name, Numbers values) {
        plot.series.push_back({.name = name,
                               .x = order,
                               .y = std::move(values),
                               .labels = layers,
                               .mark = Mark::line_and_points});
    };
    const std::int64_t count = std::ssize(layers);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto first = all.begin() + static_cast<std::int64_t>(i) * count;
        add("without " + names[i], {first, first + count});
    }
    add("as designed", column(results, "/layers/relative_rms_error"));
    return plot;
}

}  // namespace

void add_compensation(HtmlPage& page, const Hdf5Reader& results) {
    if (!results.has("/compensation")) return;
    const std::vector<std::string> names = results.read_texts("/compensation/without");
    const auto gained = results.read<std::int64_t>("/compensation/gained").values;
    const auto lost = results.read<std::int64_t>("/compensation/lost").values;
    page.add_heading("Compensation");
    page.add_paragraph(
        "The same chip, random errors and images included, without each compensation.");
    for (std::size_t i = 0; i < names.size(); ++i) {
        page.add_paragraph(fmt::format("{}: {} images are right only with it, {} only without it.",
                                       names[i], gained.at(i), lost.at(i)));
    }
    page.add_chart(accuracies(results, names));
    page.add_chart(errors(results, names));
}

}  // namespace ohmgrid
