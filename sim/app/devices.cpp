#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "sim/app/data_folders.hpp"
#include "sim/app/device_file.hpp"
#include "sim/app/device_report.hpp"
#include "sim/app/print_table.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/error.hpp"
#include "sim/core/spelling.hpp"
#include "sim/io/atomic_file.hpp"
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
                                        {"pcm", "device"},
                                        {"charge-trap", "device"},
                                        {"fefet", "device"},
                                        {"generic", "device"},
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

Table values(const ParameterFile& content) {
    Table table{{"key", "value", "place"}, {}};
    for (const auto& [key, entry] : content.values.entries()) {
        table.rows.push_back({key, to_text(entry.value), entry.place.text()});
    }
    return table;
}

/// A shipped file by its name, or any device file by its path.
ShippedFile find(const std::string& wanted) {
    std::vector<std::string> names;
    for (const ShippedFile& file : shipped_files()) {
        if (file.name == wanted || file.name == wanted + ".toml") return file;
        names.push_back(file.name);
    }
    if (std::filesystem::is_regular_file(wanted)) return {wanted, "device", wanted};
    throw InputError(
        Message{.place = "ohmgrid devices",
                .id = "DEV002",
                .what = fmt::format("no shipped file and no file '{}'", wanted),
                .remedy = did_you_mean(wanted, names, "'ohmgrid devices' lists them")});
}

/// The device that a part file describes, with `--set device.KEY=VALUE` on top.
DeviceModel device_of(const ParameterFile& content, const std::vector<std::string>& assignments) {
    ParameterSet set;
    for (const auto& [key, entry] : content.values.entries()) set.set("device." + key, entry);
    for (const std::string& assignment : assignments) set_from_command_line(set, assignment);
    Complaints complaints;
    refuse_unknown_keys(set, device_infos(), complaints);
    std::map<std::string, std::string> hashes;
    DeviceModel device = read_device(set, hashes, complaints);
    complaints.throw_if_any();
    return device;
}

ExitCode devices(const Arguments& arguments, Console& console) {
    const Format format = format_of(arguments);
    if (arguments.files().empty()) {
        print_table(list(shipped_files()), format, console);
        return ExitCode::done;
    }
    const ShippedFile file = find(arguments.files().front());
    const ParameterFile content = read_parameter_file(file.path, file.kind, data_folders());
    if (file.kind != "device" || arguments.has("values")) {
        print_table(values(content), format, console);
        return ExitCode::done;
    }
    const DeviceModel device = device_of(content, arguments.texts("set"));
    if (format == Format::table) {
        console.out << device.name << '\n' << description_of(device) << "\n\n";
        print_table(readable_state_table(device), format, console);
    } else {
        print_table(state_table(device), format, console);
    }
    if (arguments.has("pictures")) {
        const std::string prefix = arguments.text("pictures");
        write_file(prefix + "_error.svg", svg_file(error_chart(device)));
        write_file(prefix + "_drift.svg", svg_file(drift_chart(device)));
        console.err << fmt::format("wrote {0}_error.svg, {0}_drift.svg\n", prefix);
    }
    if (arguments.has("report")) {
        const std::string page = arguments.text("report");
        write_file(page, device_page(device, values(content)).text());
        console.err << "wrote " << page << '\n';
    }
    return ExitCode::done;
}

}  // namespace

Verb devices_verb() {
    return {.name = "devices",
            .sentence =
                "List the shipped parameter files, or show what a device does: its states, "
                "their errors, and how they change with time.",
            .example = "ohmgrid devices pcm/nandakumar2019",
            .files = "[FILE]",
            .files_least = 0,
            .files_most = 1,
            .options = {{"values", "", "show the file's values and where they stand instead"},
                        {"report", "FILE.html", "also draw errors and drift on a page"},
                        {"pictures", "PREFIX", "also write PREFIX_error.svg and PREFIX_drift.svg"},
                        option::set(),
                        option::format()},
            .action = devices};
}

}  // namespace ohmgrid
