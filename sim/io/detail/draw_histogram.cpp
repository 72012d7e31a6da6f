#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/io/detail/svg.hpp"

namespace ohmgrid::detail {
namespace {

/// Equal bins over the finite values.
struct Bins {
    double low = 0;
    double width = 1;
    std::vector<std::int64_t> counts;

    [[nodiscard]] double edge(std::size_t bin) const {
        return low + width * static_cast<double>(bin);
    }
};

/// Bin width 2 IQR n^(-1/3), which adapts to the spread and ignores outliers; at most 60 bins.
/// Source: Freedman and Diaconis, Z. Wahrscheinlichkeitstheorie 57 (1981) 453.
Bins bins_of(const Histogram& histogram) {
    std::vector<double> sorted;
    for (const double value : histogram.values) {
        if (std::isfinite(value)) sorted.push_back(value);
    }
    if (sorted.empty()) return {.low = 0, .width = 1, .counts = {0}};
    std::sort(sorted.begin(), sorted.end());
    const std::size_t n = sorted.size();
    const double span = sorted.back() - sorted.front();
    if (!(span > 0)) {
        const double width = sorted.front() == 0 ? 1 : 0.02 * std::abs(sorted.front());
        return {.low = sorted.front() - width / 2,
                .width = width,
                .counts = {static_cast<std::int64_t>(n)}};
    }
    const double quartiles = sorted[3 * n / 4] - sorted[n / 4];
    const double wanted = 2 * quartiles / std::cbrt(static_cast<double>(n));
    constexpr double fewest = 5;
    constexpr double most = 60;
    const double count = wanted > 0 ? std::clamp(std::ceil(span / wanted), fewest, most) : fewest;
    Bins bins{.low = sorted.front(), .width = span / count, .counts = {}};
    bins.counts.assign(static_cast<std::size_t>(count), 0);
    for (const double value : sorted) {
        const auto bin = static_cast<std::size_t>((value - bins.low) / bins.width);
        ++bins.counts[std::min(bin, bins.counts.size() - 1)];
    }
    return bins;
}

std::string draw_bins(const Bins& bins, const std::string& counted, const Frame& frame,
                      const AxisScale& x, const AxisScale& y) {
    std::string svg;
    for (std::size_t bin = 0; bin < bins.counts.size(); ++bin) {
        const auto count = static_cast<double>(bins.counts[bin]);
        const double left = frame.left + frame.width * x.share(bins.edge(bin));
        const double right = frame.left + frame.width * x.share(bins.edge(bin + 1));
        const double height = frame.height * y.share(count);
        svg += fmt::format(
            "<rect class=\"bar c0\" x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\">"
            "<title>{} .. {}: {} {}</title></rect>\n",
            left, frame.bottom() - height, right - left, height, x.text(bins.edge(bin)),
            x.text(bins.edge(bin + 1)), bins.counts[bin], escaped(counted));
    }
    return svg;
}

std::string draw_interval(const Histogram::Interval& interval, const Frame& frame,
                          const AxisScale& x) {
    const double left = frame.left + frame.width * x.share(interval.low);
    const double right = frame.left + frame.width * x.share(interval.high);
    return fmt::format(
        "<rect class=\"band c1\" x=\"{:.2f}\" y=\"{:.1f}\" width=\"{:.2f}\" height=\"{:.1f}\">"
        "<title>{}: {} .. {}</title></rect>\n",
        left, frame.top, std::max(right - left, 1.0), frame.height, escaped(interval.name),
        x.text(interval.low), x.text(interval.high));
}

std::string draw_marker(const Histogram::Marker& marker, std::size_t number, const Frame& frame,
                        const AxisScale& x) {
    const double at = frame.left + frame.width * x.share(marker.value);
    return fmt::format(
        "<path class=\"line {}\" d=\"M{:.2f} {:.1f}V{:.1f}\"><title>{}: {}</title></path>\n",
        series_class(number + 2), at, frame.top, frame.bottom(), escaped(marker.name),
        x.text(marker.value));
}

std::vector<LegendItem> legend_of(const Histogram& histogram, const AxisScale& x) {
    std::vector<LegendItem> legend;
    if (histogram.interval) {
        legend.push_back(
            {"<rect class=\"band c1\" width=\"26\" height=\"14\"/>",
             fmt::format("{}: {} .. {}", histogram.interval->name, x.text(histogram.interval->low),
                         x.text(histogram.interval->high))});
    }
    for (std::size_t m = 0; m < histogram.markers.size(); ++m) {
        legend.push_back(
            {fmt::format("<path class=\"line {}\" d=\"M13 0V14\"/>", series_class(m + 2)),
             fmt::format("{}: {}", histogram.markers[m].name, x.text(histogram.markers[m].value))});
    }
    return legend;
}

}  // namespace

Drawing draw(const Histogram& histogram) {
    const Bins bins = bins_of(histogram);
    std::vector<double> xs{bins.edge(0), bins.edge(bins.counts.size())};
    if (histogram.interval) {
        xs.insert(xs.end(), {histogram.interval->low, histogram.interval->high});
    }
    for (const auto& marker : histogram.markers) xs.push_back(marker.value);
    const AxisScale x({.name = histogram.x.name, .unit = histogram.x.unit}, xs, false);
    const std::vector<double> counts(bins.counts.begin(), bins.counts.end());
    const AxisScale y({.name = histogram.counted}, counts, true);

    Drawing drawing;
    double legend_height = 0;
    drawing.body = draw_legend(legend_of(histogram, x), 2, legend_height);
    Frame frame{.top = legend_height + 10};
    frame.width = picture_width - frame.left - 16;
    drawing.body += draw_axes(frame, x, y);
    if (histogram.interval) drawing.body += draw_interval(*histogram.interval, frame, x);
    drawing.body += draw_bins(bins, histogram.counted, frame, x, y);
    for (std::size_t m = 0; m < histogram.markers.size(); ++m) {
        drawing.body += draw_marker(histogram.markers[m], m, frame, x);
    }
    drawing.height = frame.bottom() + 56;
    drawing.description =
        fmt::format("How {} are distributed over {}: {} values in {} bins.", histogram.counted,
                    histogram.x.name, histogram.values.size(), bins.counts.size());
    return drawing;
}

Table data(const Histogram& histogram) {
    const std::string unit = histogram.x.unit.empty() ? "" : fmt::format(" ({})", histogram.x.unit);
    Table table{{histogram.x.name + unit + ", from", "to", histogram.counted}, {}};
    const Bins bins = bins_of(histogram);
    for (std::size_t bin = 0; bin < bins.counts.size(); ++bin) {
        table.rows.push_back({bins.edge(bin), bins.edge(bin + 1), bins.counts[bin]});
    }
    return table;
}

}  // namespace ohmgrid::detail
