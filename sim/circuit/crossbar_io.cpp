#include "sim/circuit/crossbar_io.hpp"

#include <fmt/format.h>

#include <charconv>
#include <sstream>

#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/hdf5.hpp"

namespace ohmgrid {
namespace {

RowMajorMatrix read_matrix(const Hdf5Reader& file, const std::filesystem::path& path,
                           const std::string& name) {
    const Dataset<double> data = file.read<double>(name);
    if (data.extents.size() != 2) {
        throw InputError(
            Message{.place = path.string() + ':' + name,
                    .id = "CIR020",
                    .what = fmt::format("has {} dimensions, expected 2", data.extents.size()),
                    .remedy = "Store one matrix"});
    }
    return Eigen::Map<const RowMajorMatrix>(data.values.data(), data.extents[0], data.extents[1]);
}

ArrayProblem read_hdf5_array(const std::filesystem::path& path) {
    const Hdf5Reader file(path);
    const auto attribute = [&](const char* name) {
        return file.number_attribute("/", name).value_or(0.0);
    };
    ArrayProblem problem;
    problem.crossbar = {.conductance_siemens = read_matrix(file, path, "/conductance_siemens"),
                        .row_wire_ohm = attribute("row_wire_ohm"),
                        .column_wire_ohm = attribute("column_wire_ohm"),
                        .driver_ohm = attribute("driver_ohm"),
                        .sense_ohm = attribute("sense_ohm")};
    problem.input_volt = read_matrix(file, path, "/input_volt");
    const std::string law = file.text_attribute("/", "cell_law").value_or("linear");
    if (law == "sinh") {
        problem.law = SinhLaw{attribute("sinh_b_per_volt")};
    } else if (law != "linear") {
        throw InputError(Message{.place = path.string() + "@cell_law",
                                 .id = "CIR022",
                                 .what = fmt::format("\"{}\" is no cell law", law),
                                 .remedy = "Write \"linear\" or \"sinh\", or give a table of "
                                           "currents with --cell"});
    }
    return problem;
}

double read_cell(const std::string& cell, const Place& place) {
    const std::size_t first = cell.find_first_not_of(" \t\r");
    const std::size_t last = cell.find_last_not_of(" \t\r");
    const std::string_view body = first == std::string::npos
                                      ? std::string_view{}
                                      : std::string_view(cell).substr(first, last - first + 1);
    double value = 0;
    const auto [end, failure] = std::from_chars(body.data(), body.data() + body.size(), value);
    if (failure != std::errc{} || end != body.data() + body.size() || body.empty()) {
        throw InputError(
            Message{.place = place.text(),
                    .id = "CIR021",
                    .what = fmt::format("\"{}\" is not a conductance in siemens", cell),
                    .remedy = "Write plain numbers separated by commas"});
    }
    return value;
}

ArrayProblem read_csv_array(const std::filesystem::path& path, double read_volt) {
    std::istringstream lines(read_file(path));
    std::vector<std::vector<double>> rows;
    std::string line;
    for (std::int64_t number = 1; std::getline(lines, line); ++number) {
        if (line.empty() || line[0] == '#') continue;
        auto& row = rows.emplace_back();
        std::istringstream cells(line);
        std::string cell;
        while (std::getline(cells, cell, ',')) {
            row.push_back(read_cell(
                cell, {path.string(), number, static_cast<std::int64_t>(row.size()) + 1}));
        }
        if (row.size() != rows.front().size()) {
            throw InputError(Message{.place = Place{path.string(), number, 1}.text(),
                                     .id = "CIR020",
                                     .what = fmt::format("has {} columns, the first line has {}",
                                                         row.size(), rows.front().size()),
                                     .remedy = "Give every row the same number of columns"});
        }
    }
    if (rows.empty()) {
        throw InputError(Message{.place = path.string(),
                                 .id = "CIR020",
                                 .what = "holds no conductances",
                                 .remedy = "Write one array row per line"});
    }
    ArrayProblem problem;
    auto& conductance = problem.crossbar.conductance_siemens;
    conductance.resize(static_cast<Eigen::Index>(rows.size()),
                       static_cast<Eigen::Index>(rows.front().size()));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        conductance.row(static_cast<Eigen::Index>(i)) = Eigen::Map<const Eigen::RowVectorXd>(
            rows[i].data(), static_cast<Eigen::Index>(rows[i].size()));
    }
    problem.input_volt = RowMajorMatrix::Constant(1, conductance.rows(), read_volt);
    return problem;
}

Dataset<double> dataset_of(const RowMajorMatrix& matrix) {
    return {{matrix.rows(), matrix.cols()}, {matrix.data(), matrix.data() + matrix.size()}};
}

/// The same field of all vectors' node voltages, stacked to vectors x rows x columns.
Dataset<double> stacked(const std::vector<NodeVoltages>& nodes,
                        RowMajorMatrix NodeVoltages::*field) {
    Dataset<double> out{{static_cast<std::int64_t>(nodes.size()), (nodes.front().*field).rows(),
                         (nodes.front().*field).cols()},
                        {}};
    for (const NodeVoltages& vector : nodes) {
        const RowMajorMatrix& volt = vector.*field;
        out.values.insert(out.values.end(), volt.data(), volt.data() + volt.size());
    }
    return out;
}

}  // namespace

ArrayProblem read_array(const std::filesystem::path& path, double csv_read_volt) {
    ArrayProblem problem =
        path.extension() == ".csv" ? read_csv_array(path, csv_read_volt) : read_hdf5_array(path);
    problem.crossbar.check();
    check_inputs(problem.crossbar, problem.input_volt);
    check(problem.law, problem.crossbar);
    return problem;
}

void write_solution(Hdf5Writer& file, const DcSolution& solution,
                    const RowMajorMatrix& effective_conductance_siemens) {
    file.write("/column_current_ampere", dataset_of(solution.column_current_ampere), "ampere",
               "current out of each column, one row per input vector");
    if (!solution.nodes.empty()) {
        file.write("/row_node_volt", stacked(solution.nodes, &NodeVoltages::row_volt), "volt",
                   "voltage of every word-line node");
        file.write("/column_node_volt", stacked(solution.nodes, &NodeVoltages::column_volt), "volt",
                   "voltage of every bit-line node");
    }
    if (effective_conductance_siemens.size() > 0) {
        file.write("/effective_conductance_siemens", dataset_of(effective_conductance_siemens),
                   "siemens", "column current per volt on a row, all other rows at 0 V");
    }
    file.attribute("/", "residual", solution.residual);
}

}  // namespace ohmgrid
