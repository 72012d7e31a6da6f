#include <fmt/format.h>

#include "sim/app/array_answer.hpp"
#include "sim/app/array_arguments.hpp"
#include "sim/app/print_table.hpp"
#include "sim/app/report_page.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/provenance.hpp"
#include "sim/io/sha256.hpp"

namespace ohmgrid {
namespace {

/// Shown on a terminal; files and other formats hold all.
constexpr std::size_t rows_shown = 20;
constexpr std::size_t columns_shown = 8;

/// The analysis asked for: at most one besides column currents.
ArrayAnswer answer_of(const ArrayProblem& problem, const Arguments& arguments, Console& console) {
    const bool settling = arguments.has("settling");
    const bool transient = arguments.has("transient");
    const bool steady = arguments.has("power") || arguments.has("nodes") ||
                        arguments.has("effective") || arguments.has("sweep");
    if (settling + transient + steady > 1) {
        throw InputError({.place = "ohmgrid",
                          .id = "CLI010",
                          .what = "--settling, --transient and the options of a DC solution "
                                  "(--power, --nodes, --effective, --sweep) are different analyses",
                          .remedy = "Run the program once for each"});
    }
    if (settling) return settling_answer(problem, arguments);
    if (transient) return transient_answer(problem, arguments, console);
    return steady_answer(problem, arguments, console);
}

/// What fits on a terminal, and a note on the rest.
Table shortened(Table table, Console& console) {
    const std::size_t rows = table.rows.size();
    const std::size_t columns = table.columns.size();
    if (rows > rows_shown) table.rows.resize(rows_shown);
    if (columns > columns_shown) {
        table.columns.resize(columns_shown);
        for (auto& row : table.rows) row.resize(columns_shown);
    }
    if (rows > rows_shown || columns > columns_shown) {
        console.err << fmt::format(
            "first {} of {} rows and {} of {} columns; --format csv shows "
            "all\n",
            table.rows.size(), rows, table.columns.size(), columns);
    }
    return table;
}

ExitCode solve_verb_action(const Arguments& arguments, Console& console) {
    const std::filesystem::path path = arguments.files().front();
    const Format format = format_of(arguments);
    Provenance record{.command_line = command_line_of(console), .started_at = utc_now()};
    const ArrayProblem problem = array_of(arguments);
    ResultStore store(arguments);
    const ArrayAnswer answer = answer_of(problem, arguments, console);

    record.sha256_of[path.string()] = sha256(read_file(path));
    store.finish("ohmgrid.solve", record, answer.store);
    if (format == Format::table) {
        console.out << answer.summary << '\n';
        print_table(shortened(answer.table, console), format, console);
    } else {
        print_table(answer.table, format, console);
    }
    return ExitCode::done;
}

std::vector<Option> solve_options() {
    std::vector<Option> options{
        {"backend", "NAME",
         "fast (lines and conjugate gradients), reference (sparse Cholesky), or ngspice beside "
         "fast",
         "fast"},
        {"effective", "", "also write the effective conductance matrix"},
        {"nodes", "", "also write the voltage of every node"},
        {"power", "", "where the power goes, instead of column currents"},
        {"settling", "", "when every column current has come to rest after a step"},
        {"lsb", "CURRENT", "of the converter, for --settling (default: from --adc-bits)"},
        {"adc-bits", "N", "the largest column current is 2^N LSB", "8"},
        {"within", "SHARE", "of an LSB, for --settling", "0.5"},
        {"transient", "", "column currents over time, for the first or the chosen vector"},
        {"sweep", "VOLTAGE", "currents at all rows together from minus to plus so much"},
        {"points", "N", "times of a transient, or voltages of a sweep", "201"},
        option::report(),
        {"plot", "FILE.svg", "the main picture alone: IR drop, settling or currents over time"},
        option::out(""),
        option::format()};
    for (auto* more : {array_options, waveform_options}) {
        for (Option& one : more()) options.push_back(std::move(one));
    }
    return options;
}

}  // namespace

Verb solve_verb() {
    return {.name = "solve",
            .sentence = "Solve one array: column currents with wires, drivers and sensing.",
            .example = "ohmgrid solve docs/examples/array_4x3.csv --set \"array.row_wire=2 ohm\"",
            .files = "ARRAY.h5|ARRAY.csv",
            .files_least = 1,
            .files_most = 1,
            .options = solve_options(),
            .action = solve_verb_action};
}

}  // namespace ohmgrid
