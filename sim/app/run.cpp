#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "sim/app/images.hpp"
#include "sim/app/print_table.hpp"
#include "sim/app/report_page.hpp"
#include "sim/app/results.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

std::vector<Activity> measured_activities(const InferenceReport& report) {
    std::vector<Activity> activities;
    for (const LayerError& layer : report.layers) {
        activities.push_back({.input_density = layer.input_bit_density,
                              .cell_level = layer.cell_level,
                              .source = ActivitySource::measured});
    }
    return activities;
}

void print_table_of(const ChipCost& chip, const ActivityRange& activity,
                    const InferenceReport& report, Console& console) {
    console.out << to_text(overview_table(chip, report.layers)) << '\n'
                << accuracy_line(report) << '\n'
                << linearisation_line(report) << chip_line(chip) << '\n'
                << activity_line(activity) << '\n'
                << compensation_text(report);
}

void refuse_surrogate(const RunFile& file) {
    if (file.cost.profile != CostProfile::xpert_surrogate) return;
    throw InputError(
        Message{.place = "cost.profile",
                .id = "COST012",
                .what = "the profile xpert-surrogate has no energies and no components",
                .remedy = "Use 'ohmgrid cost', or another cost.profile"});
}

ExitCode run(const Arguments& arguments, Console& console) {
    const auto began = std::chrono::steady_clock::now();
    const Format format = format_of(arguments);
    const RunContext context = context_of(arguments, console);
    const RunFile file = read_run_file(arguments.files().front(), arguments.texts("set"));
    refuse_surrogate(file);
    const Provenance record = begin_record(console, context, file);
    ResultStore store(arguments);
    const RunImages test = RunImages::test(file);
    const InferenceReport report = infer_run(file, make_experiment(file, test, context), context);
    const std::vector<LayerPlan> plans = layer_plans(file, measured_activities(report));
    const ChipCost chip = chip_cost(plans, file.technology, file.device, file.chip);
    const ActivityRange activity = activity_range(plans, file.technology, file.device, file.chip);
    store.finish("ohmgrid.run", record, [&](Hdf5Writer& results) {
        write_cost(results, chip);
        write_inference(results, report);
    });

    console.err << warning_lines(chip);
    switch (format) {
        case Format::table:
            print_table_of(chip, activity, report, console);
            break;
        case Format::csv:
            console.out << to_csv(cost_table(chip));
            break;
        case Format::json: {
            nlohmann::ordered_json all = to_json(chip);
            all["activity"] = to_json(activity);
            all["inference"] = to_json(report);
            console.out << all.dump(2) << '\n';
            break;
        }
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
    context.say(fmt::format("wrote      {} (seed {}, {} input files hashed, {:.1f} s)",
                            arguments.text("out"), context.seed, record.sha256_of.size(),
                            seconds.count()));
    return ExitCode::done;
}

}  // namespace

Verb run_verb() {
    return {
        .name = "run",
        .sentence = "The main job: cost of every layer, accuracy and what the arrays lose of it.",
        .example = "ohmgrid run docs/examples/run.toml",
        .files = "RUN.toml",
        .files_least = 1,
        .files_most = 1,
        .options = {option::set(), option::out("results.h5"), option::report(), option::format(),
                    option::threads(), option::seed(), option::quiet()},
        .action = run};
}

}  // namespace ohmgrid
