#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ohmgrid {

/// A matrix to be looked at: rows from top to bottom, columns from left to right.
struct HeatMap {
    std::string title;
    std::string row_name;     ///< what a row is: "word line"
    std::string column_name;  ///< what a column is
    std::string unit;
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::vector<double> values;  ///< row-major
};

/// One line of a LinePlot.
struct PlotSeries {
    std::string name;
    std::vector<double> x;
    std::vector<double> y;
};

/// Quantities that depend on another one. Axes begin and end at the data, in engineering units.
struct LinePlot {
    std::string title;
    std::string x_name;
    std::string x_unit;  ///< SI, without prefix; empty for plain numbers
    std::string y_name;
    std::string y_unit;
    std::vector<PlotSeries> series;
};

/// The picture as one `<svg>` element with its scale and, for each tile, its value when pointed at.
///
/// Large heat maps are drawn in tiles, each the mean of the values below it, which the picture
/// says.
std::string svg_of(const HeatMap& map);

/// The picture as one `<svg>` element; not finite values interrupt a line.
std::string svg_of(const LinePlot& plot);

/// A file of its own from an `<svg>` element: with name space and a white ground.
std::string svg_file(const std::string& svg);

/// `text` with what HTML and SVG would read as markup replaced.
std::string escaped(const std::string& text);

}  // namespace ohmgrid
