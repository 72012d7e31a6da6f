#include <nlohmann/json.hpp>

#include "sim/app/print_table.hpp"
#include "sim/app/report_page.hpp"
#include "sim/app/results.hpp"
#include "sim/app/verbs.hpp"

namespace ohmgrid {
namespace {

ExitCode cost(const Arguments& arguments, Console& console) {
    const Format format = format_of(arguments);
    const RunFile run = read_run_file(arguments.files().front(), arguments.texts("set"));
    const Provenance record = begin_record(console, {}, run);
    const ChipCost chip = chip_cost(layer_plans(run), run.technology, run.device, run.chip);
    store_results(arguments, "ohmgrid.cost", record,
                  [&](Hdf5Writer& file) { write_cost(file, chip); });
    console.err << warning_lines(chip);
    switch (format) {
        case Format::table:
            console.out << to_text(overview_table(chip, {})) << '\n' << chip_line(chip) << '\n';
            break;
        case Format::csv:
            console.out << to_csv(cost_table(chip));
            break;
        case Format::json:
            console.out << to_json(chip).dump(2) << '\n';
            break;
    }
    return ExitCode::done;
}

}  // namespace

Verb cost_verb() {
    return {.name = "cost",
            .sentence = "Energy, latency and area of every layer and component; needs no images.",
            .example = "ohmgrid cost docs/examples/run.toml",
            .files = "RUN.toml",
            .files_least = 1,
            .files_most = 1,
            .options = {option::set(), option::out(""), option::report(), option::format()},
            .action = cost};
}

}  // namespace ohmgrid
