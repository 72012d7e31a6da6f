#include "sim/circuit/crossbar_io.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <sstream>

#include "sim/circuit/cell_law_spec.hpp"
#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/hdf5.hpp"

namespace ohmgrid {
namespace {

/// An attribute of an array file and the parameter it stands for.
struct AttributeKey {
    std::string_view attribute;
    std::string_view key;
    std::string_view unit = {};  ///< of a number that a parameter file gives with its unit
};
constexpr AttributeKey number_attributes[] = {
    {"row_wire_ohm", "array.row_wire", "ohm"},
    {"column_wire_ohm", "array.column_wire", "ohm"},
    {"driver_ohm", "array.driver", "ohm"},
    {"sense_ohm", "array.sense", "ohm"},
    {"column_sharing", "array.column_sharing"},
    {"row_wire_farad", "array.row_wire_capacitance", "F"},
    {"column_wire_farad", "array.column_wire_capacitance", "F"},
    {"cell_farad", "array.cell_capacitance", "F"},
    {"sinh_b_per_volt", "device.law.sinh_b_per_volt"},
    {"cubic_k2_per_volt", "device.law.cubic_k2_per_volt"},
    {"cubic_k3_per_volt2", "device.law.cubic_k3_per_volt2"},
    {"threshold_volt", "device.law.transistor.threshold", "V"},
    {"alpha", "device.law.transistor.alpha"},
    {"drive_ampere", "device.law.transistor.drive", "A"},
    {"saturation_volt", "device.law.transistor.saturation", "V"},
    {"modulation_per_volt", "device.law.transistor.modulation_per_volt"},
    {"gate_volt", "device.law.transistor.gate", "V"},
};
constexpr AttributeKey text_attributes[] = {
    {"drive", "array.drive"},
    {"sense_end", "array.sense_end"},
    {"shared_columns", "array.shared_columns"},
    {"unselected", "array.unselected"},
    {"cell_law", "device.law.kind"},
    {"cell_table", "device.law.table"},
};

/// A number as a parameter file would hold it.
ParamValue written(double number, std::string_view unit) {
    if (!unit.empty()) return fmt::format("{} {}", number, unit);
    constexpr double exact_below = 1e15;
    if (std::abs(number) < exact_below && number == std::floor(number)) {
        return static_cast<std::int64_t>(number);
    }
    return number;
}

ParameterSet attributes_of(const Hdf5Reader& file, const std::string& path) {
    ParameterSet set;
    const auto store = [&](const AttributeKey& a, ParamValue value) {
        set.set(std::string(a.key),
                {std::move(value), Place{fmt::format("{}:{}", path, a.attribute)}});
    };
    for (const AttributeKey& a : number_attributes) {
        const auto number = file.number_attribute("/", std::string(a.attribute));
        if (number) store(a, written(*number, a.unit));
    }
    for (const AttributeKey& a : text_attributes) {
        const auto text = file.text_attribute("/", std::string(a.attribute));
        if (text) store(a, *text);
    }
    return set;
}

RowMajorMatrix read_matrix(const Hdf5Reader& file, const std::filesystem::path& path,
                           const std::string& name) {
    const std::vector<std::int64_t> extents = file.extents(name);
    if (extents.size() != 2) {
        throw InputError(
            Message{.place = path.string() + ':' + name,
                    .id = "CIR020",
                    .what = fmt::format("has {} dimensions, expected 2", extents.size()),
                    .remedy = "Store one matrix"});
    }
    // The numbers as read, and as a matrix.
    check_memory(
        2.0 * sizeof(double) * static_cast<double>(extents[0]) * static_cast<double>(extents[1]),
        fmt::format("{}:{} of {} x {} numbers", path.string(), name, extents[0], extents[1]));
    const Dataset<double> data = file.read<double>(name);
    return Eigen::Map<const RowMajorMatrix>(data.values.data(), extents[0], extents[1]);
}

std::vector<bool> read_mask(const Hdf5Reader& file, const std::string& name) {
    if (!file.has(name)) return {};
    const Dataset<double> data = file.read<double>(name);
    std::vector<bool> mask;
    for (const double entry : data.values) mask.push_back(entry != 0);
    return mask;
}

/// What an array file holds.
struct RawArray {
    ArrayNumbers numbers;
    ParameterSet parameters;
};

RawArray read_hdf5_array(const std::filesystem::path& path) {
    const Hdf5Reader file(path);
    RawArray raw{.numbers = {.conductance_siemens = read_matrix(file, path, "/conductance_siemens"),
                             .input_volt = read_matrix(file, path, "/input_volt"),
                             .floating_rows = read_mask(file, "/floating_rows"),
                             .floating_columns = read_mask(file, "/floating_columns")},
                 .parameters = attributes_of(file, path.string())};
    if (file.has("/gate_volt")) raw.numbers.gate_volt = file.read<double>("/gate_volt").values;
    return raw;
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

RawArray read_csv_array(const std::filesystem::path& path, double read_volt) {
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
    RawArray raw;
    RowMajorMatrix& conductance = raw.numbers.conductance_siemens;
    conductance.resize(static_cast<Eigen::Index>(rows.size()),
                       static_cast<Eigen::Index>(rows.front().size()));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        conductance.row(static_cast<Eigen::Index>(i)) = Eigen::Map<const Eigen::RowVectorXd>(
            rows[i].data(), static_cast<Eigen::Index>(rows[i].size()));
    }
    raw.numbers.input_volt = RowMajorMatrix::Constant(1, conductance.rows(), read_volt);
    return raw;
}

ArrayProblem assembled(ArrayNumbers numbers, const ParameterSet& parameters,
                       const std::filesystem::path& folder) {
    Complaints complaints;
    refuse_unknown_keys(parameters, array_problem_parameters(), complaints);
    ArraySpec spec = array_parameters().read(parameters, complaints);
    const CellLawSpec law = cell_law_parameters().read(parameters, complaints);
    const ArrayCapacitance capacitance = capacitance_parameters().read(parameters, complaints);
    complaints.throw_if_any();
    spec.rows = numbers.conductance_siemens.rows();
    spec.columns = numbers.conductance_siemens.cols();
    ArrayProblem problem{.crossbar = make_crossbar(spec, std::move(numbers.conductance_siemens)),
                         .input_volt = std::move(numbers.input_volt),
                         .capacitance = capacitance,
                         .sharing = spec};
    problem.crossbar.floating_rows = std::move(numbers.floating_rows);
    problem.crossbar.floating_columns = std::move(numbers.floating_columns);
    problem.law = make_cell_law(law, problem.crossbar.conductance_siemens, folder);
    auto* gated = std::get_if<TransistorLaw>(&problem.law);
    if (gated != nullptr && !numbers.gate_volt.empty()) {
        gated->gate_volt = std::move(numbers.gate_volt);
    }
    return problem;
}

void check_all(const ArrayProblem& problem) {
    problem.crossbar.check();
    check_inputs(problem.crossbar, problem.input_volt);
    check(problem.law, problem.crossbar);
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

std::vector<ParamInfo> array_problem_parameters() {
    std::vector<ParamInfo> infos;
    for (const ParamInfo& info : array_parameters().infos()) {
        const bool is_of_the_file = info.key == "array.rows" || info.key == "array.columns" ||
                                    info.key == "array.cell_bits";
        if (!is_of_the_file) infos.push_back(info);
    }
    for (ParamInfo& info : capacitance_parameters().infos()) infos.push_back(std::move(info));
    for (ParamInfo& info : cell_law_parameters().infos()) infos.push_back(std::move(info));
    return infos;
}

ArrayProblem make_array(ArrayNumbers numbers, const ParameterSet& parameters,
                        const std::filesystem::path& folder) {
    ArrayProblem problem = assembled(std::move(numbers), parameters, folder);
    check_all(problem);
    return problem;
}

ArrayProblem read_array(const std::filesystem::path& path, const ParameterSet& overrides,
                        double csv_read_volt) {
    RawArray raw =
        path.extension() == ".csv" ? read_csv_array(path, csv_read_volt) : read_hdf5_array(path);
    raw.parameters.overlay(overrides);
    const bool table_is_overridden = overrides.find("device.law.table") != nullptr;
    if (overrides.find("device.law.transistor.gate") != nullptr) raw.numbers.gate_volt.clear();
    ArrayProblem problem = assembled(std::move(raw.numbers), raw.parameters,
                                     table_is_overridden ? "" : path.parent_path());
    try {
        check_all(problem);
    } catch (InputError& error) {
        error.add_context(path.string());
        throw;
    }
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

void write_power(Hdf5Writer& file, const std::vector<PowerBalance>& balances) {
    const auto write = [&](const char* name, double PowerBalance::*part, const char* what) {
        Dataset<double> data{{std::ssize(balances)}, {}};
        for (const PowerBalance& balance : balances) data.values.push_back(balance.*part);
        file.write(std::string("/power_watt/") + name, data, "watt", what);
    };
    write("cells", &PowerBalance::cells_watt, "dissipated in the cells, per input vector");
    write("wires", &PowerBalance::wires_watt, "dissipated in word and bit lines");
    write("drivers", &PowerBalance::drivers_watt, "dissipated in the drivers' resistance");
    write("sense", &PowerBalance::sense_watt, "dissipated in the sense resistance");
    write("delivered", &PowerBalance::delivered_watt, "delivered by the drivers' sources");
}

}  // namespace ohmgrid
