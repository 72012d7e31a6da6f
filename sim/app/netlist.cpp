#include <fmt/format.h>

#include "sim/app/verbs.hpp"
#include "sim/circuit/cell_netlist.hpp"
#include "sim/circuit/crossbar_io.hpp"
#include "sim/circuit/spice_deck.hpp"
#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"

namespace ohmgrid {
namespace {

constexpr std::int64_t most_vectors = 1'000'000'000;
constexpr std::int64_t most_points = 100'000;

/// To the file of --out, or to standard output.
void deliver(const std::string& text, const Arguments& arguments, Console& console) {
    if (arguments.has("out")) {
        write_file(arguments.text("out"), text);
        console.err << fmt::format("wrote {}\n", arguments.text("out"));
    } else {
        console.out << text;
    }
}

std::string deck_of_array(const Arguments& arguments) {
    const std::string& path = arguments.files().front();
    const ArrayProblem problem =
        read_array(path, arguments.quantity("read-voltage", dimension::voltage));
    const std::int64_t vector = arguments.count("vector", 0, most_vectors);
    if (vector >= problem.input_volt.rows()) {
        throw InputError(Message{
            .place = fmt::format("--vector {}", vector),
            .id = "CIR024",
            .what = fmt::format("the array has {} input vectors", problem.input_volt.rows()),
            .remedy = "Vectors are counted from 0"});
    }
    const DeckOptions options{.notes = {fmt::format("array {}, input vector {}", path, vector)},
                              .saved = arguments.has("nodes") ? Detail::nodes : Detail::currents};
    return dc_deck(problem.crossbar, problem.law, problem.input_volt.row(vector), options);
}

std::string table_of_cell(const Arguments& arguments, Console& console) {
    CharacteriseOptions options;
    options.from_volt = arguments.quantity("from", dimension::voltage);
    options.to_volt = arguments.quantity("to", dimension::voltage);
    options.gate_volt = arguments.quantity("gate", dimension::voltage);
    options.points = static_cast<int>(arguments.count("points", 2, most_points));
    options.subcircuit = arguments.text("subcircuit");
    return to_csv(characterise(arguments.files().front(), options, {.stop = console.stop}));
}

ExitCode netlist(const Arguments& arguments, Console& console) {
    deliver(arguments.has("characterise") ? table_of_cell(arguments, console)
                                          : deck_of_array(arguments),
            arguments, console);
    return ExitCode::done;
}

}  // namespace

Verb netlist_verb() {
    return {
        .name = "netlist",
        .sentence = "Write an array as a SPICE deck, or sweep a cell subcircuit into an I-V table.",
        .example = "ohmgrid netlist docs/examples/array_4x3.csv --out array.sp",
        .files = "ARRAY.h5|ARRAY.csv|CELL.sp",
        .files_least = 1,
        .files_most = 1,
        .options = {{"vector", "N", "which input vector drives the deck", "0"},
                    {"nodes", "", "the deck saves every node voltage"},
                    {"read-voltage", "VOLTAGE", "on every row of a CSV array", "0.2 V"},
                    {"characterise", "", "the file is a cell: sweep it with ngspice"},
                    {"subcircuit", "NAME", "which one, if the cell file holds several"},
                    {"from", "VOLTAGE", "start of the sweep", "-1 V"},
                    {"to", "VOLTAGE", "end of the sweep", "1 V"},
                    {"points", "N", "of the sweep", "41"},
                    {"gate", "VOLTAGE", "on the third pin of a cell", "1.2 V"},
                    option::out("")},
        .action = netlist};
}

}  // namespace ohmgrid
