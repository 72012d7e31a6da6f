#include <fmt/format.h>

#include <algorithm>

#include "sim/core/contract.hpp"
#include "sim/io/detail/svg.hpp"

namespace ohmgrid::detail {
namespace {

constexpr std::size_t longest_row_name = 26;

/// Everything the axis must reach: the ends of every row's stacks and of its uncertainty.
std::vector<double> ends_of(const BarChart& chart) {
    std::vector<double> ends;
    for (std::size_t r = 0; r < chart.rows.size(); ++r) {
        double right = 0;
        double left = 0;
        for (const BarChart::Part& part : chart.parts) {
            (part.values[r] < 0 ? left : right) += part.values[r];
            if (!part.low.empty()) ends.insert(ends.end(), {part.low[r], part.high[r]});
        }
        ends.insert(ends.end(), {left, right});
    }
    return ends;
}

/// A part that is zero in every row would only fill legend and table; it keeps its colour, so that
/// the same list of parts has the same colours in every chart.
bool is_drawn(const BarChart::Part& part) {
    return part.low.size() > 0 ||
           std::ranges::any_of(part.values, [](double value) { return value != 0; });
}

double width_of_names(const BarChart& chart) {
    std::size_t longest = 4;
    for (const std::string& row : chart.rows) longest = std::max(longest, row.size());
    return character_width * static_cast<double>(std::min(longest, longest_row_name)) + 16;
}

/// The bars of one row, `top` being the upper edge of a band `band` high.
std::string draw_row(const BarChart& chart, std::size_t r, const Frame& frame, const AxisScale& x,
                     double top, double band) {
    std::string svg;
    const double bar = 0.72 * band;
    const double y = top + (band - bar) / 2;
    double right = 0;
    double left = 0;
    for (std::size_t p = 0; p < chart.parts.size(); ++p) {
        const BarChart::Part& part = chart.parts[p];
        const double value = part.values[r];
        if (!x.holds(value) || value == 0) continue;
        double& end = value < 0 ? left : right;
        const double from = frame.left + frame.width * x.share(std::min(end, end + value));
        const double to = frame.left + frame.width * x.share(std::max(end, end + value));
        end += value;
        svg += fmt::format(
            "<rect class=\"bar {}\" x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\">"
            "<title>{}{}{}: {}</title></rect>\n",
            series_class(p), from, y, to - from, bar, escaped(chart.rows[r]),
            part.name.empty() ? "" : ", ", escaped(part.name), x.text(value));
        if (part.low.empty()) continue;
        svg += fmt::format("<path class=\"whisker\" d=\"M{:.2f} {:.2f}H{:.2f}\"/>\n",
                           frame.left + frame.width * x.share(part.low[r]), y + bar / 2,
                           frame.left + frame.width * x.share(part.high[r]));
    }
    return svg + fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
                             frame.left - 8, top + band / 2 + 5,
                             escaped(shortened(chart.rows[r], longest_row_name)));
}

}  // namespace

bool is_complete(const BarChart& chart) {
    const std::size_t rows = chart.rows.size();
    return std::all_of(chart.parts.begin(), chart.parts.end(), [rows](const BarChart::Part& part) {
        return part.values.size() == rows && part.low.size() == part.high.size() &&
               (part.low.empty() || part.low.size() == rows);
    });
}

Drawing draw(const BarChart& chart) {
    OHMGRID_EXPECT(is_complete(chart));
    std::vector<LegendItem> legend;
    for (std::size_t p = 0; p < chart.parts.size(); ++p) {
        if (chart.parts[p].name.empty() || chart.parts.size() == 1) continue;
        if (!is_drawn(chart.parts[p])) continue;
        legend.push_back(
            {fmt::format("<rect class=\"bar {}\" width=\"26\" height=\"14\"/>", series_class(p)),
             chart.parts[p].name});
    }
    Drawing drawing;
    double legend_height = 0;
    drawing.body = draw_legend(legend, 2, legend_height);
    const AxisScale x(chart.value, ends_of(chart), true);
    constexpr double band = 26;
    Frame frame{.left = width_of_names(chart), .top = legend_height + 10};
    frame.width = picture_width - frame.left - 24;
    frame.height = band * static_cast<double>(chart.rows.size());
    drawing.body += draw_x_axis(frame, x);
    for (std::size_t r = 0; r < chart.rows.size(); ++r) {
        drawing.body +=
            draw_row(chart, r, frame, x, frame.top + band * static_cast<double>(r), band);
    }
    const double zero = frame.left + frame.width * x.share(0);
    drawing.body += fmt::format("<path class=\"edge\" d=\"M{:.1f} {:.1f}V{:.1f}\"/>\n", zero,
                                frame.top, frame.bottom());
    drawing.height = frame.bottom() + 56;
    drawing.description = fmt::format("{} of {} rows in {} parts.", chart.value.name,
                                      chart.rows.size(), chart.parts.size());
    return drawing;
}

Table data(const BarChart& chart) {
    Table table{{""}, {}};
    for (const std::string& row : chart.rows) table.rows.push_back({row});
    const std::string unit = chart.value.unit.empty() ? "" : fmt::format(" ({})", chart.value.unit);
    for (const BarChart::Part& part : chart.parts) {
        if (chart.parts.size() > 1 && !is_drawn(part)) continue;
        const std::string name = (part.name.empty() ? chart.value.name : part.name) + unit;
        table.columns.push_back(name);
        if (!part.low.empty()) {
            table.columns.push_back(name + ", low");
            table.columns.push_back(name + ", high");
        }
        for (std::size_t r = 0; r < chart.rows.size(); ++r) {
            table.rows[r].emplace_back(part.values[r]);
            if (part.low.empty()) continue;
            table.rows[r].emplace_back(part.low[r]);
            table.rows[r].emplace_back(part.high[r]);
        }
    }
    return table;
}

}  // namespace ohmgrid::detail
