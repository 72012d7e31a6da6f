#include <nlohmann/json.hpp>

#include "sim/app/print_table.hpp"
#include "sim/app/report_page.hpp"
#include "sim/app/results.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/error.hpp"
#include "sim/cost/xpert_surrogate.hpp"

namespace ohmgrid {
namespace {

constexpr double mm2_per_m2 = 1e6;

Table surrogate_table(const std::vector<LayerPlan>& plans) {
    Table table{{"layer", "tiles", "area mm2", "latency"}, {}};
    const auto add = [&table](const std::string& name, const XpertCost& cost) {
        table.rows.push_back({name, cost.tiles, cost.area_m2 * mm2_per_m2, cost.latency});
    };
    for (const LayerPlan& plan : plans) {
        if (plan.shape.op == Op::convolution) add(plan.shape.name, xpert_surrogate(plan));
    }
    add("network", xpert_surrogate(plans));
    return table;
}

/// XPert's regression knows no energy and no components, so it has a table of its own.
ExitCode surrogate_cost(const Arguments& arguments, const std::vector<LayerPlan>& plans,
                        Console& console) {
    for (const char* option : {"out", "report"}) {
        if (!arguments.has(option)) continue;
        throw InputError(Message{
            .place = std::string("--") + option,
            .id = "COST012",
            .what = "the profile xpert-surrogate has no energies and no components to store",
            .remedy = "Print its table, or choose another cost.profile"});
    }
    print_table(surrogate_table(plans), format_of(arguments), console);
    return ExitCode::done;
}

void print_cost(const ChipCost& chip, const ActivityRange& activity, Format format,
                Console& console) {
    switch (format) {
        case Format::table:
            console.out << to_text(overview_table(chip, {})) << '\n'
                        << chip_line(chip) << '\n'
                        << activity_line(activity) << '\n';
            break;
        case Format::csv:
            console.out << to_csv(cost_table(chip));
            break;
        case Format::json: {
            nlohmann::ordered_json all = to_json(chip);
            all["activity"] = to_json(activity);
            console.out << all.dump(2) << '\n';
            break;
        }
    }
}

ExitCode cost(const Arguments& arguments, Console& console) {
    const RunFile run = read_run_file(arguments.files().front(), arguments.texts("set"));
    const std::vector<LayerPlan> plans = layer_plans(run);
    if (run.cost.profile == CostProfile::xpert_surrogate) {
        return surrogate_cost(arguments, plans, console);
    }
    const Provenance record = begin_record(console, {}, run);
    const ChipCost chip = chip_cost(plans, run.technology, run.device, run.chip);
    ResultStore(arguments).finish("ohmgrid.cost", record,
                                  [&](Hdf5Writer& file) { write_cost(file, chip); });
    console.err << warning_lines(chip);
    print_cost(chip, activity_range(plans, run.technology, run.device, run.chip),
               format_of(arguments), console);
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
