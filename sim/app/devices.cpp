#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "sim/app/data_folders.hpp"
#include "sim/app/print_table.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/error.hpp"
#include "sim/core/spelling.hpp"
#include "sim/io/parameter_file.hpp"

namespace ohmgrid {
namespace {

/// devices/<folder>/ holds files of schema ohmgrid.<kind>/1.
struct Shelf {
    std::string folder;
    std::string kind;
};

const std::vector<Shelf>& shelves() {
    static const std::vector<Shelf> all{{"reram", "device"},
                                        {"sram", "device"},
                                        {"adc", "adc"},
                                        {"technology", "technology"},
                                        {"chip", "chip"}};
    return all;
}

struct ShippedFile {
    std::string name;  ///< as written after `base =`
    std::string kind;
    std::filesystem::path path;
};

std::vector<ShippedFile> shipped_files() {
    std::vector<ShippedFile> files;
    const std::vector<std::filesystem::path> folders = data_folders();
    if (folders.empty()) return files;
    for (const Shelf& shelf : shelves()) {
        const std::filesystem::path folder = folders.front() / shelf.folder;
        if (!std::filesystem::is_directory(folder)) continue;
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            if (entry.path().extension() != ".toml") continue;
            files.push_back({fmt::format("{}/{}", shelf.folder, entry.path().filename().string()),
                             shelf.kind, entry.path()});
        }
    }
    std::sort(files.begin(), files.end(),
              [](const ShippedFile& a, const ShippedFile& b) { return a.name < b.name; });
    return files;
}

Table list(const std::vector<ShippedFile>& files) {
    Table table{{"file", "kind", "name"}, {}};
    for (const ShippedFile& file : files) {
        const ParameterFile content = read_parameter_file(file.path, file.kind, data_folders());
        const ParamEntry* name = content.values.find("name");
        const auto* text = name == nullptr ? nullptr : std::get_if<std::string>(&name->value);
        table.rows.push_back({file.name, file.kind, text == nullptr ? "" : *text});
    }
    return table;
}

Table show(const ShippedFile& file) {
    Table table{{"key", "value", "place"}, {}};
    const ParameterFile content = read_parameter_file(file.path, file.kind, data_folders());
    for (const auto& [key, entry] : content.values.entries()) {
        table.rows.push_back({key, to_text(entry.value), entry.place.text()});
    }
    return table;
}

ExitCode devices(const Arguments& arguments, Console& console) {
    const Format format = format_of(arguments);
    const std::vector<ShippedFile> files = shipped_files();
    if (arguments.files().empty()) {
        print_table(list(files), format, console);
        return ExitCode::done;
    }
    const std::string& wanted = arguments.files().front();
    std::vector<std::string> names;
    for (const ShippedFile& file : files) {
        if (file.name == wanted || file.name == wanted + ".toml") {
            print_table(show(file), format, console);
            return ExitCode::done;
        }
        names.push_back(file.name);
    }
    throw InputError(
        Message{.place = "ohmgrid devices",
                .id = "DEV002",
                .what = fmt::format("no shipped file '{}'", wanted),
                .remedy = did_you_mean(wanted, names, "'ohmgrid devices' lists them")});
}

}  // namespace

Verb devices_verb() {
    return {.name = "devices",
            .sentence = "List the shipped parameter files, or show the values of one.",
            .example = "ohmgrid devices",
            .files = "[FILE]",
            .files_least = 0,
            .files_most = 1,
            .options = {option::format()},
            .action = devices};
}

}  // namespace ohmgrid
