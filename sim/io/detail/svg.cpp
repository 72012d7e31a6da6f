#include "sim/io/detail/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace ohmgrid::detail {
namespace {

/// Powers of a thousand with their SI prefix.
struct Prefix {
    int exponent;
    const char* text;
};
constexpr std::array<Prefix, 11> prefixes{{{-18, "a"},
                                           {-15, "f"},
                                           {-12, "p"},
                                           {-9, "n"},
                                           {-6, "u"},
                                           {-3, "m"},
                                           {0, ""},
                                           {3, "k"},
                                           {6, "M"},
                                           {9, "G"},
                                           {12, "T"}}};

bool takes_prefix(const std::string& unit) {
    static const std::array<const char*, 9> units{"J", "s", "W", "V", "A", "S", "F", "Hz", "ohm"};
    return std::find(units.begin(), units.end(), unit) != units.end();
}

/// The prefix that leaves 1 .. 999 before the decimal point.
const Prefix& prefix_for(double magnitude) {
    const Prefix* best = &prefixes[6];
    if (magnitude == 0 || !std::isfinite(magnitude)) return *best;
    for (const Prefix& prefix : prefixes) {
        if (prefix.exponent == prefixes.front().exponent ||
            magnitude * (1 + 1e-12) >= std::pow(10.0, prefix.exponent)) {
            best = &prefix;
        }
    }
    return *best;
}

/// The number of {1, 2, 5} x 10^n that divides `span` into about `parts`.
double round_step(double span, int parts) {
    const double raw = span / parts;
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (raw <= factor * power * (1 + 1e-9)) return factor * power;
    }
    return 10 * power;
}

/// 10 to a whole power, written with raised digits.
std::string power_of_ten(int exponent) {
    if (exponent >= -2 && exponent <= 3) return fmt::format("{:.6g}", std::pow(10.0, exponent));
    static const std::array<const char*, 10> raised{"⁰", "¹", "²", "³", "⁴",
                                                    "⁵", "⁶", "⁷", "⁸", "⁹"};
    std::string text = "10";
    if (exponent < 0) text += "⁻";
    for (const char digit : std::to_string(std::abs(exponent))) {
        text += raised[static_cast<std::size_t>(digit - '0')];
    }
    return text;
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

std::string number_text(double value) { return fmt::format("{:.6g}", value); }

std::string series_class(std::size_t series) { return fmt::format("c{}", series % series_colours); }

AxisScale::AxisScale(const Axis& axis, const std::vector<double>& values, bool from_zero)
    : axis_(axis) {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    const bool logarithmic = axis.scale.is_logarithmic;
    for (const double value : values) {
        if (!holds(value)) continue;
        low = std::min(low, logarithmic ? std::log10(value) : value);
        high = std::max(high, logarithmic ? std::log10(value) : value);
    }
    if (low > high) low = high = 0;
    if (from_zero && !logarithmic) {
        low = std::min(low, 0.0);
        high = std::max(high, 0.0);
    }
    if (!(high - low > 1e-12 * std::max(std::abs(low), std::abs(high)))) {
        const double margin = low == 0 || logarithmic ? 0.5 : 0.05 * std::abs(low);
        low -= from_zero && !logarithmic ? 0 : margin;
        high += margin;
    }
    low_ = low;
    high_ = high;
    if (logarithmic) {
        choose_logarithmic();
    } else {
        choose_linear(round_step(high - low, 6));
    }
}

void AxisScale::choose_linear(double step) {
    low_ = step * std::floor(low_ / step + 1e-9);
    high_ = step * std::ceil(high_ / step - 1e-9);
    const double magnitude = std::max(std::abs(low_), std::abs(high_));
    const bool scaled = takes_prefix(axis_.unit);
    const Prefix& prefix = scaled ? prefix_for(magnitude) : prefixes[6];
    const double factor = std::pow(10.0, -prefix.exponent);
    const int ticks = static_cast<int>(std::lround((high_ - low_) / step));
    for (int i = 0; i <= ticks; ++i) {
        const double position = low_ + i * step;
        const double shown = std::abs(position) < 1e-9 * step ? 0 : position * factor;
        ticks_.push_back({position, number_text(shown)});
    }
    label_ = axis_.unit.empty() ? axis_.name
                                : fmt::format("{} ({}{})", axis_.name, prefix.text, axis_.unit);
}

/// Whole decades, and 2 and 5 between them while there are few.
void AxisScale::choose_logarithmic() {
    const int first = static_cast<int>(std::floor(low_ + 1e-9));
    const int last = static_cast<int>(std::ceil(high_ - 1e-9));
    const int every = std::max(1, (last - first + 7) / 8);
    for (int decade = first; decade <= last; ++decade) {
        if ((decade - first) % every == 0) {
            ticks_.push_back({std::pow(10.0, decade), power_of_ten(decade)});
        }
        if (last - first > 2 || decade == last) continue;
        for (const int factor : {2, 5}) {
            const double position = factor * std::pow(10.0, decade);
            const bool short_text = decade >= -2 && decade <= 3;
            ticks_.push_back(
                {position, short_text ? number_text(position) : fmt::format("{}", factor)});
        }
    }
    low_ = first;
    high_ = last;
    label_ = axis_.unit.empty() ? axis_.name : fmt::format("{} ({})", axis_.name, axis_.unit);
}

bool AxisScale::holds(double value) const {
    return std::isfinite(value) && (!axis_.scale.is_logarithmic || value > 0);
}

double AxisScale::share(double value) const {
    const double at = axis_.scale.is_logarithmic ? std::log10(value) : value;
    return (at - low_) / (high_ - low_);
}

std::string AxisScale::text(double value) const {
    const bool scaled = takes_prefix(axis_.unit);
    const Prefix& prefix = scaled ? prefix_for(std::abs(value)) : prefixes[6];
    const std::string unit = prefix.text + axis_.unit;
    return number_text(value * std::pow(10.0, -prefix.exponent)) + (unit.empty() ? "" : " ") + unit;
}

std::string draw_x_axis(const Frame& frame, const AxisScale& x) {
    std::string svg;
    for (const Tick& tick : x.ticks()) {
        const double at = frame.left + frame.width * x.share(tick.position);
        svg += fmt::format(
            "<line class=\"grid\" x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\"/>"
            "<text x=\"{0:.1f}\" y=\"{3:.1f}\" text-anchor=\"middle\">{4}</text>\n",
            at, frame.top, frame.bottom(), frame.bottom() + 20, tick.label);
    }
    return svg + fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n",
                             frame.left + frame.width / 2, frame.bottom() + 44, escaped(x.label()));
}

