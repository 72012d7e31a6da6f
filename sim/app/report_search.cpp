#include <fmt/format.h>

#include <algorithm>

#include "sim/app/report_page.hpp"

namespace ohmgrid {
namespace {

constexpr double mm2_per_m2 = 1e6;

/// A figure as /front names it and as it is drawn.
struct Figure {
    const char* dataset;
    const char* unit;
    double scale;  ///< from the file's SI unit
};
constexpr std::array figures{Figure{"energy", "J", 1}, Figure{"latency", "s", 1},
                             Figure{"area", "mm2", mm2_per_m2}};

Series front_over(const Hdf5Reader& results, const Figure& x, const Figure& y) {
    const auto scaled = [&](const Figure& figure) {
        auto values = results.read<double>(std::string("/front/") + figure.dataset).values;
        for (double& value : values) value *= figure.scale;
        return values;
    };
    Series front{.name = "front", .x = scaled(x), .y = scaled(y)};
    front.mark = Mark::points;
    const auto widths = results.read_texts("/front/widths");
    const auto circuits = results.read_texts("/front/circuits");
    for (std::size_t i = 0; i < front.x.size(); ++i) {
        front.labels.push_back(fmt::format("widths {}; circuits {}", widths.at(i), circuits.at(i)));
    }
    return front;
}

bool is_drawable(const Hdf5Reader& results, const Figure& figure) {
    const std::string path = std::string("/front/") + figure.dataset;
    if (!results.has(path)) return false;
    const auto values = results.read<double>(path).values;
    return std::any_of(values.begin(), values.end(), [](double v) { return v > 0; });
}

}  // namespace

void add_search(HtmlPage& page, const Hdf5Reader& results) {
    if (!results.has("/front")) return;
    if (results.has("/certificate/how")) {
        for (const std::string& text : results.read_texts("/certificate/how")) {
            if (!text.empty()) page.add_paragraph(text);
        }
    }
    for (std::size_t a = 0; a < figures.size(); ++a) {
        for (std::size_t b = a + 1; b < figures.size(); ++b) {
            if (!is_drawable(results, figures[a]) || !is_drawable(results, figures[b])) continue;
            page.add_chart(XyPlot{.title = fmt::format("Designs of the front: {} and {}",
                                                       figures[a].dataset, figures[b].dataset),
                                  .x = Axis{.name = figures[a].dataset,
                                            .unit = figures[a].unit,
                                            .scale = Scale::logarithmic},
                                  .y = Axis{.name = figures[b].dataset,
                                            .unit = figures[b].unit,
                                            .scale = Scale::logarithmic},
                                  .series = {front_over(results, figures[a], figures[b])}});
        }
    }
}

}  // namespace ohmgrid
