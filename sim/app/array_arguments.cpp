#include "sim/app/array_arguments.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sim/circuit/crossbar_io.hpp"
#include "sim/circuit/settling.hpp"
#include "sim/core/error.hpp"
#include "sim/io/parameter_file.hpp"

namespace ohmgrid {
namespace {

constexpr std::int64_t most_vectors = 1'000'000'000;
constexpr std::int64_t most_phases = 1'000'000;

ParameterSet overrides_of(const Arguments& arguments) {
    ParameterSet overrides;
    if (arguments.has("cell")) {
        const Place place{"--cell"};
        overrides.set("device.law.kind", {std::string("table"), place});
        overrides.set("device.law.table", {arguments.text("cell"), place});
    }
    for (const std::string& assignment : arguments.texts("set")) {
        set_from_command_line(overrides, assignment);
    }
    return overrides;
}

/// All rows together from minus to plus --sweep, one vector per point.
RowMajorMatrix sweep_of(const Arguments& arguments, Eigen::Index rows) {
    constexpr std::int64_t most_points = 1'000'000;
    const double volt = std::abs(arguments.quantity("sweep", dimension::voltage));
    return Eigen::VectorXd::LinSpaced(arguments.count("points", 2, most_points), -volt, volt)
        .replicate(1, rows);
}

}  // namespace

std::vector<Option> array_options() {
    return {{"set", "KEY=VALUE",
             "overrides the array file, as in --set \"array.row_wire=2 ohm\" or --set "
             "device.law.kind=1t1r; may be repeated",
             "", true},
            {"cell", "TABLE.csv",
             "I-V table of the cells, as 'ohmgrid netlist --characterise' writes it"},
            {"vector", "N", "only this input vector, counted from 0"},
            {"phase", "N", "only this phase of column sharing, counted from 0"},
            {"read-voltage", "VOLTAGE", "on every row of a CSV array", "0.2 V"}};
}

ArrayProblem array_of(const Arguments& arguments) {
    ArrayProblem problem = read_array(arguments.files().front(), overrides_of(arguments),
                                      arguments.quantity("read-voltage", dimension::voltage));
    if (arguments.has("vector")) {
        const std::int64_t vector = arguments.count("vector", 0, most_vectors);
        if (vector >= problem.input_volt.rows()) {
            throw InputError(Message{
                .place = fmt::format("--vector {}", vector),
                .id = "CIR024",
                .what = fmt::format("the array has {} input vectors", problem.input_volt.rows()),
                .remedy = "Vectors are counted from 0"});
        }
        problem.input_volt = RowMajorMatrix(problem.input_volt.row(vector));
    }
    if (arguments.has("sweep")) problem.input_volt = sweep_of(arguments, problem.crossbar.rows());
    if (arguments.has("phase")) {
        problem = in_phase(std::move(problem), arguments.count("phase", 0, most_phases));
    }
    return problem;
}

std::vector<Option> waveform_options() {
    return {{"rise", "TIME", "in which the drivers rise, and fall after a pulse", "0 s"},
            {"pulse", "TIME", "the drivers fall again after so long at full voltage"},
            {"stop", "TIME", "end of the transient (default: ten slowest time constants)"}};
}

Waveform waveform_of(const Arguments& arguments) {
    const double rise_second = arguments.quantity("rise", dimension::time);
    return arguments.has("pulse")
               ? pulse_waveform(arguments.quantity("pulse", dimension::time), rise_second)
               : step_waveform(rise_second);
}

double stop_of(const Arguments& arguments, const ArrayProblem& problem) {
    if (arguments.has("stop")) return arguments.quantity("stop", dimension::time);
    const double tau_second =
        slowest_time_constant(problem.crossbar, problem.law, problem.capacitance,
                              problem.input_volt.row(0).transpose())
            .second;
    if (tau_second == 0) {
        throw InputError({.place = "--stop",
                          .id = "CIR027",
                          .what = "the array has no capacitance that could delay it, so nothing "
                                  "says when the transient ends",
                          .remedy = "Give capacitances, as in --set "
                                    "\"array.column_wire_capacitance=0.2 fF\", or --stop"});
    }
    constexpr double time_constants = 10;
    return waveform_of(arguments).second.back() + time_constants * tau_second;
}

}  // namespace ohmgrid
