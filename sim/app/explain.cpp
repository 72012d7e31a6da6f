#include <fmt/format.h>

#include "sim/app/parameter_text.hpp"
#include "sim/app/print_table.hpp"
#include "sim/app/run_file.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/error.hpp"
#include "sim/core/spelling.hpp"
#include "sim/cost/explain.hpp"

namespace ohmgrid {
namespace {

Table all_parameters() {
    Table table{{"key", "default", "what"}, {}};
    for (const ParamInfo& info : run_parameters()) {
        table.rows.push_back({info.key, default_text(info), info.doc});
    }
    return table;
}

std::string explanation(const ParamInfo& info) {
    std::string text = fmt::format("{}\n  {}\n  value    {}\n  default  {}\n", info.key, info.doc,
                                   kind_text(info), default_text(info));
    const std::string range = range_text(info);
    if (!range.empty()) text += fmt::format("  range    {}\n", range);
    if (!info.source.empty()) text += fmt::format("  source   {}\n", info.source);
    return text;
}

std::string values_text(const std::string& title, const std::vector<ExplainedValue>& values) {
    std::string text = fmt::format("  {}\n", title);
    for (const ExplainedValue& value : values) {
        text += fmt::format("    {:<22} {:>12.5g} {:<10} {}\n", value.name, value.value, value.unit,
                            value.text);
    }
    return text;
}

std::string explanation(const Explanation& component, const std::string& layer) {
    return fmt::format("{} (layer {})\n  {}\n", component.component, layer, component.models) +
           values_text("inputs", component.inputs) + values_text("results", component.results) +
           fmt::format("  source   {}\n", component.source);
}

/// The components of one layer of a run file: the named one, or the first.
std::vector<Explanation> components_of(const RunFile& run, const std::string& layer,
                                       std::string& found) {
    std::vector<std::string> names;
    for (const LayerPlan& plan : layer_plans(run)) {
        if (layer.empty() || plan.shape.name == layer) {
            found = plan.shape.name;
            return explain_components(plan, run.technology, run.device, run.chip);
        }
        names.push_back(plan.shape.name);
    }
    throw InputError(Message{.place = "--layer " + layer,
                             .id = "CLI010",
                             .what = "the network has no such layer",
                             .remedy = did_you_mean(layer, names, "'ohmgrid cost' lists them")});
}

[[noreturn]] void refuse_name(const std::string& wanted, const std::vector<std::string>& names) {
    throw InputError(
        Message{.place = "ohmgrid explain",
                .id = "CLI008",
                .what = fmt::format("'{}' is no parameter and no component", wanted),
                .remedy = did_you_mean(wanted, names,
                                       "'ohmgrid explain' without a name lists parameters; "
                                       "components need --run RUN.toml")});
}

ExitCode explain(const Arguments& arguments, Console& console) {
    if (arguments.files().empty()) {
        print_table(all_parameters(), format_of(arguments), console);
        return ExitCode::done;
    }
    const std::string& wanted = arguments.files().front();
    std::vector<std::string> names;
    for (const ParamInfo& info : run_parameters()) {
        if (info.key == wanted) {
            console.out << explanation(info);
            return ExitCode::done;
        }
        names.push_back(info.key);
    }
    if (!arguments.has("run")) refuse_name(wanted, names);
    const RunFile run = read_run_file(arguments.text("run"), arguments.texts("set"));
    std::string layer;
    bool found = false;  // a component may have several parts, such as two kinds of shift-add
    for (const Explanation& component : components_of(run, arguments.text("layer"), layer)) {
        names.push_back(component.component);
        if (component.component != wanted) continue;
        console.out << explanation(component, layer);
        found = true;
    }
    if (!found) refuse_name(wanted, names);
    return ExitCode::done;
}

}  // namespace

Verb explain_verb() {
    return {.name = "explain",
            .sentence = "What a parameter means, or how a component of a run arrives at its cost.",
            .example = "ohmgrid explain array.column_sharing",
            .files = "[KEY|COMPONENT]",
            .files_least = 0,
            .files_most = 1,
            .options = {{"run", "RUN.toml", "the run whose components are explained"},
                        {"layer", "NAME", "which of its layers (default: the first)"},
                        option::set(),
                        option::format()},
            .action = explain};
}

}  // namespace ohmgrid
