#include <algorithm>
#include <numeric>

#include "sim/app/report_page.hpp"

namespace ohmgrid {
namespace {

/// Errors of all layers in execution order, a line for every cause.
XyPlot causes_plot(const Hdf5Reader& results, const std::vector<std::string>& layers) {
    std::vector<double> order(layers.size());
    std::iota(order.begin(), order.end(), 1.0);
    XyPlot plot{.title = "Error of every layer by cause, one cause at a time",
                .x = {.name = "layer, in execution order"},
                .y = {.name = "rms error relative to the outputs", .scale = Scale::logarithmic},
                .series = {}};
    for (const std::string& cause : results.names("/diagnosis/error")) {
        plot.series.push_back({.name = cause,
                               .x = order,
                               .y = results.read<double>("/diagnosis/error/" + cause).values,
                               .labels = layers,
                               .mark = Mark::line_and_points});
    }
    return plot;
}

/// How the column sums of one layer's slices are distributed.
XyPlot sums_plot(const Hdf5Reader& results, const std::string& layer) {
    const std::string group = "/diagnosis/column_sums/" + layer;
    XyPlot plot{.title = "Column sums of layer " + layer + " before conversion",
                .x = {.name = "column sum, cells at g_max with full input"},
                .y = {.name = "share of the sums", .scale = Scale::logarithmic},
                .series = {}};
    for (const std::string& slice : results.names(group)) {
        const std::string name = group + '/' + slice;
        const auto edge = results.number_attribute(name, "first_edge");
        const auto width = results.number_attribute(name, "bin_width");
        const auto low = results.number_attribute(name, "range_low");
        const auto high = results.number_attribute(name, "range_high");
        if (!edge || !width || !low || !high) continue;
        Series series{.name = slice, .x = {}, .y = results.read<double>(name).values};
        for (std::size_t i = 0; i < series.y.size(); ++i) {
            series.x.push_back(*edge + (static_cast<double>(i) + 0.5) * *width);
        }
        series.mark = Mark::steps;
        const double most = *std::max_element(series.y.begin(), series.y.end());
        plot.series.push_back(std::move(series));
        if (*high > *low) {
            plot.series.push_back({.name = slice + ": converter range",
                                   .x = {*low, *high},
                                   .y = {most, most},
                                   .mark = Mark::line_and_points});
        }
    }
    return plot;
}

}  // namespace

void add_diagnosis(HtmlPage& page, const Hdf5Reader& results) {
    if (!results.has("/diagnosis")) return;
    const std::vector<std::string> layers = results.read_texts("/diagnosis/layer");
    page.add_heading("Diagnosis");
    page.add_chart(causes_plot(results, layers));
    const std::vector<double> all = results.read<double>("/diagnosis/error/all").values;
    const auto worst =
        static_cast<std::size_t>(std::max_element(all.begin(), all.end()) - all.begin());
    page.add_paragraph("The layer that loses most is " + layers[worst] + ".");
    page.add_chart(sums_plot(results, layers[worst]));
}

}  // namespace ohmgrid
