#include <fmt/format.h>

#include <sstream>

#include "sim/app/data_folders.hpp"
#include "sim/app/device_file.hpp"
#include "sim/app/print_table.hpp"
#include "sim/app/run_file.hpp"
#include "sim/app/validate_reference.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/parameter_file.hpp"

namespace ohmgrid {
namespace {

/// Checks a part (device, technology, ...) against the tunables of its section.
void check_part(const ParameterFile& file, const std::string& kind) {
    ParameterSet set;
    for (const auto& [key, entry] : file.values.entries()) set.set(kind + '.' + key, entry);
    std::vector<ParamInfo> known;
    for (ParamInfo& info : run_parameters()) {
        if (info.key.rfind(kind + '.', 0) == 0) known.push_back(std::move(info));
    }
    Complaints complaints;
    refuse_unknown_keys(set, known, complaints);
    if (kind == "device") {
        std::map<std::string, std::string> hashes;
        (void)read_device(set, hashes, complaints);
        (void)cell_law_parameters().read(set, complaints);
    } else {
        for (const ParamInfo& info : known) (void)checked_value(info, set, complaints);
    }
    complaints.throw_if_any();
}

/// What stands behind "source:" in the comment of the value's line.
std::string source_of(const ParamEntry& entry) {
    std::istringstream lines(read_file(entry.place.file));
    std::string line;
    for (std::int64_t n = 0; n < entry.place.line; ++n) std::getline(lines, line);
    const std::size_t at = line.find("source:");
    if (at == std::string::npos) return "none stated";
    return line.substr(line.find_first_not_of(' ', at + 7));
}

Table source_table(const ParameterFile& file) {
    Table table{{"key", "value", "source", "place"}, {}};
    for (const auto& [key, entry] : file.values.entries()) {
        table.rows.push_back({key, to_text(entry.value), source_of(entry), entry.place.text()});
    }
    return table;
}

ExitCode validate(const Arguments& arguments, Console& console) {
    if (arguments.has("components")) return validate_components(arguments, console);
    if (arguments.has("sweep")) return validate_sweep(arguments, console);
    if (arguments.has("silicon")) return validate_silicon(arguments, console);
    if (arguments.files().empty()) {
        throw InputError(
            Message{.place = "ohmgrid validate",
                    .id = "CLI011",
                    .what = "there is nothing to check",
                    .remedy = "Name parameter files, or see 'ohmgrid validate --help'"});
    }
    for (const std::string& name : arguments.files()) {
        const std::string kind = schema_kind(read_file(name));
        const ParameterFile file =
            read_parameter_file(name, kind.empty() ? "run" : kind, data_folders());
        if (kind == "run") {
            (void)read_run_file(name, arguments.texts("set"));
        } else {
            check_part(file, kind);
        }
        if (arguments.has("sources")) {
            print_table(source_table(file), format_of(arguments), console);
        }
        console.err << fmt::format("{}: valid ({} values)\n", name, file.values.entries().size());
    }
    return ExitCode::done;
}

}  // namespace

Verb validate_verb() {
    return {
        .name = "validate",
        .sentence =
            "Check parameter files and all they name; or the cost model against others' figures.",
        .example = "ohmgrid validate docs/examples/run.toml",
        .files = "[FILE.toml...]",
        .files_least = 0,
        .files_most = 1000,
        .options = {{"sources", "", "list every value with the source its file states"},
                    {"components", "FOLDER",
                     "compare components with NeuroSim's, tables sar_adc.csv, mux.csv ..."},
                    {"sweep", "LAYERS.csv",
                     "compare VGG16 layer by layer with XPertSim's sweep of its converters"},
                    {"silicon", "", "compare the model with measured macros"},
                    {"plot", "FILE.svg", "with --silicon: a scatter plot of both"},
                    option::set(),
                    option::format()},
        .action = validate};
}

}  // namespace ohmgrid
