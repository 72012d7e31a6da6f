#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "sim/core/contract.hpp"
#include "sim/io/detail/svg.hpp"

namespace ohmgrid::detail {
namespace {

/// Tiles along the longer side: fine enough to see a gradient, small enough to load.
constexpr std::int64_t most_tiles = 96;

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

    [[nodiscard]] double at(std::int64_t row, std::int64_t column) const {
        return means[static_cast<std::size_t>(row * columns + column)];
    }
};

double mean_of_tile(const HeatMap& map, std::int64_t step, std::int64_t row, std::int64_t column) {
    double sum = 0;
    std::int64_t count = 0;
    for (std::int64_t i = row * step; i < std::min(map.rows, (row + 1) * step); ++i) {
        for (std::int64_t j = column * step; j < std::min(map.columns, (column + 1) * step); ++j) {
            sum += map.values[static_cast<std::size_t>(i * map.columns + j)];
            ++count;
        }
    }
    return sum / static_cast<double>(count);
}

Tiles tiles_of(const HeatMap& map) {
    OHMGRID_EXPECT(std::ssize(map.values) == map.rows * map.columns);
    Tiles tiles;
    tiles.step =
        std::max<std::int64_t>(1, (std::max(map.rows, map.columns) + most_tiles - 1) / most_tiles);
    tiles.rows = (map.rows + tiles.step - 1) / tiles.step;
    tiles.columns = (map.columns + tiles.step - 1) / tiles.step;
    for (std::int64_t r = 0; r < tiles.rows; ++r) {
        for (std::int64_t c = 0; c < tiles.columns; ++c) {
            tiles.means.push_back(mean_of_tile(map, tiles.step, r, c));
        }
    }
    return tiles;
}

std::string draw_colour_scale(double top, double low, double high, const std::string& unit) {
    std::string svg;
    constexpr int steps = 64;
    constexpr double width = picture_width / steps;
    for (int i = 0; i < steps; ++i) {
        svg += fmt::format(
            "<rect x=\"{:.2f}\" y=\"{:.1f}\" width=\"{:.2f}\" height=\"14\" fill=\"{}\"/>",
            i * width, top, width + 0.5, colour(static_cast<double>(i) / (steps - 1)));
    }
    const AxisScale scale({.name = "", .unit = unit}, {low, high}, false);
    return svg + fmt::format(
                     "\n<text x=\"0\" y=\"{0:.1f}\">{1}</text><text x=\"{3}\" y=\"{0:.1f}\" "
                     "text-anchor=\"end\">{2}</text>\n",
                     top + 34, scale.text(low), scale.text(high), picture_width);
}

}  // namespace

Drawing draw(const HeatMap& map) {
    const Tiles tiles = tiles_of(map);
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const double mean : tiles.means) {
        if (!std::isfinite(mean)) continue;
        low = std::min(low, mean);
        high = std::max(high, mean);
    }
    if (low > high) low = high = 0;
    const double span = high > low ? high - low : 1;
    constexpr std::int64_t widest_tile = 40;
    const double size = std::min<double>(
        widest_tile, picture_width / static_cast<double>(std::max<std::int64_t>(tiles.columns, 1)));
    const AxisScale scale({.name = "", .unit = map.unit}, {low, high}, false);
    Drawing drawing;
    drawing.body = "<g shape-rendering=\"crispEdges\">\n";
    for (std::int64_t r = 0; r < tiles.rows; ++r) {
        for (std::int64_t c = 0; c < tiles.columns; ++c) {
            const double value = tiles.at(r, c);
            if (!std::isfinite(value)) continue;
            drawing.body += fmt::format(
                "<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" fill=\"{}\">"
                "<title>{} {}, {} {}: {}</title></rect>\n",
                size * static_cast<double>(c), size * static_cast<double>(r), size, size,
                colour((value - low) / span), escaped(map.row_name), r * tiles.step,
                escaped(map.column_name), c * tiles.step, scale.text(value));
        }
    }
    drawing.body += "</g>\n";
    drawing.height = size * static_cast<double>(tiles.rows) + 12;
    drawing.body += draw_colour_scale(drawing.height, low, high, map.unit);
    drawing.height += 44;
    if (tiles.step > 1) {
        drawing.body += fmt::format(
            "<text x=\"0\" y=\"{:.1f}\">Each tile is the mean of {} x {} values.</text>\n",
            drawing.height + 12, tiles.step, tiles.step);
        drawing.height += line_height;
    }
    drawing.description = fmt::format("{} {} from top to bottom, {} {} from left to right.",
                                      map.rows, map.row_name, map.columns, map.column_name);
    return drawing;
}

Table data(const HeatMap& map) {
    const Tiles tiles = tiles_of(map);
    Table table{{map.row_name + " \\ " + map.column_name}, {}};
    for (std::int64_t c = 0; c < tiles.columns; ++c) {
        table.columns.push_back(std::to_string(c * tiles.step));
    }
    for (std::int64_t r = 0; r < tiles.rows; ++r) {
        auto& row = table.rows.emplace_back();
        row.emplace_back(r * tiles.step);
        for (std::int64_t c = 0; c < tiles.columns; ++c) row.emplace_back(tiles.at(r, c));
    }
    return table;
}

}  // namespace ohmgrid::detail
