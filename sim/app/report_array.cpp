#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/app/report_page.hpp"
#include "sim/core/units.hpp"

namespace ohmgrid {
namespace {

/// Lines drawn at most in one picture; more could not be told apart.
constexpr std::int64_t most_lines = 8;

/// A dataset as rows and columns; of three dimensions only the first entry of the first.
struct Matrix {
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::vector<double> values;

    Matrix(const Hdf5Reader& results, const std::string& dataset) {
        std::vector<std::int64_t> extents = results.extents(dataset);
        if (extents.size() == 3) {
            values = results.read_first<double>(dataset, 1).values;
            extents.erase(extents.begin());
        } else {
            values = results.read<double>(dataset).values;
        }
        rows = extents.at(0);
        columns = extents.size() > 1 ? extents[1] : 1;
    }
    [[nodiscard]] double at(std::int64_t row, std::int64_t column) const {
        return values.at(static_cast<std::size_t>(row * columns + column));
    }
};

HeatMap map_of(Matrix matrix, std::string title, std::string row_name, std::string unit) {
    return {.title = std::move(title),
            .row_name = std::move(row_name),
            .column_name = "column",
            .unit = std::move(unit),
            .rows = matrix.rows,
            .columns = matrix.columns,
            .values = std::move(matrix.values)};
}

/// Voltage missing across every cell: the driver's minus what the cell gets.
HeatMap lost_voltage(const Hdf5Reader& results) {
    Matrix lost(results, "/row_node_volt");
    const Matrix column(results, "/column_node_volt");
    const Matrix input(results, "/input_volt");
    for (std::int64_t i = 0; i < lost.rows; ++i) {
        for (std::int64_t j = 0; j < lost.columns; ++j) {
            double& value = lost.values[static_cast<std::size_t>(i * lost.columns + j)];
            value = input.at(0, i) - (value - column.at(i, j));
        }
    }
    return map_of(std::move(lost), "Voltage lost on the way to each cell (input vector 0)", "row",
                  "V");
}

/// What every column current lacks, relative to the largest ideal one of its vector.
HeatMap lost_current(const Hdf5Reader& results) {
    Matrix error(results, "/column_current_ampere");
    const Matrix ideal(results, "/ideal_current_ampere");
    for (std::int64_t v = 0; v < error.rows; ++v) {
        double largest = 0;
        for (std::int64_t j = 0; j < error.columns; ++j) {
            largest = std::max(largest, std::abs(ideal.at(v, j)));
        }
        for (std::int64_t j = 0; j < error.columns; ++j) {
            double& value = error.values[static_cast<std::size_t>(v * error.columns + j)];
            value = largest > 0 ? 100 * (ideal.at(v, j) - value) / largest : 0;
        }
    }
    return map_of(std::move(error),
                  "Column current lost, relative to the largest ideal current of the vector",
                  "vector", "%");
}

BarChart power_chart(const Hdf5Reader& results) {
    BarChart chart{.title = "Where the power of every input vector goes",
                   .value = {.name = "power", .unit = "W"},
                   .rows = {},
                   .parts = {}};
    constexpr std::size_t most_rows = 64;
    for (const char* part : {"cells", "wires", "drivers", "sense"}) {
        auto values = results.read<double>(std::string("/power_watt/") + part).values;
        values.resize(std::min(values.size(), most_rows));
        chart.parts.push_back({.name = part, .values = std::move(values)});
    }
    for (std::size_t v = 0; v < chart.parts.front().values.size(); ++v) {
        chart.rows.push_back(fmt::format("vector {}", v));
    }
    return chart;
}

/// How much of every cell reaches the sense node; no value for open cells.
HeatMap effective_share(const Hdf5Reader& results) {
    Matrix share(results, "/effective_conductance_siemens");
    const Matrix own(results, "/conductance_siemens");
    for (std::size_t k = 0; k < share.values.size(); ++k) share.values[k] *= 100 / own.values[k];
    return map_of(std::move(share), "Effective conductance of every cell, relative to its own",
                  "row", "%");
}

/// Which columns a picture with a line per column shows: at most eight, spread over the array.
std::vector<std::int64_t> shown_columns(std::int64_t columns) {
    const std::int64_t lines = std::min(most_lines, columns);
    std::vector<std::int64_t> shown;
    for (std::int64_t k = 0; k < lines; ++k) {
        shown.push_back(lines > 1 ? k * (columns - 1) / (lines - 1) : 0);
    }
    return shown;
}

/// Column currents over the voltage that all rows have together.
XyPlot sweep_plot(const Hdf5Reader& results) {
    const Matrix current(results, "/column_current_ampere");
    const Matrix input(results, "/input_volt");
    XyPlot plot{.title = "Column currents over the voltage of all rows",
                .x = {.name = "voltage", .unit = "V"},
                .y = {.name = "column current", .unit = "A"},
                .series = {}};
    for (const std::int64_t j : shown_columns(current.columns)) {
        Series& line = plot.series.emplace_back();
        line.name = fmt::format("column {}", j);
        for (std::int64_t v = 0; v < current.rows; ++v) {
            line.x.push_back(input.at(v, 0));
            line.y.push_back(current.at(v, j));
        }
    }
    return plot;
}

/// Settling time over the column number, one line per vector.
XyPlot settling_plot(const Hdf5Reader& results) {
    const Matrix second(results, "/settling_second");
    XyPlot plot{.title = "Settling time of every column",
                .x = {.name = "column"},
                .y = {.name = "settling time", .unit = "s"},
                .series = {}};
    for (std::int64_t v = 0; v < std::min(most_lines, second.rows); ++v) {
        Series& line = plot.series.emplace_back();
        line.name = fmt::format("vector {}", v);
        for (std::int64_t j = 0; j < second.columns; ++j) {
            line.x.push_back(static_cast<double>(j));
            line.y.push_back(second.at(v, j));
        }
    }
    return plot;
}

/// Currents over time; where ngspice was asked, its own as points on the lines.
XyPlot course_plot(const Hdf5Reader& results) {
    const Matrix current(results, "/transient/column_current_ampere");
    const std::vector<double> second = results.read<double>("/transient/second").values;
    XyPlot plot{.title = "Column currents over time",
                .x = {.name = "time", .unit = "s"},
                .y = {.name = "column current", .unit = "A"},
                .series = {}};
    for (const std::int64_t j : shown_columns(current.columns)) {
        Series& line = plot.series.emplace_back();
        line.name = fmt::format("column {}", j);
        line.x = second;
        for (std::int64_t t = 0; t < current.rows; ++t) line.y.push_back(current.at(t, j));
    }
    if (!results.has("/transient/ngspice_column_current_ampere")) return plot;
    const Matrix spice(results, "/transient/ngspice_column_current_ampere");
    constexpr std::int64_t points_per_line = 25;
    const std::int64_t step = std::max<std::int64_t>(1, spice.rows / points_per_line);
    for (const std::int64_t j : shown_columns(spice.columns)) {
        Series& points = plot.series.emplace_back();
        points.name = fmt::format("column {}, ngspice", j);
        points.mark = Mark::points;
        for (std::int64_t t = 0; t < spice.rows; t += step) {
            points.x.push_back(second[static_cast<std::size_t>(t)]);
            points.y.push_back(spice.at(t, j));
        }
    }
    return plot;
}

}  // namespace

std::vector<Chart> array_charts(const Hdf5Reader& results) {
    std::vector<Chart> charts;
    if (results.number_attribute("/", "sweep_volt")) charts.emplace_back(sweep_plot(results));
    if (results.has("/effective_conductance_siemens")) {
        charts.emplace_back(effective_share(results));
    }
    if (results.has("/row_node_volt")) charts.emplace_back(lost_voltage(results));
    if (results.has("/settling_second")) charts.emplace_back(settling_plot(results));
    if (results.has("/transient")) charts.emplace_back(course_plot(results));
    if (results.has("/ideal_current_ampere")) charts.emplace_back(lost_current(results));
    if (results.has("/power_watt")) charts.emplace_back(power_chart(results));
    return charts;
}

void add_array(HtmlPage& page, const Hdf5Reader& results) {
    if (const auto residual = results.number_attribute("/", "residual")) {
        page.add_paragraph(fmt::format("Residual of the solution: {:.1e}.", *residual));
    }
    if (const auto band = results.number_attribute("/", "settling_band_ampere")) {
        page.add_paragraph(
            fmt::format("A column has settled when its current stays within {} of "
                        "its final value.",
                        format_quantity(*band, dimension::current)));
    }
    for (const Chart& chart : array_charts(results)) page.add_chart(chart);
    if (results.has("/column_current_ampere")) {
        page.add_chart(map_of(Matrix(results, "/column_current_ampere"),
                              "Current out of every column", "vector", "A"));
    }
}

}  // namespace ohmgrid
