#include <fmt/format.h>

#include "sim/app/report_page.hpp"

namespace ohmgrid {
namespace {

HeatMap map_of(const Dataset<double>& data, std::string title, std::string row_name,
               std::string unit) {
    return {.title = std::move(title),
            .row_name = std::move(row_name),
            .column_name = "column",
            .unit = std::move(unit),
            .rows = data.extents.at(0),
            .columns = data.extents.at(1),
            .values = data.values};
}

/// Vectors x rows x columns: the first vector's rows x columns.
Dataset<double> first_of(const Hdf5Reader& results, const std::string& dataset) {
    Dataset<double> data = results.read_first<double>(dataset, 1);
    data.extents.erase(data.extents.begin());
    return data;
}

Dataset<double> cell_voltages(const Hdf5Reader& results) {
    Dataset<double> volt = first_of(results, "/row_node_volt");
    const Dataset<double> column = first_of(results, "/column_node_volt");
    for (std::size_t i = 0; i < volt.values.size(); ++i) volt.values[i] -= column.values.at(i);
    return volt;
}

}  // namespace

void add_array(HtmlPage& page, const Hdf5Reader& results) {
    if (const auto residual = results.number_attribute("/", "residual")) {
        page.add_paragraph(fmt::format("Residual of the solution: {:.1e}.", *residual));
    }
    if (results.has("/row_node_volt")) {
        page.add_chart(map_of(cell_voltages(results), "Voltage across every cell (input vector 0)",
                              "row", "V"));
    }
    if (results.has("/column_current_ampere")) {
        page.add_chart(map_of(results.read<double>("/column_current_ampere"),
                              "Current out of every column", "vector", "A"));
    }
    if (results.has("/effective_conductance_siemens")) {
        page.add_chart(map_of(results.read<double>("/effective_conductance_siemens"),
                              "Effective conductance: column current per volt on a row", "row",
                              "S"));
    }
}

}  // namespace ohmgrid
