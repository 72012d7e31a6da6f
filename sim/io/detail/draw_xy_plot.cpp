#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/core/contract.hpp"
#include "sim/io/detail/svg.hpp"

namespace ohmgrid::detail {
namespace {

/// Series differ by dashes and by shape as well as by colour.
constexpr std::array<const char*, 4> dashes{"", "7 4", "2 4", "10 4 2 4"};

/// A mark around (0, 0).
std::string symbol(std::size_t series) {
    switch (series % 4) {
        case 0:
            return "<circle r=\"4.2\"/>";
        case 1:
            return "<rect x=\"-3.8\" y=\"-3.8\" width=\"7.6\" height=\"7.6\"/>";
        case 2:
            return "<path d=\"M0 -5L5 4H-5Z\"/>";
        default:
            return "<path d=\"M0 -5.4L5.4 0L0 5.4L-5.4 0Z\"/>";
    }
}

bool has_line(const Series& s) { return s.mark != Mark::points; }
bool has_points(const Series& s) {
    return s.mark == Mark::points || s.mark == Mark::line_and_points;
}

std::string line_attributes(std::size_t series) {
    const std::string pattern = dashes[series % dashes.size()];
    return fmt::format("class=\"line {}\"{}", series_class(series),
                       pattern.empty() ? "" : fmt::format(" stroke-dasharray=\"{}\"", pattern));
}

/// Where the values of one plot lie in its picture.
struct Place {
    Frame frame;
    AxisScale x;
    AxisScale y;

