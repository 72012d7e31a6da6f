#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/io/table.hpp"

namespace ohmgrid {

// Pictures of results as SVG: no script, no font and no other file is needed. They follow the
// viewer's light or dark theme, carry a title and a description for screen readers, and tell the
// exact value of a mark when it is pointed at. Every chart can also give its data as a table.
//
//     XyPlot plot{.title = "Accuracy over ADC bits",
//                 .x = {.name = "ADC", .unit = "bit"},
//                 .y = {.name = "accuracy", .unit = "%"},
//                 .series = {{.name = "VGG8", .x = {4, 5, 6}, .y = {61.0, 88.2, 91.5},
//                             .low = {59, 87, 90}, .high = {63, 89, 93}}}};
//     page.add_chart(plot);                                   // HtmlPage: picture and data table
//     write_file("accuracy.svg", svg_file(plot));             // a file of its own, for manuals
//
// Numbers are given in the unit named. With an SI unit ("J", "s", "A") linear axes choose a prefix
// themselves: 3e-6 J is drawn as 3 uJ. Values that are not finite, or not positive on a logarithmic
// axis, are left out of the picture, which then says how many; the table holds them all.

/// How values are spread along an axis. A class, not an enum: GCC 12 destroys a nested aggregate
/// twice when a later initialiser throws, if one of its members has a default of a built-in type.
struct Scale {
    bool is_logarithmic = false;
    static const Scale linear;
    static const Scale logarithmic;
    friend bool operator==(Scale, Scale) = default;
};
inline constexpr Scale Scale::linear{false};
inline constexpr Scale Scale::logarithmic{true};

struct Axis {
    std::string name;
    std::string unit = {};  ///< empty for plain numbers
    Scale scale = Scale::linear;
};

enum class Mark { line, points, line_and_points, steps };

/// Pairs of numbers. All non-empty lists have the length of `x`.
struct Series {
    std::string name;
    std::vector<double> x;
    std::vector<double> y;
    std::vector<double> low = {};  ///< with `high`: a band around a line, bars at points
    std::vector<double> high = {};
    std::vector<std::string> labels = {};  ///< what a point is, told when pointed at
    Mark mark = Mark::line;
};

/// Lines with bands, scattered points, or both: y over x.
struct XyPlot {
    std::string title;
    Axis x;
    Axis y;
    std::vector<Series> series;
};

/// Horizontal bars, one per row, each made of parts: energy of every layer by component.
/// Negative values stand to the left of zero. Of several parts, one that is zero in every row is
/// left out of legend and table, but keeps its place in the order of colours.
struct BarChart {
    struct Part {
        std::string name;
        std::vector<double> values;    ///< one per row
        std::vector<double> low = {};  ///< with `high`: uncertainty; for charts of a single part
        std::vector<double> high = {};
    };
    std::string title;
    Axis value;
    std::vector<std::string> rows;
    std::vector<Part> parts;
};

/// How often values occur, with an interval shaded and single values marked by a line.
struct Histogram {
    struct Interval {
        std::string name;
        double low = 0;
        double high = 0;
    };
    struct Marker {
        std::string name;
        double value = 0;
    };
    std::string title;
    Axis x;
    std::string counted;  ///< what is counted: "chips"
    std::vector<double> values;
    std::optional<Interval> interval = {};
    std::vector<Marker> markers = {};
};

/// A matrix to be looked at: rows from top to bottom, columns from left to right. Large ones are
/// drawn in tiles, each the mean of the values below it, which the picture says.
struct HeatMap {
    std::string title;
    std::string row_name;     ///< what a row is: "word line"
    std::string column_name;  ///< what a column is
    std::string unit;
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::vector<double> values;  ///< row-major
};

using Chart = std::variant<XyPlot, BarChart, Histogram, HeatMap>;

const std::string& title_of(const Chart& chart);

/// The numbers behind the picture. Histogram: bins and counts; heat map: the tiles drawn.
Table data_of(const Chart& chart);

/// An <svg> element for a page that contains `chart_style()`. `id` is unique within the page.
std::string svg_of(const Chart& chart, const std::string& id);

/// The chart as a complete .svg file.
std::string svg_file(const Chart& chart);

/// Style sheet of every chart, for both themes, without <style> tags.
std::string chart_style();

}  // namespace ohmgrid
