#include "sim/io/picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace ohmgrid {
namespace {

/// Tiles along the longer side of a heat map: fine enough to see a gradient, small enough to load.
constexpr std::int64_t most_tiles = 96;
constexpr double picture_width = 640;
constexpr double line_height = 20;

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

/// The colour scale, `top` below the upper edge.
std::string scale_picture(double top, double low, double high, const std::string& unit) {
    std::string svg;
    constexpr int steps = 64;
    constexpr double step_width = picture_width / steps;
    for (int i = 0; i < steps; ++i) {
        svg +=
            fmt::format("<rect x=\"{}\" y=\"{:.2f}\" width=\"10.5\" height=\"14\" fill=\"{}\"/>\n",
                        step_width * i, top, colour(static_cast<double>(i) / (steps - 1)));
    }
    return svg + fmt::format(
                     "<text x=\"0\" y=\"{0:.2f}\">{1:.4g} {3}</text><text x=\"640\" y=\"{0:.2f}\" "
                     "text-anchor=\"end\">{2:.4g} {3}</text>\n",
                     top + 14 + line_height, low, high, escaped(unit));
}

constexpr std::string_view text_style =
    "<style>text { font: 14px system-ui, sans-serif; fill: currentColor; }</style>\n";

/// An axis in engineering units: 0 .. 2e-8 s is drawn as 0 .. 20 ns.
struct Axis {
    double low = 0;
    double high = 1;
    double unit_size = 1;
    std::string label;
    std::vector<double> ticks;
};

/// Round numbers, some five of them, inside low .. high.
std::vector<double> ticks_of(double low, double high) {
    constexpr double wanted = 5;
    const double rough = (high - low) / wanted;
    const double decade = std::pow(10.0, std::floor(std::log10(rough)));
    double step = decade;
    for (const double factor : {2.0, 5.0, 10.0}) {
        if (step < rough) step = factor * decade;
    }
    std::vector<double> ticks;
    for (double k = std::ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; ++k) {
        ticks.push_back(k * step);
    }
    return ticks;
}

Axis axis_of(const std::vector<PlotSeries>& series, std::vector<double> PlotSeries::*values,
             const std::string& name, const std::string& unit) {
    Axis axis{.low = std::numeric_limits<double>::infinity(),
              .high = -std::numeric_limits<double>::infinity(),
              .label = {},
              .ticks = {}};
    for (const PlotSeries& one : series) {
        for (const double v : one.*values) {
            if (!std::isfinite(v)) continue;
            axis.low = std::min(axis.low, v);
            axis.high = std::max(axis.high, v);
        }
    }
    if (axis.low > axis.high) axis.low = axis.high = 0;
    if (axis.low == axis.high) {
        const double margin = axis.low == 0 ? 1 : 0.1 * std::abs(axis.low);
        axis.low -= margin;
        axis.high += margin;
    }
    constexpr std::array<const char*, 9> prefixes{"f", "p", "n", "u", "m", "", "k", "M", "G"};
    constexpr int none = 5;
    int prefix = none;
    if (!unit.empty()) {
        const double largest = std::max(std::abs(axis.low), std::abs(axis.high));
        prefix = none + static_cast<int>(std::floor(std::log10(largest) / 3));
        prefix = std::clamp(prefix, 0, static_cast<int>(prefixes.size()) - 1);
    }
    axis.unit_size = std::pow(10.0, 3 * (prefix - none));
    axis.label = unit.empty() ? name
                              : fmt::format("{} ({}{})", name,
                                            prefixes[static_cast<std::size_t>(prefix)], unit);
    for (const double tick : ticks_of(axis.low / axis.unit_size, axis.high / axis.unit_size)) {
        axis.ticks.push_back(tick);
    }
    return axis;
}

/// The area between the axes, in picture units.
struct Frame {
    double left = 64;
    double right = 624;
    double top = 8;
    double bottom = 300;