std::string draw_axes(const Frame& frame, const AxisScale& x, const AxisScale& y) {
    std::string svg = draw_x_axis(frame, x);
    for (const Tick& tick : y.ticks()) {
        const double at = frame.bottom() - frame.height * y.share(tick.position);
        svg += fmt::format(
            "<line class=\"grid\" x1=\"{0:.1f}\" y1=\"{2:.1f}\" x2=\"{1:.1f}\" y2=\"{2:.1f}\"/>"
            "<text x=\"{3:.1f}\" y=\"{4:.1f}\" text-anchor=\"end\">{5}</text>\n",
            frame.left, frame.right(), at, frame.left - 8, at + 5, tick.label);
    }
    svg += fmt::format(
        "<rect class=\"edge\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>\n",
        frame.left, frame.top, frame.width, frame.height);
    return svg + fmt::format(
                     "<text transform=\"translate(16 {:.1f}) rotate(-90)\" "
                     "text-anchor=\"middle\">{}</text>\n",
                     frame.top + frame.height / 2, escaped(y.label()));
}

std::string draw_legend(const std::vector<LegendItem>& items, double top, double& height) {
    std::string svg;
    double x = 0;
    double y = top;
    for (const LegendItem& item : items) {
        const double width = 34 + character_width * static_cast<double>(item.name.size()) + 14;
        if (x > 0 && x + width > picture_width) {
            x = 0;
            y += line_height;
        }
        svg += fmt::format(
            "<g transform=\"translate({:.1f} {:.1f})\">{}<text x=\"32\" y=\"12\">{}</text></g>\n",
            x, y, item.symbol, escaped(item.name));
        x += width;
    }
    height = items.empty() ? 0 : y - top + line_height + 8;
    return svg;
}

std::string shortened(const std::string& text, std::size_t characters) {
    if (text.size() <= characters) return text;
    return text.substr(0, characters - 1) + "…";
}

std::string svg_element(const std::string& id, double height, const std::string& title,
                        const std::string& description, const std::string& body) {
    return fmt::format(
        "<svg class=\"chart\" viewBox=\"0 0 {0} {1:.0f}\" "
        "width=\"{0}\" height=\"{1:.0f}\" role=\"img\" aria-labelledby=\"{2}-title {2}-desc\">\n"
        "<title id=\"{2}-title\">{3}</title><desc id=\"{2}-desc\">{4}</desc>\n{5}</svg>\n",
        picture_width, height, id, escaped(title), escaped(description), body);
}

}  // namespace ohmgrid::detail
