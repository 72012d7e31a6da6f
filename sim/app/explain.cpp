#include <fmt/format.h>

#include <cmath>

#include "sim/app/print_table.hpp"
#include "sim/app/run_file.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/error.hpp"
#include "sim/core/spelling.hpp"

namespace ohmgrid {
namespace {

std::string kind_text(const ParamInfo& info) {
    switch (info.kind) {
        case ParamKind::quantity:
            return describe(info.dimension);
        case ParamKind::number:
            return "a plain number or a percentage";
        case ParamKind::count:
            return "a whole number";
        case ParamKind::flag:
            return "true or false";
        case ParamKind::text:
            return "a text";
        case ParamKind::choice:
            return fmt::format("one of {}", fmt::join(info.choices, ", "));
        case ParamKind::quantity_list:
            return "a list, each " + describe(info.dimension);
        case ParamKind::number_list:
            return "a list of numbers";
    }
    return {};
}

std::string default_text(const ParamInfo& info) {
    if (!info.fallback) return "required";
    return info.fallback->empty() ? "none" : *info.fallback;
}

Table all_parameters() {
    Table table{{"key", "default", "what"}, {}};
    for (const ParamInfo& info : run_parameters()) {
        table.rows.push_back({info.key, default_text(info), info.doc});
    }
    return table;
}

std::string explanation(const ParamInfo& info) {
    const auto in_units = [&](double v) {
        return info.dimension == dimension::ratio ? fmt::format("{}", v)
                                                  : format_quantity(v, info.dimension);
    };
    std::string text = fmt::format("{}\n  {}\n  value    {}\n  default  {}\n", info.key, info.doc,
                                   kind_text(info), default_text(info));
    if (std::isfinite(info.low) || std::isfinite(info.high)) {
        text += fmt::format("  range    {} .. {}\n", in_units(info.low), in_units(info.high));
    }
    if (!info.source.empty()) text += fmt::format("  source   {}\n", info.source);
    return text;
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
    throw InputError(Message{
        .place = "ohmgrid explain",
        .id = "CLI008",
        .what = fmt::format("'{}' is no parameter", wanted),
        .remedy = did_you_mean(wanted, names, "'ohmgrid explain' without a name lists all")});
}

}  // namespace

Verb explain_verb() {
    return {
        .name = "explain",
        .sentence = "What a parameter means: kind, default, range, source; without a name, all.",
        .example = "ohmgrid explain array.column_sharing",
        .files = "[KEY]",
        .files_least = 0,
        .files_most = 1,
        .options = {option::format()},
        .action = explain};
}

}  // namespace ohmgrid
