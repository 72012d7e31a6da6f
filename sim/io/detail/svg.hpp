#pragma once

#include <string>
#include <vector>

#include "sim/io/chart.hpp"

namespace ohmgrid::detail {

/// `text` as it may stand in HTML and SVG, in and outside of attributes.
std::string escaped(const std::string& text);

/// A number for people: six significant digits at most.
std::string number_text(double value);

/// Colours of the style sheet are numbered; further series begin again.
constexpr std::size_t series_colours = 12;
std::string series_class(std::size_t series);

/// Every picture is this wide; heights differ. A character of the chart's font is at most
/// `character_width` wide on average.
constexpr double picture_width = 720;
constexpr double character_width = 9;
constexpr double line_height = 22;

/// What stands at an axis: `position` is in units of the data.
struct Tick {
    double position = 0;
    std::string label;
};

/// Maps values to 0 .. 1 along an axis whose ends are round.
class AxisScale {
  public:
    /// @param values what must fit; those that have no place on the axis are ignored
    AxisScale(const Axis& axis, const std::vector<double>& values, bool from_zero);

    /// Whether the value is finite, and positive where the axis is logarithmic.
    [[nodiscard]] bool holds(double value) const;
    [[nodiscard]] double share(double value) const;
    [[nodiscard]] const std::vector<Tick>& ticks() const { return ticks_; }
    /// "energy (uJ)".
    [[nodiscard]] const std::string& label() const { return label_; }
    /// The value with its unit, as tooltips tell it: "3.21 uJ".
    [[nodiscard]] std::string text(double value) const;

  private:
    void choose_linear(double step);
    void choose_logarithmic();

    Axis axis_;
    double low_ = 0;  // in the data's unit, or its decimal logarithm
    double high_ = 1;
    std::vector<Tick> ticks_;
    std::string label_;
};

/// The frame of a chart with two axes; `left`, `top`, ... are the edges of the plot area.
struct Frame {
    double left = 78;
    double top = 0;
    double width = 0;
    double height = 300;

    [[nodiscard]] double right() const { return left + width; }
    [[nodiscard]] double bottom() const { return top + height; }
};

/// Grid lines, tick labels and names of both axes.
std::string draw_axes(const Frame& frame, const AxisScale& x, const AxisScale& y);
/// The same for the horizontal axis alone.
std::string draw_x_axis(const Frame& frame, const AxisScale& x);

/// One line of the legend: the symbol is SVG for a place 26 wide and 14 high at (0, 0).
struct LegendItem {
    std::string symbol;
    std::string name;
};

/// The legend from (0, `top`) in as many lines as needed, which `height` is raised by.
std::string draw_legend(const std::vector<LegendItem>& items, double top, double& height);

/// A text cut to `characters` with an ellipsis.
std::string shortened(const std::string& text, std::size_t characters);

/// <svg> ... </svg> around a body; `description` is for those who do not see the picture.
std::string svg_element(const std::string& id, double height, const std::string& title,
                        const std::string& description, const std::string& body);

/// Whether every list has the length that it is documented to have.
bool is_complete(const XyPlot& plot);
bool is_complete(const BarChart& chart);

/// One picture without its <svg> element.
struct Drawing {
    double height = 0;
    std::string description;
    std::string body;
};

Drawing draw(const XyPlot& plot);
Drawing draw(const BarChart& chart);
Drawing draw(const Histogram& histogram);
Drawing draw(const HeatMap& map);

Table data(const XyPlot& plot);
Table data(const BarChart& chart);
Table data(const Histogram& histogram);
Table data(const HeatMap& map);

}  // namespace ohmgrid::detail
