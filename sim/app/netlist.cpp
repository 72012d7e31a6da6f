#include <fmt/format.h>

#include "sim/app/array_arguments.hpp"
#include "sim/app/verbs.hpp"
#include "sim/circuit/cell_netlist.hpp"
#include "sim/circuit/spice_deck.hpp"
#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"

namespace ohmgrid {
namespace {

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
    const ArrayProblem problem = array_of(arguments);
    if (phases_differ(problem.sharing, problem.crossbar.columns())) {
        throw InputError({.place = {},
                          .id = "CIR026",
                          .what = "unselected columns float, so every phase is another circuit",
                          .remedy = "Choose one phase, as in --phase 0"});
    }
    const Eigen::VectorXd input_volt = problem.input_volt.row(0).transpose();
    const DeckOptions options{
        .notes = {fmt::format("array {}, input vector {}", arguments.files().front(),
                              arguments.has("vector") ? arguments.text("vector") : "0")},
        .saved = arguments.has("nodes") ? Detail::nodes : Detail::currents};
    if (!arguments.has("transient")) {
        return dc_deck(problem.crossbar, problem.law, input_volt, options);
    }
    const double stop_second = stop_of(arguments, problem);
    return transient_deck(problem.crossbar, problem.law, input_volt,
                          {.capacitance = problem.capacitance,
                           .waveform = waveform_of(arguments),
                           .stop_second = stop_second,
                           .step_second = stop_second / static_cast<double>(arguments.count(
                                                            "steps", 1, most_points))},
                          options);
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

std::vector<Option> netlist_options() {
    std::vector<Option> options{{"nodes", "", "the deck saves every node voltage"},
                                {"transient", "", "a deck in time instead of an operating point"},
                                {"steps", "N", "time steps of a transient, at least", "2000"},
                                {"characterise", "", "the file is a cell: sweep it with ngspice"},
                                {"subcircuit", "NAME", "which one, if the cell file holds several"},
                                {"from", "VOLTAGE", "start of the sweep", "-1 V"},
                                {"to", "VOLTAGE", "end of the sweep", "1 V"},
                                {"points", "N", "of the sweep", "41"},
                                {"gate", "VOLTAGE", "on the third pin of a cell", "1.2 V"},
                                option::out("")};
    for (auto* more : {array_options, waveform_options}) {
        for (Option& one : more()) options.push_back(std::move(one));
    }
    return options;
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
        .options = netlist_options(),
        .action = netlist};
}

}  // namespace ohmgrid
