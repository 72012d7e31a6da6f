#include <fmt/format.h>

#include "sim/app/print_table.hpp"
#include "sim/app/verbs.hpp"
#include "sim/circuit/crossbar_io.hpp"
#include "sim/circuit/effective_conductance.hpp"
#include "sim/circuit/line_solver.hpp"
#include "sim/circuit/reference_solver.hpp"
#include "sim/core/units.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/provenance.hpp"
#include "sim/io/sha256.hpp"

namespace ohmgrid {
namespace {

/// Rows shown on a terminal; files and other formats hold all.
constexpr Eigen::Index rows_shown = 20;

Table current_table(const DcSolution& solution, const RowMajorMatrix& ideal_ampere) {
    Table table{{"vector", "column", "current_ampere", "ideal_ampere", "loss_percent"}, {}};
    for (Eigen::Index v = 0; v < ideal_ampere.rows(); ++v) {
        for (Eigen::Index j = 0; j < ideal_ampere.cols(); ++j) {
            const double current = solution.column_current_ampere(v, j);
            const double ideal = ideal_ampere(v, j);
            const double loss = ideal == 0 ? 0 : 100 * (1 - current / ideal);
            table.rows.push_back({std::int64_t{v}, std::int64_t{j}, current, ideal, loss});
        }
    }
    return table;
}

void print_summary(const ArrayProblem& problem, const DcSolution& solution,
                   const RowMajorMatrix& ideal_ampere, const std::string& backend,
                   Console& console) {
    Eigen::Index vector = 0;
    Eigen::Index column = 0;
    const double largest = solution.column_current_ampere.cwiseAbs().maxCoeff(&vector, &column);
    const double lost =
        (ideal_ampere - solution.column_current_ampere).cwiseAbs().maxCoeff() /
        std::max(ideal_ampere.cwiseAbs().maxCoeff(), std::numeric_limits<double>::min());
    console.out << fmt::format(
        "{} x {} cells, {} input vectors, backend {}: residual {:.1e} after {} iterations\n"
        "largest column current {} (vector {}, column {})\n"
        "wires and end resistances change a column current by up to {:.3g} % of the largest\n\n",
        problem.crossbar.rows(), problem.crossbar.columns(), problem.input_volt.rows(), backend,
        solution.residual, solution.iterations, format_quantity(largest, dimension::current),
        vector, column, 100 * lost);
}

DcSolution solved(const ArrayProblem& problem, const std::string& backend, Detail detail) {
    if (problem.cell_law != "linear") {
        throw InputError(
            Message{.place = {},
                    .id = "CIR022",
                    .what = fmt::format("cell_law \"{}\" is unknown", problem.cell_law),
                    .remedy = "Use \"linear\""});
    }
    if (backend == "reference") {
        return ReferenceSolver(problem.crossbar).solve(problem.input_volt, detail);
    }
    return LineSolver(problem.crossbar).solve(problem.input_volt, detail);
}

ExitCode solve(const Arguments& arguments, Console& console) {
    const std::filesystem::path path = arguments.files().front();
    const Format format = format_of(arguments);
    const std::string backend = arguments.choice("backend", {"fast", "reference"});
    Provenance record{.command_line = fmt::format("ohmgrid {}", fmt::join(console.words, " ")),
                      .started_at = utc_now()};
    const double read_volt = parse_quantity(arguments.text("read-voltage")).value;
    const ArrayProblem problem = read_array(path, read_volt);
    const Detail detail = arguments.has("nodes") ? Detail::nodes : Detail::currents;
    const DcSolution solution = solved(problem, backend, detail);
    const RowMajorMatrix ideal_ampere = problem.input_volt * problem.crossbar.conductance_siemens;

    if (arguments.has("out")) {
        record.sha256_of[path.string()] = sha256(read_file(path));
        Hdf5Writer file(arguments.text("out"));
        write_solution(file, solution,
                       arguments.has("effective") ? effective_conductance(problem.crossbar)
                                                  : RowMajorMatrix{});
        write_provenance(file, "ohmgrid.solve", record);
        file.commit();
    }
    Table table = current_table(solution, ideal_ampere);
    if (format == Format::table) {
        print_summary(problem, solution, ideal_ampere, backend, console);
        if (table.rows.size() > rows_shown) {
            console.err << fmt::format("first {} of {} rows; --format csv shows all\n", rows_shown,
                                       table.rows.size());
            table.rows.resize(rows_shown);
        }
    }
    print_table(table, format, console);
    return ExitCode::done;
}

}  // namespace

Verb solve_verb() {
    return {.name = "solve",
            .sentence = "Solve one array: column currents with wires, drivers and sensing.",
            .example = "ohmgrid solve docs/examples/array_4x3.csv",
            .files = "ARRAY.h5|ARRAY.csv",
            .files_least = 1,
            .files_most = 1,
            .options = {{"backend", "NAME",
                         "fast (lines and conjugate gradients) or reference "
                         "(sparse Cholesky)",
                         "fast"},
                        option::out(""),
                        {"effective", "", "also write the effective conductance matrix"},
                        {"nodes", "", "also write the voltage of every node"},
                        {"read-voltage", "VOLTAGE", "on every row of a CSV array", "0.2 V"},
                        option::format()},
            .action = solve};
}

}  // namespace ohmgrid
