#include "tests/unit/circuit/reference_cases.hpp"

#include <filesystem>

#include "sim/io/hdf5.hpp"

namespace ohmgrid {
namespace {

std::filesystem::path path_of(const std::string& file) {
    return std::filesystem::path(OHMGRID_SOURCE_DIR) / ".." / "shared" / "reference" / "circuit" /
           file;
}

RowMajorMatrix matrix(const Hdf5Reader& reader, const std::string& name) {
    const Dataset<double> data = reader.read<double>(name);
    return Eigen::Map<const RowMajorMatrix>(data.values.data(), data.extents.at(0),
                                            data.extents.at(1));
}

std::vector<NodeVoltages> node_voltages(const Hdf5Reader& reader, const std::string& group) {
    std::vector<NodeVoltages> nodes;
    if (!reader.has(group + "/v_row")) return nodes;
    const Dataset<double> row = reader.read<double>(group + "/v_row");
    const Dataset<double> column = reader.read<double>(group + "/v_col");
    const auto rows = row.extents.at(1);
    const auto columns = row.extents.at(2);
    for (std::int64_t k = 0; k < row.extents.at(0); ++k) {
        const std::int64_t start = k * rows * columns;
        nodes.push_back(
            {Eigen::Map<const RowMajorMatrix>(row.values.data() + start, rows, columns),
             Eigen::Map<const RowMajorMatrix>(column.values.data() + start, rows, columns)});
    }
    return nodes;
}

ReferenceCase read_case(const Hdf5Reader& reader, const std::string& group) {
    const auto number = [&](const char* name) {
        return reader.number_attribute(group, name).value();
    };
    ReferenceCase out{.name = group,
                      .crossbar = {.conductance_siemens = matrix(reader, group + "/G"),
                                   .row_wire_ohm = number("R_row"),
                                   .column_wire_ohm = number("R_col"),
                                   .driver_ohm = number("R_driver"),
                                   .sense_ohm = number("R_sense")},
                      .device = reader.text_attribute(group, "device").value(),
                      .input_volt = matrix(reader, group + "/V"),
                      .column_current_ampere = matrix(reader, group + "/I"),
                      .nodes = node_voltages(reader, group)};
    if (out.device == "sinh") out.sinh_b_per_volt = number("sinh_b");
    return out;
}

}  // namespace

bool has_reference_file(const std::string& file) { return std::filesystem::exists(path_of(file)); }

std::vector<ReferenceCase> reference_cases(const std::string& file) {
    const Hdf5Reader reader(path_of(file));
    std::vector<ReferenceCase> cases;
    for (const std::string& name : reader.names("/")) cases.push_back(read_case(reader, name));
    return cases;
}

}  // namespace ohmgrid