    [[nodiscard]] double x(const Axis& axis, double value) const {
        return left + (right - left) * (value - axis.low) / (axis.high - axis.low);
    }
    [[nodiscard]] double y(const Axis& axis, double value) const {
        return bottom - (bottom - top) * (value - axis.low) / (axis.high - axis.low);
    }
};

std::string axes_picture(const Frame& frame, const Axis& x, const Axis& y) {
    std::string svg;
    for (const double tick : x.ticks) {
        svg += fmt::format(
            "<path d=\"M{0:.1f} {1}V{2}\" stroke=\"#8886\"/><text x=\"{0:.1f}\" y=\"{3}\" "
            "text-anchor=\"middle\">{4:.6g}</text>\n",
            frame.x(x, tick * x.unit_size), frame.top, frame.bottom, frame.bottom + line_height,
            tick);
    }
    for (const double tick : y.ticks) {
        const double at = frame.y(y, tick * y.unit_size);
        svg += fmt::format(
            "<path d=\"M{0} {1:.1f}H{2}\" stroke=\"#8886\"/><text x=\"{3}\" y=\"{4:.1f}\" "
            "text-anchor=\"end\">{5:.6g}</text>\n",
            frame.left, at, frame.right, frame.left - 6, at + 5, tick);
    }
    return svg + fmt::format(
                     "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n"
                     "<text transform=\"translate(14 {}) rotate(-90)\" "
                     "text-anchor=\"middle\">{}</text>\n",
                     (frame.left + frame.right) / 2, frame.bottom + 2 * line_height,
                     escaped(x.label), (frame.top + frame.bottom) / 2, escaped(y.label));
}

/// One broken or unbroken line.
std::string path_of(const PlotSeries& series, const Frame& frame, const Axis& x, const Axis& y) {
    std::string path;
    bool pen_is_down = false;
    for (std::size_t k = 0; k < std::min(series.x.size(), series.y.size()); ++k) {
        if (!std::isfinite(series.x[k]) || !std::isfinite(series.y[k])) {
            pen_is_down = false;
            continue;
        }
        path += fmt::format("{}{:.1f} {:.1f}", pen_is_down ? 'L' : 'M', frame.x(x, series.x[k]),
                            frame.y(y, series.y[k]));
        pen_is_down = true;
    }
    return path;
}

}  // namespace

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

std::string svg_of(const HeatMap& map) {
    const Tiles tiles = tiles_of(map);
    const auto [low, high] = std::minmax_element(tiles.means.begin(), tiles.means.end());
    const double span = *high > *low ? *high - *low : 1;
    const double size =
        picture_width / static_cast<double>(std::max<std::int64_t>(tiles.columns, 8));
    const double map_height = size * static_cast<double>(tiles.rows);
    const double note_top = map_height + 8 + 14 + line_height;
    std::string svg = fmt::format(
        "<svg viewBox=\"0 0 {} {:.2f}\" role=\"img\">\n{}<g shape-rendering=\"crispEdges\">\n",
        picture_width, note_top + (tiles.step > 1 ? line_height : 0) + 4, text_style);
    for (std::int64_t r = 0; r < tiles.rows; ++r) {
        for (std::int64_t c = 0; c < tiles.columns; ++c) {
            const double value = tiles.means[static_cast<std::size_t>(r * tiles.columns + c)];
            svg += fmt::format(
                "<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" "
                "fill=\"{}\"><title>{} {}, {} {}: {:.6g} {}</title></rect>\n",
                size * static_cast<double>(c), size * static_cast<double>(r), size, size,
                colour((value - *low) / span), escaped(map.row_name), r * tiles.step,
                escaped(map.column_name), c * tiles.step, value, escaped(map.unit));
        }
    }
    svg += "</g>\n" + scale_picture(map_height + 8, *low, *high, map.unit);
    if (tiles.step > 1) {
        svg += fmt::format(
            "<text x=\"0\" y=\"{:.2f}\">Each tile is the mean of {} x {} values.</text>\n",
            note_top + line_height, tiles.step, tiles.step);
    }
    return svg + "</svg>\n";
}

std::string svg_of(const LinePlot& plot) {
    const Frame frame;
    const Axis x = axis_of(plot.series, &PlotSeries::x, plot.x_name, plot.x_unit);
    const Axis y = axis_of(plot.series, &PlotSeries::y, plot.y_name, plot.y_unit);
    const double legend_top = frame.bottom + 2 * line_height + 8;
    constexpr std::size_t names_per_line = 4;
    const std::size_t legend_lines = (plot.series.size() + names_per_line - 1) / names_per_line;
    std::string svg = fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\">\n{}{}", picture_width,
                                  legend_top + line_height * static_cast<double>(legend_lines) + 8,
                                  text_style, axes_picture(frame, x, y));
    const double last = static_cast<double>(plot.series.size()) - 1;
    for (std::size_t k = 0; k < plot.series.size(); ++k) {
        // The bright end of the ramp is hard to see on white.
        constexpr double brightest = 0.85;
        const double share = last > 0 ? brightest * static_cast<double>(k) / last : 0.3;
        const std::string stroke = colour(share);
        const double legend_x = frame.left + (frame.right - frame.left) / names_per_line *
                                                 static_cast<double>(k % names_per_line);
        const double legend_y =
            legend_top + line_height * (static_cast<double>(k / names_per_line) + 0.7);
        svg += fmt::format(
            "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"/>"
            "<path d=\"M{:.1f} {:.1f}h18\" stroke=\"{}\" stroke-width=\"2\"/>"
            "<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
            path_of(plot.series[k], frame, x, y), stroke, legend_x, legend_y - 5, stroke,
            legend_x + 24, legend_y, escaped(plot.series[k].name));
    }
    return svg + "</svg>\n";
}

std::string svg_file(const std::string& svg) {
    constexpr std::string_view open = "<svg ";
    std::string out = svg;
    out.insert(open.size(), "xmlns=\"http://www.w3.org/2000/svg\" style=\"background: white\" ");
    return out;
}

}  // namespace ohmgrid
