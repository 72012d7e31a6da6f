#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "sim/app/data_folders.hpp"
#include "sim/app/print_table.hpp"
#include "sim/app/verbs.hpp"
#include "sim/circuit/line_solver.hpp"
#include "sim/circuit/ngspice.hpp"
#include "sim/circuit/reference_solver.hpp"
#include "sim/core/error.hpp"
#include "sim/core/version.hpp"
#include "sim/io/subprocess.hpp"
#include "sim/network/instruction_set.hpp"
#include "sim/parallel/ranks.hpp"

namespace ohmgrid {
namespace {

/// What was looked at, and whether it must be mended before ohmgrid can be relied on.
struct Findings {
    Table table{{"what", "found", "advice"}, {}};
    bool healthy = true;

    void add(const std::string& what, const std::string& found, const std::string& advice = "") {
        table.rows.push_back({what, found, advice});
    }
    void check(const std::string& what, bool good, const std::string& found,
               const std::string& advice) {
        healthy = healthy && good;
        add(what, found, good ? "" : advice);
    }
};

std::string memory_text() {
    const double bytes =
        static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
    constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;
    return fmt::format("{:.1f} GiB", bytes / gibibyte);
}

std::size_t count_parameter_files(const std::filesystem::path& root) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        if (entry.path().extension() == ".toml") ++count;
    }
    return count;
}

void check_data(Findings& findings) {
    const std::vector<std::filesystem::path> data = data_folders();
    findings.check("data folders", !data.empty(),
                   data.empty() ? "none" : data.front().parent_path().string(),
                   "run the program from its build or install folder");
    if (data.empty()) return;
    const std::size_t files = count_parameter_files(data.front());
    findings.check("parameter files", files > 0, std::to_string(files),
                   "install the package again: devices/ is empty");
}

/// The fast solver against the obvious one, on an array where wires matter.
void check_solver(Findings& findings) {
    constexpr Eigen::Index size = 16;
    Crossbar crossbar;
    crossbar.conductance_siemens = RowMajorMatrix::Constant(size, size, 1e-4);
    crossbar.conductance_siemens.diagonal().setConstant(1e-6);
    crossbar.row_wire_ohm = crossbar.column_wire_ohm = 5;
    const RowMajorMatrix volt = RowMajorMatrix::Constant(1, size, 0.2);
    const RowMajorMatrix fast = LineSolver(crossbar).solve(volt).column_current_ampere;
    const RowMajorMatrix slow = ReferenceSolver(crossbar).solve(volt).column_current_ampere;
    const double deviation = (fast - slow).cwiseAbs().maxCoeff() / slow.cwiseAbs().maxCoeff();
    constexpr double most = 1e-7;
    findings.check("solver check", deviation < most,
                   fmt::format("fast and reference differ by {:.1e}", deviation),
                   "please report this with the lines above");
}

void check_temporary_folder(Findings& findings) {
    try {
        const TemporaryFolder folder;
        findings.add("temporary files", folder.path().parent_path().string());
    } catch (const IoError& error) {
        findings.check("temporary files", false, error.what(), "make TMPDIR a writable folder");
    }
}

ExitCode doctor(const Arguments& arguments, Console& console) {
    const Format format = format_of(arguments);
    Findings findings;
    findings.add("ohmgrid", fmt::format("{} (results version {})", version(), results_version));
    findings.add("compiler", fmt::format("{} {}", OHMGRID_COMPILER, __VERSION__));
    findings.add("processors", std::to_string(std::thread::hardware_concurrency()));
    findings.add("memory", memory_text());
    findings.add("instruction set", std::string(to_text(widest_instruction_set())));
    const std::string mpi = mpi_library();
    findings.add("several processes", mpi.empty() ? "none" : mpi,
                 mpi.empty() ? "optional, for mpirun: build with libopenmpi-dev" : "");
    check_data(findings);
    check_temporary_folder(findings);
    check_solver(findings);
    const auto ngspice = ngspice_version();
    findings.add("ngspice", ngspice.value_or("none"),
                 ngspice ? "" : "optional, a second solver for arrays: apt-get install ngspice");
    print_table(findings.table, format, console);
    return findings.healthy ? ExitCode::done : ExitCode::comparison_said_no;
}

}  // namespace

Verb doctor_verb() {
    return {.name = "doctor",
            .sentence = "Check the installation: data, solvers, memory, optional programs.",
            .example = "ohmgrid doctor",
            .files = "",
            .files_least = 0,
            .files_most = 0,
            .options = {option::format()},
            .action = doctor};
}

}  // namespace ohmgrid