    [[nodiscard]] double across(double value) const {
        return frame.left + frame.width * x.share(value);
    }
    [[nodiscard]] double down(double value) const {
        return frame.bottom() - frame.height * y.share(value);
    }
    [[nodiscard]] bool holds(double at_x, double at_y) const {
        return x.holds(at_x) && y.holds(at_y);
    }
};

std::string draw_band(const Place& place, const Series& s, std::size_t number) {
    std::string points;
    const auto add = [&](std::size_t i, double y) {
        if (!place.holds(s.x[i], s.low[i]) || !place.holds(s.x[i], s.high[i])) return;
        points += fmt::format("{:.1f},{:.1f} ", place.across(s.x[i]), place.down(y));
    };
    for (std::size_t i = 0; i < s.x.size(); ++i) add(i, s.high[i]);
    for (std::size_t i = s.x.size(); i-- > 0;) add(i, s.low[i]);
    return fmt::format("<polygon class=\"band {}\" points=\"{}\"/>\n", series_class(number),
                       points);
}

/// A line that is interrupted where a value has no place.
std::string draw_line(const Place& place, const Series& s, std::size_t number) {
    std::string path;
    bool drawing = false;
    for (std::size_t i = 0; i < s.x.size(); ++i) {
        if (!place.holds(s.x[i], s.y[i])) {
            drawing = false;
            continue;
        }
        const double x = place.across(s.x[i]);
        const double y = place.down(s.y[i]);
        if (drawing && s.mark == Mark::steps) path += fmt::format("H{:.1f}", x);
        path += fmt::format("{}{:.1f} {:.1f}", drawing ? 'L' : 'M', x, y);
        drawing = true;
    }
    return fmt::format("<path {} d=\"{}\"><title>{}</title></path>\n", line_attributes(number),
                       path, escaped(s.name));
}

std::string point_text(const Place& place, const Series& s, std::size_t i) {
    std::string text = s.name;
    if (!s.labels.empty()) text += (text.empty() ? "" : ", ") + s.labels[i];
    text += fmt::format(": {}, {}", place.x.text(s.x[i]), place.y.text(s.y[i]));
    if (!s.low.empty()) {
        text += fmt::format(" ({} .. {})", place.y.text(s.low[i]), place.y.text(s.high[i]));
    }
    return text;
}

std::string draw_points(const Place& place, const Series& s, std::size_t number) {
    std::string svg;
    for (std::size_t i = 0; i < s.x.size(); ++i) {
        if (!place.holds(s.x[i], s.y[i])) continue;
        const double x = place.across(s.x[i]);
        if (!has_line(s) && !s.low.empty() && place.holds(s.x[i], s.low[i]) &&
            place.holds(s.x[i], s.high[i])) {
            svg += fmt::format("<path class=\"whisker\" d=\"M{0:.1f} {1:.1f}V{2:.1f}\"/>\n", x,
                               place.down(s.low[i]), place.down(s.high[i]));
        }
        svg += fmt::format(
            "<g class=\"point {}\" transform=\"translate({:.1f} "
            "{:.1f})\">{}<title>{}</title></g>\n",
            series_class(number), x, place.down(s.y[i]), symbol(number),
            escaped(point_text(place, s, i)));
    }
    return svg;
}

LegendItem legend_item(const Series& s, std::size_t number) {
    std::string drawn;
    if (has_line(s)) drawn += fmt::format("<path {} d=\"M0 7H26\"/>", line_attributes(number));
    if (has_points(s)) {
        drawn += fmt::format("<g class=\"point {}\" transform=\"translate(13 7)\">{}</g>",
                             series_class(number), symbol(number));
    }
    return {drawn, s.name};
}

std::size_t count_left_out(const Place& place, const XyPlot& plot) {
    std::size_t count = 0;
    for (const Series& s : plot.series) {
        for (std::size_t i = 0; i < s.x.size(); ++i) {
            if (!place.holds(s.x[i], s.y[i])) ++count;
        }
    }
    return count;
}

Place place_of(const XyPlot& plot, double top) {
    std::vector<double> xs, ys;
    for (const Series& s : plot.series) {
        xs.insert(xs.end(), s.x.begin(), s.x.end());
        for (const auto* values : {&s.y, &s.low, &s.high}) {
            ys.insert(ys.end(), values->begin(), values->end());
        }
    }
    Frame frame{.top = top};
    frame.width = picture_width - frame.left - 16;
    return {frame, AxisScale(plot.x, xs, false), AxisScale(plot.y, ys, false)};
}

bool share_x(const XyPlot& plot) {
    return std::all_of(plot.series.begin(), plot.series.end(), [&](const Series& s) {
        return s.x == plot.series.front().x && s.labels.empty();
    });
}

std::string with_unit(const std::string& name, const std::string& unit) {
    return unit.empty() ? name : fmt::format("{} ({})", name, unit);
}

}  // namespace

bool is_complete(const XyPlot& plot) {
    return std::all_of(plot.series.begin(), plot.series.end(), [](const Series& s) {
        const std::size_t n = s.x.size();
        return s.y.size() == n && s.low.size() == s.high.size() &&
               (s.low.empty() || s.low.size() == n) && (s.labels.empty() || s.labels.size() == n);
    });
}

Drawing draw(const XyPlot& plot) {
    OHMGRID_EXPECT(is_complete(plot));
    std::vector<LegendItem> legend;
    for (std::size_t n = 0; n < plot.series.size(); ++n) {
        if (!plot.series[n].name.empty()) legend.push_back(legend_item(plot.series[n], n));
    }
    Drawing drawing;
    double legend_height = 0;
    drawing.body = draw_legend(legend, 2, legend_height);
    const Place place = place_of(plot, legend_height + 10);
    drawing.body += draw_axes(place.frame, place.x, place.y);
    for (std::size_t n = 0; n < plot.series.size(); ++n) {
        const Series& s = plot.series[n];
        if (has_line(s) && !s.low.empty()) drawing.body += draw_band(place, s, n);
    }
    for (std::size_t n = 0; n < plot.series.size(); ++n) {
        const Series& s = plot.series[n];
        if (has_line(s)) drawing.body += draw_line(place, s, n);
        if (has_points(s)) drawing.body += draw_points(place, s, n);
    }
    drawing.height = place.frame.bottom() + 56;
    if (const std::size_t missing = count_left_out(place, plot); missing > 0) {
        drawing.body += fmt::format(
            "<text x=\"{:.1f}\" y=\"{:.1f}\">{} values have no place on these axes</text>\n",
            place.frame.left, drawing.height + 12, missing);
        drawing.height += line_height;
    }
    drawing.description =
        fmt::format("{} over {}, {} series.", plot.y.name, plot.x.name, plot.series.size());
    return drawing;
}

/// One column per series where all share their x, else one row per point.
Table data(const XyPlot& plot) {
    Table table;
    if (plot.series.empty()) return table;
    const std::string x = with_unit(plot.x.name, plot.x.unit);
    const std::string y = with_unit(plot.y.name, plot.y.unit);
    if (share_x(plot)) {
        table.columns.push_back(x);
        for (const double value : plot.series.front().x) table.rows.push_back({value});
        for (const Series& s : plot.series) {
            const std::string name = s.name.empty() ? y : with_unit(s.name, plot.y.unit);
            table.columns.push_back(name);
            for (std::size_t i = 0; i < s.x.size(); ++i) table.rows[i].emplace_back(s.y[i]);
            if (s.low.empty()) continue;
            table.columns.push_back(name + ", low");
            table.columns.push_back(name + ", high");
            for (std::size_t i = 0; i < s.x.size(); ++i) {
                table.rows[i].emplace_back(s.low[i]);
                table.rows[i].emplace_back(s.high[i]);
            }
        }
        return table;
    }
    const bool uncertain = std::any_of(plot.series.begin(), plot.series.end(),
                                       [](const Series& s) { return !s.low.empty(); });
    table.columns = {"series", "point", x, y};
    if (uncertain) table.columns.insert(table.columns.end(), {"low", "high"});
    for (const Series& s : plot.series) {
        for (std::size_t i = 0; i < s.x.size(); ++i) {
            auto& row = table.rows.emplace_back();
            row = {s.name, s.labels.empty() ? std::to_string(i) : s.labels[i], s.x[i], s.y[i]};
            if (!uncertain) continue;
            row.emplace_back(s.low.empty() ? s.y[i] : s.low[i]);
            row.emplace_back(s.high.empty() ? s.y[i] : s.high[i]);
        }
    }
    return table;
}

}  // namespace ohmgrid::detail
