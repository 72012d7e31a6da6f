#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <thread>

#include "sim/app/data_folders.hpp"
#include "sim/app/print_table.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/version.hpp"
#include "sim/network/instruction_set.hpp"
#include "sim/parallel/ranks.hpp"

namespace ohmgrid {
namespace {

/// The first folder of PATH that holds an executable `name`.
std::string find_program(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::istringstream folders(path == nullptr ? "" : path);
    std::string folder;
    while (std::getline(folders, folder, ':')) {
        const std::filesystem::path candidate = std::filesystem::path(folder) / name;
        if (std::filesystem::is_regular_file(candidate)) return candidate.string();
    }
    return {};
}

ExitCode doctor(const Arguments& arguments, Console& console) {
    const Format format = format_of(arguments);
    const std::vector<std::filesystem::path> data = data_folders();
    const std::string ngspice = find_program("ngspice");
    Table table{{"what", "found", "advice"}, {}};
    const auto add = [&table](std::string what, std::string found, std::string advice) {
        table.rows.push_back({std::move(what), std::move(found), std::move(advice)});
    };
    add("ohmgrid", fmt::format("{} (results version {})", version(), results_version), "");
    add("compiler", fmt::format("{} {}", OHMGRID_COMPILER, __VERSION__), "");
    add("processors", std::to_string(std::thread::hardware_concurrency()), "");
    add("instruction set", std::string(to_text(widest_instruction_set())), "");
    add("data folders", data.empty() ? "none" : data.front().parent_path().string(),
        data.empty() ? "run the program from its build or install folder" : "");
    add("ngspice", ngspice.empty() ? "none" : ngspice,
        ngspice.empty() ? "optional: apt-get install ngspice" : "");
    const std::string mpi = mpi_library();
    add("MPI", mpi.empty() ? "none" : mpi,
        mpi.empty()
            ? "optional, for studies under mpirun: apt-get install libopenmpi-dev, build again"
            : "");
    print_table(table, format, console);
    return data.empty() ? ExitCode::comparison_said_no : ExitCode::done;
}

}  // namespace

Verb doctor_verb() {
    return {.name = "doctor",
            .sentence = "Check the installation: version, data folders, optional programs.",
            .example = "ohmgrid doctor",
            .files = "",
            .files_least = 0,
            .files_most = 0,
            .options = {option::format()},
            .action = doctor};
}

}  // namespace ohmgrid
