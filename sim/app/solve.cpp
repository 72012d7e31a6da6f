#include <fmt/format.h>

#include "sim/app/print_table.hpp"
#include "sim/app/verbs.hpp"
#include "sim/circuit/crossbar_io.hpp"
#include "sim/circuit/effective_conductance.hpp"
#include "sim/circuit/iv_table.hpp"
#include "sim/circuit/line_solver.hpp"
#include "sim/circuit/ngspice.hpp"
#include "sim/circuit/nonlinear_solver.hpp"
#include "sim/circuit/reference_solver.hpp"
#include "sim/core/units.hpp"
#include "sim/core/version.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/html_page.hpp"
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

bool is_linear(const CellLaw& law) { return std::holds_alternative<LinearLaw>(law); }

DcSolution solved(const ArrayProblem& problem, const std::string& backend, Detail detail) {
    const bool slow = backend == "reference";
    if (!is_linear(problem.law)) {
        const NewtonOptions options{.linear = slow ? LinearMethod::reference : LinearMethod::line};
        NonlinearSolution found =
            solve_nonlinear(problem.crossbar, problem.law, problem.input_volt, options, detail);
        return {.column_current_ampere = std::move(found.column_current_ampere),
                .nodes = std::move(found.nodes),
                .residual = found.residual,
                .iterations = found.iterations};
    }
    if (slow) return ReferenceSolver(problem.crossbar).solve(problem.input_volt, detail);
    return LineSolver(problem.crossbar).solve(problem.input_volt, detail);
}

/// G_eff, which only an array of linear cells has.
RowMajorMatrix linear_map(const ArrayProblem& problem) {
    if (is_linear(problem.law)) return effective_conductance(problem.crossbar);
    throw InputError(Message{.place = "--effective",
                             .id = "CIR023",
                             .what = "an array of nonlinear cells has no effective conductance",
                             .remedy = "Leave --effective out, or use linear cells"});
}

/// The same problem in ngspice, and how far the answers are apart.
double deviation_from_ngspice(const ArrayProblem& problem, const DcSolution& solution, Table& table,
                              Console& console) {
    const SpiceDcResult spice = solve_with_ngspice(problem.crossbar, problem.law,
                                                   problem.input_volt, {.stop = console.stop});
    const RowMajorMatrix& found = spice.column_current_ampere;
    table.columns.emplace_back("ngspice_ampere");
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        const auto at = static_cast<Eigen::Index>(r);
        table.rows[r].emplace_back(found(at / found.cols(), at % found.cols()));
    }
    return (found - solution.column_current_ampere).cwiseAbs().maxCoeff() /
           std::max(found.cwiseAbs().maxCoeff(), std::numeric_limits<double>::min());
}

/// Voltage missing across every cell: the driver's minus what the cell gets.
HeatMap lost_voltage(const ArrayProblem& problem, const NodeVoltages& nodes) {
    const RowMajorMatrix lost =
        problem.input_volt.row(0).transpose().replicate(1, problem.crossbar.columns()) -
        (nodes.row_volt - nodes.column_volt);
    return {.title = "Voltage lost on the way to each cell (input vector 0)",
            .row_name = "row",
            .column_name = "column",
            .unit = "V",
            .rows = lost.rows(),
            .columns = lost.cols(),
            .values = {lost.data(), lost.data() + lost.size()}};
}

/// What every column current lacks, relative to the largest ideal one of its vector.
HeatMap current_error(const DcSolution& solution, const RowMajorMatrix& ideal_ampere) {
    RowMajorMatrix error = ideal_ampere - solution.column_current_ampere;
    for (Eigen::Index v = 0; v < error.rows(); ++v) {
        const double largest = ideal_ampere.row(v).cwiseAbs().maxCoeff();
        if (largest > 0) error.row(v) *= 100 / largest;
    }
    return {.title = "Column current lost, relative to the largest ideal current of the vector",
            .row_name = "vector",
            .column_name = "column",
            .unit = "%",
            .rows = error.rows(),
            .columns = error.cols(),
            .values = {error.data(), error.data() + error.size()}};
}

void write_report(const std::string& out, const ArrayProblem& problem, const DcSolution& solution,
                  const RowMajorMatrix& ideal_ampere, const Provenance& record) {
    HtmlPage page(
        fmt::format("Array of {} x {} cells", problem.crossbar.rows(), problem.crossbar.columns()));
    page.add_paragraph(fmt::format("{} ({}, ohmgrid {}). Residual {:.1e}.", record.command_line,
                                   record.started_at, version(), solution.residual));
    page.add_chart(lost_voltage(problem, solution.nodes.front()));
    page.add_chart(current_error(solution, ideal_ampere));
    page.add_table("Column currents", current_table(solution, ideal_ampere));
    write_file(out, page.text());
}

ExitCode solve(const Arguments& arguments, Console& console) {
    const std::filesystem::path path = arguments.files().front();
    const Format format = format_of(arguments);
    const std::string backend = arguments.choice("backend", {"fast", "reference", "ngspice"});
    Provenance record{.command_line = fmt::format("ohmgrid {}", fmt::join(console.words, " ")),
                      .started_at = utc_now()};
    const double read_volt = arguments.quantity("read-voltage", dimension::voltage);
    ArrayProblem problem = read_array(path, read_volt);
    if (arguments.has("cell")) {
        problem.law = TabulatedLaw{
            IvInterpolant(read_iv_table(arguments.text("cell")), arguments.text("cell"))};
    }
    const bool needs_nodes = arguments.has("nodes") || arguments.has("report");
    DcSolution solution = solved(problem, backend, needs_nodes ? Detail::nodes : Detail::currents);
    const RowMajorMatrix ideal_ampere = problem.input_volt * problem.crossbar.conductance_siemens;

    if (arguments.has("report")) {
        write_report(arguments.text("report"), problem, solution, ideal_ampere, record);
    }
    if (!arguments.has("nodes")) solution.nodes.clear();
    if (arguments.has("out")) {
        record.sha256_of[path.string()] = sha256(read_file(path));
        Hdf5Writer file(arguments.text("out"));
        write_solution(file, solution,
                       arguments.has("effective") ? linear_map(problem) : RowMajorMatrix{});
        write_provenance(file, "ohmgrid.solve", record);
        file.commit();
    }
    Table table = current_table(solution, ideal_ampere);
    std::string comparison;
    if (backend == "ngspice") {
        const double deviation = deviation_from_ngspice(problem, solution, table, console);
        comparison = fmt::format(
            "largest deviation from ngspice: {:.2e} of the largest column current\n\n", deviation);
    }
    if (format == Format::table) {
        print_summary(problem, solution, ideal_ampere, backend, console);
        console.out << comparison;
        if (std::ssize(table.rows) > rows_shown) {
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
                         "fast (lines and conjugate gradients), reference (sparse Cholesky), or "
                         "ngspice beside fast",
                         "fast"},
                        {"cell", "TABLE.csv",
                         "I-V table of the cells, as 'ohmgrid netlist --characterise' writes it"},
                        option::out(""),
                        {"effective", "", "also write the effective conductance matrix"},
                        {"nodes", "", "also write the voltage of every node"},
                        {"report", "FILE.html", "a page with the IR-drop map and current errors"},
                        {"read-voltage", "VOLTAGE", "on every row of a CSV array", "0.2 V"},
                        option::format()},
            .action = solve};
}

}  // namespace ohmgrid
