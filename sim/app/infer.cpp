#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/app/images.hpp"
#include "sim/app/print_table.hpp"
#include "sim/app/report_page.hpp"
#include "sim/app/results.hpp"
#include "sim/app/verbs.hpp"

namespace ohmgrid {
namespace {

ExitCode infer(const Arguments& arguments, Console& console) {
    const Format format = format_of(arguments);
    const RunContext context = context_of(arguments, console);
    const RunFile run = read_run_file(arguments.files().front(), arguments.texts("set"));
    const Provenance record = begin_record(console, context, run);
    ResultStore store(arguments);
    const InferenceReport report = infer_run(run, context);
    store.finish("ohmgrid.infer", record, [&](Hdf5Writer& file) { write_inference(file, report); });
    const Table table = layer_error_table(report);
    if (format == Format::json) {
        console.out << to_json(report).dump(2) << '\n';
    } else {
        print_table(table, format, console);
    }
    if (format == Format::table) {
        console.out << '\n' << accuracy_line(report) << '\n';
    }
    return ExitCode::done;
}

}  // namespace

Verb infer_verb() {
    return {
        .name = "infer",
        .sentence = "Accuracy of a network on the arrays of a run file, and each layer's error.",
        .example = "ohmgrid infer docs/examples/run.toml --set adc.bits=5",
        .files = "RUN.toml",
        .files_least = 1,
        .files_most = 1,
        .options = {option::set(), option::out(""), option::report(), option::format(),
                    option::threads(), option::seed(), option::quiet()},
        .action = infer};
}

}  // namespace ohmgrid
