#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "sim/app/images.hpp"
#include "sim/app/print_table.hpp"
#include "sim/app/report_page.hpp"
#include "sim/app/results.hpp"
#include "sim/app/verbs.hpp"

namespace ohmgrid {
namespace {

/// Enough for the error of a layer within a few per cent. Assumed.
constexpr std::int64_t diagnosed_images = 16;

ExitCode infer(const Arguments& arguments, Console& console) {
    const Format format = format_of(arguments);
    const RunContext context = context_of(arguments, console);
    const RunFile run = read_run_file(arguments.files().front(), arguments.texts("set"));
    const Provenance record = begin_record(console, context, run);
    ResultStore store(arguments);
    const RunImages test = RunImages::test(run);
    const Experiment experiment = make_experiment(run, test, context);
    const InferenceReport report = infer_run(run, experiment, context);
    std::optional<Diagnosis> diagnosis;
    if (arguments.has("diagnose")) {
        diagnosis = diagnose(experiment, {.seed = context.seed}, diagnosed_images, context);
    }
    store.finish("ohmgrid.infer", record, [&](Hdf5Writer& file) {
        write_inference(file, report);
        if (diagnosis) write_diagnosis(file, *diagnosis);
    });
    const Table table = layer_error_table(report);
    if (format == Format::json) {
        nlohmann::ordered_json all = to_json(report);
        if (diagnosis) all["diagnosis"] = to_json(*diagnosis);
        console.out << all.dump(2) << '\n';
    } else {
        print_table(diagnosis ? cause_table(*diagnosis) : table, format, console);
    }
    if (format == Format::table) {
        console.out << '\n' << accuracy_line(report) << '\n' << linearisation_line(report);
        if (diagnosis) console.out << diagnosis_lines(*diagnosis);
        console.out << compensation_text(report);
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
        .options = {{"diagnose", "",
                     "errors of every layer by cause, one cause at a time, and how column sums lie "
                     "in the converters' ranges"},
                    option::set(),
                    option::out(""),
                    option::report(),
                    option::format(),
                    option::threads(),
                    option::seed(),
                    option::quiet()},
        .action = infer};
}

}  // namespace ohmgrid
