#include <fmt/format.h>

#include <algorithm>

#include "sim/app/report_page.hpp"
#include "sim/io/hdf5_table.hpp"

namespace ohmgrid {
namespace {

constexpr double mm2_per_m2 = 1e6;
constexpr std::size_t all_rows = 1000;

/// A figure as the file names it and as it is drawn.
struct Figure {
    const char* dataset;
    const char* unit;
    double scale;  ///< from the file's SI unit
};
constexpr std::array figures{Figure{"energy", "J", 1},
                             Figure{"latency", "s", 1},
                             Figure{"area", "mm2", mm2_per_m2},
                             Figure{"edap", "J s mm2", mm2_per_m2},
                             Figure{"tops_per_watt", "TOPS/W", 1},
                             Figure{"tops_per_mm2", "TOPS/mm2", 1}};

/// Those of the front, in the order in which they were asked for.
std::vector<Figure> figures_of(const Hdf5Reader& results) {
    std::vector<Figure> asked;
    if (!results.has("/certificate/front")) return asked;
    for (const std::string& name : results.read_texts("/certificate/front")) {
        const auto at =
            std::ranges::find_if(figures, [&](const Figure& f) { return f.dataset == name; });
        if (at != figures.end()) asked.push_back(*at);
    }
    return asked;
}

Series designs_of(const Hdf5Reader& results, const std::string& group, const Figure& x,
                  const Figure& y) {
    const auto scaled = [&](const Figure& figure) {
        auto values = results.read<double>(group + '/' + figure.dataset).values;
        for (double& value : values) value *= figure.scale;
        return values;
    };
    Series designs{.name = group.substr(group.rfind('/') + 1), .x = scaled(x), .y = scaled(y)};
    designs.mark = Mark::points;
    const auto widths = results.read_texts(group + "/widths");
    const auto circuits = results.read_texts(group + "/circuits");
    for (std::size_t i = 0; i < designs.x.size(); ++i) {
        designs.labels.push_back(
            fmt::format("widths {}; circuits {}", widths.at(i), circuits.at(i)));
    }
    return designs;
}

/// What other solvers found over two figures, the exact front and the best design.
XyPlot front_over(const Hdf5Reader& results, const Figure& x, const Figure& y) {
    const auto axis = [](const Figure& f) {
        return Axis{.name = f.dataset, .unit = f.unit, .scale = Scale::logarithmic};
    };
    XyPlot plot{.title = fmt::format("Pareto front: {} and {}", x.dataset, y.dataset),
                .x = axis(x),
                .y = axis(y),
                .series = {}};
    if (results.has("/rivals")) {
        for (const std::string& name : results.names("/rivals")) {
            plot.series.push_back(designs_of(results, "/rivals/" + name, x, y));
        }
    }
    plot.series.push_back(designs_of(results, "/front", x, y));  // on top of what lies on it
    plot.series.back().name = "exact";
    if (results.has("/best")) plot.series.push_back(designs_of(results, "/best", x, y));
    return plot;
}

/// "bound      6.6e-07   gap 0 %": name and text of every line of the summary.
std::vector<std::pair<std::string, std::string>> facts_of(const Hdf5Reader& results) {
    std::vector<std::pair<std::string, std::string>> facts;
    for (const std::string& line : results.read_texts("/certificate/summary")) {
        const std::size_t gap = line.find("  ");
        const std::size_t text = line.find_first_not_of(' ', gap);
        if (text == std::string::npos) continue;
        facts.emplace_back(line.substr(0, gap), line.substr(text));
    }
    return facts;
}

}  // namespace

void add_search(HtmlPage& page, const Hdf5Reader& results) {
    if (!results.has("/certificate")) return;
    page.add_facts(facts_of(results));
    const std::vector<Figure> asked = figures_of(results);
    for (std::size_t a = 0; results.has("/front") && a < asked.size(); ++a) {
        for (std::size_t b = a + 1; b < asked.size(); ++b) {
            page.add_chart(front_over(results, asked[a], asked[b]));
        }
    }
    for (const auto& [group, title] : {std::pair{"/layers", "Best design"},
                                       {"/gains", "Beside chips with one circuit in all layers"},
                                       {"/solvers", "Beside other solvers"}}) {
        if (results.has(group)) page.add_table(title, read_table(results, group), all_rows);
    }
}

}  // namespace ohmgrid
