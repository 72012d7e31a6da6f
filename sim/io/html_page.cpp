#include "sim/io/html_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace ohmgrid {
namespace {

/// Tiles along the longer side of a heat map: fine enough to see a gradient, small enough to load.
constexpr std::int64_t most_tiles = 96;
constexpr double picture_width = 640;

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

/// Seven colours of equal steps in lightness, readable without colour vision.
/// Source: samples of matplotlib's viridis map (CC0).
struct Colour {
    double red, green, blue;
};
constexpr std::array<Colour, 7> ramp{{{68, 1, 84},
                                      {68, 57, 131},
                                      {49, 104, 142},
                                      {33, 145, 140},
                                      {53, 183, 121},
                                      {144, 215, 67},
                                      {253, 231, 37}}};

/// `share` in 0 .. 1 of the way from dark to bright.
std::string colour(double share) {
    const double position = std::clamp(share, 0.0, 1.0) * (ramp.size() - 1);
    const auto below = std::min(static_cast<std::size_t>(position), ramp.size() - 2);
    const double rest = position - static_cast<double>(below);
    const auto mix = [rest](double a, double b) {
        return static_cast<int>(std::lround(a + rest * (b - a)));
    };
    const Colour& a = ramp[below];
    const Colour& b = ramp[below + 1];
    return fmt::format("#{:02x}{:02x}{:02x}", mix(a.red, b.red), mix(a.green, b.green),
                       mix(a.blue, b.blue));
}

/// A heat map reduced to tiles of `step` x `step` values.
struct Tiles {
    std::int64_t step = 1;
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::vector<double> means;
};

Tiles tiles_of(const HeatMap& map) {
    Tiles tiles;
    tiles.step = (std::max(map.rows, map.columns) + most_tiles - 1) / most_tiles;
    tiles.rows = (map.rows + tiles.step - 1) / tiles.step;
    tiles.columns = (map.columns + tiles.step - 1) / tiles.step;
    for (std::int64_t r = 0; r < tiles.rows; ++r) {
        for (std::int64_t c = 0; c < tiles.columns; ++c) {
            double sum = 0;
            std::int64_t count = 0;
            for (std::int64_t i = r * tiles.step; i < std::min(map.rows, (r + 1) * tiles.step);
                 ++i) {
                for (std::int64_t j = c * tiles.step;
                     j < std::min(map.columns, (c + 1) * tiles.step); ++j, ++count) {
                    sum += map.values[static_cast<std::size_t>(i * map.columns + j)];
                }
            }
            tiles.means.push_back(sum / static_cast<double>(count));
        }
    }
    return tiles;
}

std::string scale_picture(double low, double high, const std::string& unit) {
    std::string svg = "<svg class=\"scale\" viewBox=\"0 0 640 34\" role=\"img\">";
    constexpr int steps = 64;
    for (int i = 0; i < steps; ++i) {
        svg += fmt::format("<rect x=\"{}\" y=\"0\" width=\"10.5\" height=\"14\" fill=\"{}\"/>",
                           i * 10, colour(static_cast<double>(i) / (steps - 1)));
    }
    return svg + fmt::format(
                     "<text x=\"0\" y=\"30\">{:.4g} {}</text><text x=\"640\" y=\"30\" "
                     "text-anchor=\"end\">{:.4g} {}</text></svg>\n",
                     low, escaped(unit), high, escaped(unit));
}

constexpr std::string_view style = R"(<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 760px; margin: 2em auto; padding: 0 1em; }
figure { margin: 2em 0; } figcaption { font-weight: 600; }
svg { width: 100%; height: auto; display: block; } text { font: 14px system-ui; fill: currentColor; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.15em 0.8em; text-align: right; border-bottom: 1px solid #8885; }
.wide { overflow-x: auto; }
</style>
)";

}  // namespace

void HtmlPage::add_paragraph(const std::string& text) { body_ += "<p>" + escaped(text) + "</p>\n"; }

void HtmlPage::add_heat_map(const HeatMap& map) {
    const Tiles tiles = tiles_of(map);
    const auto [low, high] = std::minmax_element(tiles.means.begin(), tiles.means.end());
    const double span = *high > *low ? *high - *low : 1;
    const double size =
        picture_width / static_cast<double>(std::max<std::int64_t>(tiles.columns, 8));
    body_ += fmt::format(
        "<figure><figcaption>{}</figcaption>\n<svg viewBox=\"0 0 {} {}\" role=\"img\" "
        "shape-rendering=\"crispEdges\">\n",
        escaped(map.title), size * static_cast<double>(tiles.columns),
        size * static_cast<double>(tiles.rows));
    for (std::int64_t r = 0; r < tiles.rows; ++r) {
        for (std::int64_t c = 0; c < tiles.columns; ++c) {
            const double value = tiles.means[static_cast<std::size_t>(r * tiles.columns + c)];
            body_ += fmt::format(
                "<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" "
                "fill=\"{}\"><title>{} {}, {} {}: {:.6g} {}</title></rect>\n",
                size * static_cast<double>(c), size * static_cast<double>(r), size, size,
                colour((value - *low) / span), escaped(map.row_name), r * tiles.step,
                escaped(map.column_name), c * tiles.step, value, escaped(map.unit));
        }
    }
    body_ += "</svg>\n" + scale_picture(*low, *high, map.unit);
    if (tiles.step > 1) {
        body_ += fmt::format("<p>Each tile is the mean of {0} x {0} values.</p>\n", tiles.step);
    }
    body_ += "</figure>\n";
}

void HtmlPage::add_table(const std::string& caption, const Table& table, std::size_t rows) {
    Table shown = table;
    if (shown.rows.size() > rows) shown.rows.resize(rows);
    body_ += fmt::format("<figure class=\"wide\"><figcaption>{}</figcaption>\n<table><tr>",
                         escaped(caption));
    for (const std::string& column : shown.columns) body_ += "<th>" + escaped(column) + "</th>";
    for (const auto& row : shown.rows) {
        body_ += "</tr>\n<tr>";
        for (const Table::Cell& cell : row) {
            const auto* number = std::get_if<double>(&cell);
            const auto* text = std::get_if<std::string>(&cell);
            body_ += "<td>" +
                     (number != nullptr ? fmt::format("{:.6g}", *number)
                      : text != nullptr ? escaped(*text)
                                        : std::to_string(std::get<std::int64_t>(cell))) +
                     "</td>";
        }
    }
    body_ += "</tr></table>\n";
    if (table.rows.size() > rows) {
        body_ += fmt::format("<p>{} of {} rows.</p>\n", rows, table.rows.size());
    }
    body_ += "</figure>\n";
}

std::string HtmlPage::text() const {
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta "
        "name=\"viewport\" "
        "content=\"width=device-width, initial-scale=1\">\n<title>{0}</title>\n{1}</head>\n<body>\n"
        "<h1>{0}</h1>\n{2}</body></html>\n",
        escaped(title_), style, body_);
}

}  // namespace ohmgrid
