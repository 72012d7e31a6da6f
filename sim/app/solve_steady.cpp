#include <fmt/format.h>

#include <limits>

#include "sim/app/array_answer.hpp"
#include "sim/circuit/crossbar_io.hpp"
#include "sim/core/units.hpp"

namespace ohmgrid {
namespace {

/// Everything one DC analysis found.
struct Steady {
    ArrayProblem problem;
    DcSolution solution;
    RowMajorMatrix ideal_ampere;  ///< with free wires and g as it stands in the file
    std::vector<PowerBalance> power = {};
    RowMajorMatrix effective_siemens = {};
    RowMajorMatrix ngspice_ampere = {};
    double sweep_volt = 0;  ///< half-width of a sweep of all rows; 0: none
};

Table current_table(const Steady& steady) {
    Table table{{"vector", "column", "current_ampere", "ideal_ampere", "loss_percent"}, {}};
    const bool has_ngspice = steady.ngspice_ampere.size() > 0;
    if (has_ngspice) table.columns.emplace_back("ngspice_ampere");
    for (Eigen::Index v = 0; v < steady.ideal_ampere.rows(); ++v) {
        for (Eigen::Index j = 0; j < steady.ideal_ampere.cols(); ++j) {
            const double current = steady.solution.column_current_ampere(v, j);
            const double ideal = steady.ideal_ampere(v, j);
            const double loss = ideal == 0 ? 0 : 100 * (1 - current / ideal);
            table.rows.push_back({std::int64_t{v}, std::int64_t{j}, current, ideal, loss});
            if (has_ngspice) table.rows.back().emplace_back(steady.ngspice_ampere(v, j));
        }
    }
    return table;
}

Table power_table(const std::vector<PowerBalance>& balances) {
    Table table{{"vector", "delivered_watt", "cells_watt", "wires_watt", "drivers_watt",
                 "sense_watt", "dissipated_watt"},
                {}};
    for (std::size_t v = 0; v < balances.size(); ++v) {
        const PowerBalance& p = balances[v];
        table.rows.push_back({static_cast<std::int64_t>(v), p.delivered_watt, p.cells_watt,
                              p.wires_watt, p.drivers_watt, p.sense_watt, p.dissipated_watt()});
    }
    return table;
}

std::string power_line(const std::vector<PowerBalance>& balances) {
    PowerBalance sum;
    for (const PowerBalance& p : balances) {
        sum.delivered_watt += p.delivered_watt;
        sum.cells_watt += p.cells_watt;
        sum.wires_watt += p.wires_watt;
        sum.drivers_watt += p.drivers_watt;
        sum.sense_watt += p.sense_watt;
    }
    const auto share = [&sum](double watt) {
        return sum.delivered_watt == 0 ? 0 : 100 * watt / sum.delivered_watt;
    };
    const auto count = static_cast<double>(balances.size());
    return fmt::format(
        "power delivered {} (mean of all vectors): cells {:.3g} %, wires {:.3g} %, drivers {:.3g} "
        "%, sensing {:.3g} %\n",
        format_quantity(sum.delivered_watt / count, dimension::power), share(sum.cells_watt),
        share(sum.wires_watt), share(sum.drivers_watt), share(sum.sense_watt));
}

std::string summary_of(const Steady& steady, const std::string& backend) {
    Eigen::Index vector = 0;
    Eigen::Index column = 0;
    const RowMajorMatrix& current = steady.solution.column_current_ampere;
    current.cwiseAbs().maxCoeff(&vector, &column);
    std::string text = fmt::format(
        "{} x {} {} cells, {} input vectors, backend {}: residual {:.1e} after {} iterations\n"
        "largest column current {} (vector {}, column {})\n"
        "wires, end resistances and cells change a column current by up to {:.3g} % of the "
        "largest\n",
        steady.problem.crossbar.rows(), steady.problem.crossbar.columns(),
        name_of(steady.problem.law), steady.problem.input_volt.rows(), backend,
        steady.solution.residual, steady.solution.iterations,
        format_quantity(std::abs(current(vector, column)), dimension::current), vector, column,
        100 * deviation(current, steady.ideal_ampere));
    if (!steady.power.empty()) text += power_line(steady.power);
    if (steady.ngspice_ampere.size() > 0) {
        text +=
            fmt::format("largest deviation from ngspice: {:.2e} of the largest column current\n",
                        deviation(current, steady.ngspice_ampere));
    }
    return text;
}

void write_matrix(Hdf5Writer& file, const std::string& name, const RowMajorMatrix& values,
                  const std::string& unit, const std::string& what) {
    file.write<double>(
        name, {{values.rows(), values.cols()}, {values.data(), values.data() + values.size()}},
        unit, what);
}

void store(const Steady& steady, Hdf5Writer& file) {
    write_solution(file, steady.solution, steady.effective_siemens);
    write_matrix(file, "/input_volt", steady.problem.input_volt, "volt",
                 "at the driver of each row, one row per input vector");
    write_matrix(file, "/ideal_current_ampere", steady.ideal_ampere, "ampere",
                 "column currents of linear cells with free wires");
    if (steady.ngspice_ampere.size() > 0) {
        write_matrix(file, "/ngspice_column_current_ampere", steady.ngspice_ampere, "ampere",
                     "column currents according to ngspice");
    }
    if (!steady.power.empty()) write_power(file, steady.power);
    if (steady.sweep_volt > 0) file.attribute("/", "sweep_volt", steady.sweep_volt);
    if (steady.effective_siemens.size() > 0) {
        write_matrix(file, "/conductance_siemens", steady.problem.crossbar.conductance_siemens,
                     "siemens", "conductance of every cell");
    }
}

}  // namespace

double deviation(const RowMajorMatrix& value, const RowMajorMatrix& expected) {
    return (value - expected).cwiseAbs().maxCoeff() /
           std::max(expected.cwiseAbs().maxCoeff(), std::numeric_limits<double>::min());
}

Backend backend_of(const Arguments& arguments) {
    const std::string name = arguments.choice("backend", {"fast", "reference", "ngspice"});
    return name == "fast"        ? Backend::fast
           : name == "reference" ? Backend::reference
                                 : Backend::ngspice;
}

ArrayAnswer steady_answer(const ArrayProblem& problem, const Arguments& arguments,
                          Console& console) {
    const Backend backend = backend_of(arguments);
    const bool needs_nodes = arguments.has("nodes") || arguments.has("report") ||
                             arguments.has("plot") || arguments.has("power");
    Steady steady{.problem = problem,
                  .solution = solve(problem, backend == Backend::ngspice ? Backend::fast : backend,
                                    needs_nodes ? Detail::nodes : Detail::currents),
                  .ideal_ampere = problem.input_volt * problem.crossbar.conductance_siemens};
    if (needs_nodes) steady.power = power_balances(problem, steady.solution);
    if (arguments.has("effective")) steady.effective_siemens = effective_conductance(problem);
    if (backend == Backend::ngspice) {
        steady.ngspice_ampere =
            solve(problem, backend, Detail::currents, console.stop).column_current_ampere;
    }
    if (arguments.has("sweep")) steady.sweep_volt = problem.input_volt.cwiseAbs().maxCoeff();
    ArrayAnswer answer{
        .summary = summary_of(steady, arguments.text("backend")),
        .table = arguments.has("power") ? power_table(steady.power) : current_table(steady),
        .store = {}};
    const bool keeps_nodes =
        arguments.has("nodes") || arguments.has("report") || arguments.has("plot");
    if (!keeps_nodes) steady.solution.nodes.clear();
    answer.store = [steady](Hdf5Writer& file) { store(steady, file); };
    return answer;
}

}  // namespace ohmgrid
