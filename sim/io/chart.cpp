#include "sim/io/chart.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "sim/io/detail/svg.hpp"

namespace ohmgrid {
namespace {

/// Colours of series on white and on black. Every one has a contrast of 4.5 against its ground.
struct Theme {
    std::string_view ink, paper, faint;
    std::array<std::string_view, detail::series_colours> series;
};
constexpr Theme light{"#1b1f24",
                      "#ffffff",
                      "#d5d9de",
                      {"#0b62a4", "#c2410c", "#00796b", "#a03a86", "#8a6100", "#5145b8", "#b3263a",
                       "#4a7323", "#00708a", "#5f6670", "#7f5539", "#2f4858"}};
constexpr Theme dark{"#e8eaed",
                     "#15181c",
                     "#3c4148",
                     {"#5cb3f0", "#ff9a5c", "#3fc9b0", "#e58fd0", "#e0b84a", "#a6a0ff", "#ff8591",
                      "#9ccf62", "#54cfe8", "#b4bac2", "#d7b899", "#f4f1a0"}};

std::string variables(const Theme& theme) {
    std::string css =
        fmt::format("--ink:{};--paper:{};--faint:{};", theme.ink, theme.paper, theme.faint);
    for (std::size_t i = 0; i < theme.series.size(); ++i) {
        css += fmt::format("--c{}:{};", i, theme.series[i]);
    }
    return css;
}

}  // namespace

std::string chart_style() {
    std::string css = fmt::format(
        ":root{{{}}}\n@media (prefers-color-scheme:dark){{:root{{{}}}}}\n"
        "@media print{{:root{{{}}}}}\n",
        variables(light), variables(dark), variables(light));
    css += R"(.chart text{font:15px system-ui,'DejaVu Sans',sans-serif;fill:var(--ink)}
.chart .grid{stroke:var(--faint)}
.chart .edge{fill:none;stroke:var(--ink)}
.chart .whisker{fill:none;stroke:var(--ink);stroke-width:1.6}
.chart .line{fill:none;stroke:var(--c);stroke-width:2.2}
.chart .band{fill:var(--c);fill-opacity:.22}
.chart .point{fill:var(--c);stroke:var(--paper);stroke-width:.8}
.chart .bar{fill:var(--c);stroke:var(--paper);stroke-width:.6}
)";
    for (std::size_t i = 0; i < detail::series_colours; ++i) {
        css += fmt::format(".chart .c{0}{{--c:var(--c{0})}}\n", i);
    }
    return css;
}

const std::string& title_of(const Chart& chart) {
    return std::visit([](const auto& c) -> const std::string& { return c.title; }, chart);
}

Table data_of(const Chart& chart) {
    return std::visit([](const auto& c) { return detail::data(c); }, chart);
}

std::string svg_of(const Chart& chart, const std::string& id) {
    const detail::Drawing drawing =
        std::visit([](const auto& c) { return detail::draw(c); }, chart);
    return detail::svg_element(id, drawing.height, title_of(chart), drawing.description,
                               drawing.body);
}

std::string svg_file(const Chart& chart) {
    constexpr double margin = 14;
    constexpr double title_height = 34;
    const detail::Drawing drawing =
        std::visit([](const auto& c) { return detail::draw(c); }, chart);
    const double width = detail::picture_width + 2 * margin;
    const double height = drawing.height + title_height + 2 * margin;
    const std::string title = detail::escaped(title_of(chart));
    return fmt::format(
        "<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1:.0f}\" "
        "width=\"{0}\" height=\"{1:.0f}\" role=\"img\" aria-labelledby=\"title desc\">\n"
        "<title id=\"title\">{2}</title><desc id=\"desc\">{3}</desc>\n<style>{4}</style>\n"
        "<rect width=\"100%\" height=\"100%\" fill=\"var(--paper)\"/>\n"
        "<text x=\"{5}\" y=\"32\" style=\"font-weight:600\">{2}</text>\n"
        "<g transform=\"translate({5} {6})\">\n{7}</g></svg>\n",
        width, height, title, detail::escaped(drawing.description), chart_style(), margin,
        margin + title_height, drawing.body);
}

}  // namespace ohmgrid
