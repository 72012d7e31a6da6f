#include "sim/circuit/ngspice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <sstream>
#include <unordered_map>

#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/subprocess.hpp"

namespace ohmgrid {
namespace {

using Eigen::Index;

/// The number behind `label` in a text, such as "No. Points: 111".
template <class Number>
std::optional<Number> number_after(std::string_view text, std::string_view label) {
    const std::size_t at = text.find(label);
    if (at == std::string_view::npos) return std::nullopt;
    text.remove_prefix(at + label.size());
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \t")));
    Number value{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failure == std::errc{} ? std::optional(value) : std::nullopt;
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

[[noreturn]] void unreadable(const std::string& what) {
    throw InputError({.place = "ngspice",
                      .id = "CIR141",
                      .what = "its result cannot be read: " + what,
                      .remedy = "Ohmgrid is tested with ngspice 39; run 'ngspice --version'"});
}

/// Reads ngspice's raw file: a text head, "Binary:", then all variables of one point after another.
SpiceResult parse_raw(const std::string& raw) {
    constexpr std::string_view mark = "Binary:\n";
    const std::size_t data = raw.find(mark);
    if (data == std::string::npos) unreadable("no binary data");
    const std::string head = raw.substr(0, data);
    const auto variables = number_after<Index>(head, "No. Variables:");
    const auto points = number_after<Index>(head, "No. Points:");
    if (!variables || !points || head.find("Flags: real") == std::string::npos) {
        unreadable("an unknown head");
    }
    SpiceResult result;
    std::istringstream lines(head.substr(head.find("Variables:\n") + std::strlen("Variables:\n")));
    std::string number;
    std::string name;
    std::string kind;
    while (lines >> number >> name >> kind) result.names.push_back(lower(name));
    const auto count = static_cast<std::size_t>(*variables * *points);
    if (result.names.size() != static_cast<std::size_t>(*variables) ||
        raw.size() - data - mark.size() < count * sizeof(double)) {
        unreadable("it is cut short");
    }
    result.values.resize(*points, *variables);
    std::memcpy(result.values.data(), raw.data() + data + mark.size(), count * sizeof(double));
    if (!result.values.allFinite()) unreadable("it holds a value that is not finite");
    return result;
}

/// The lines in which ngspice says what is wrong, with those that follow an "Error on line".
std::string complaint_in(const std::string& errors) {
    std::istringstream lines(errors);
    std::string complaint;
    int following = 0;
    for (std::string line; std::getline(lines, line);) {
        if (line.find("Error") != std::string::npos) {
            constexpr int deck_line_and_reason = 2;
            following = line.find("on line") == std::string::npos ? 0 : deck_line_and_reason;
        } else if (following-- <= 0) {
            continue;
        }
        if (line.find("circuit not parsed") != std::string::npos) continue;
        line.erase(0, std::min(line.size(), line.find_first_not_of(" \t")));
        complaint += (complaint.empty() ? "" : "; ") + line;
    }
    return complaint;
}

/// Whether ngspice understood the deck and failed to solve it.
bool ran_and_failed(const ProcessResult& run) {
    return run.output.find("DC solution failed") != std::string::npos ||
           run.errors.find("singular matrix") != std::string::npos ||
           run.errors.find("too small") != std::string::npos;
}

[[noreturn]] void refused(const ProcessResult& run) {
    const std::string complaint = complaint_in(run.errors);
    if (ran_and_failed(run) || complaint.empty()) {
        const bool singular = run.errors.find("singular matrix") != std::string::npos;
        throw NumericalError(
            {.place = "ngspice",
             .id = "CIR142",
             .what = singular ? "no solution: singular matrix" : "no convergence",
             .remedy = "Check for nodes without a path to ground and for steep cells"});
    }
    throw InputError({.place = "ngspice",
                      .id = "CIR141",
                      .what = complaint,
                      .remedy = "Mend that line of the netlist"});
}

std::filesystem::path installed(const NgspiceOptions& options) {
    const auto program = find_program(options.program);
    if (program) return *program;
    throw IoError({.place = options.program,
                   .id = "CIR140",
                   .what = "ngspice is not installed; it is needed only for this",
                   .remedy = "Install it ('apt install ngspice') or put it on PATH"});
}

std::string ammeter(Index column) { return fmt::format("i(vsense_{})", column); }

NodeVoltages nodes_in(const SpiceResult& result, const Crossbar& crossbar) {
    const DeckNodes names(crossbar);
    std::unordered_map<std::string, Index> place_of;
    for (std::size_t k = 0; k < result.names.size(); ++k) {
        place_of.emplace(result.names[k], static_cast<Index>(k));
    }
    const auto volt = [&](const std::string& node) {
        return result.values(0, place_of.at("v(" + node + ")"));
    };
    NodeVoltages nodes{RowMajorMatrix(crossbar.rows(), crossbar.columns()),
                       RowMajorMatrix(crossbar.rows(), crossbar.columns())};
    for (Index i = 0; i < crossbar.rows(); ++i) {
        for (Index j = 0; j < crossbar.columns(); ++j) {
            nodes.row_volt(i, j) = volt(names.row(i, j));
            nodes.column_volt(i, j) = volt(names.column(i, j));
        }
    }
    return nodes;
}

RowMajorMatrix currents_in(const SpiceResult& result, const Crossbar& crossbar) {
    RowMajorMatrix ampere = RowMajorMatrix::Zero(result.values.rows(), crossbar.columns());
    for (Index j = 0; j < crossbar.columns(); ++j) {
        if (!crossbar.column_floats(j)) ampere.col(j) = result.column(ammeter(j));
    }
    return ampere;
}

}  // namespace

Eigen::VectorXd SpiceResult::column(const std::string& name) const {
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end()) {
        throw InternalError({.place = "ngspice",
                             .id = "CIR143",
                             .what = "the result holds no " + name,
                             .remedy = "Please report this"});
    }
    return values.col(at - names.begin());
}

std::optional<std::string> ngspice_version(const NgspiceOptions& options) {
    if (!find_program(options.program)) return std::nullopt;
    const ProcessResult run = run_process(
        {.command = {options.program, "--version"}, .timeout = std::chrono::seconds(10)});
    const std::size_t begin = run.output.find("ngspice-");
    if (begin == std::string::npos) return std::nullopt;
    return run.output.substr(begin, run.output.find_first_of(" \n", begin) - begin);
}

SpiceResult run_ngspice(const std::string& deck, const NgspiceOptions& options) {
    const std::filesystem::path program = installed(options);
    const TemporaryFolder folder;
    write_file(folder.path() / "deck.cir", deck);
    const ProcessResult run =
        run_process({.command = {program.string(), "-n", "-b", "-r", "result.raw", "deck.cir"},
                     .folder = folder.path(),
                     .timeout = options.timeout,
                     .stop = options.stop});
    const auto raw = folder.path() / "result.raw";
    if (run.exit_code != 0 || !std::filesystem::exists(raw)) refused(run);
    SpiceResult result = parse_raw(read_file(raw));
    result.analysis_second =
        number_after<double>(run.output, "Total analysis time (seconds) =").value_or(0);
    return result;
}

SpiceDcResult solve_with_ngspice(const Crossbar& crossbar, const CellLaw& law,
                                 const RowMajorMatrix& input_volt, const NgspiceOptions& options,
                                 Detail detail) {
    check_inputs(crossbar, input_volt);
    SpiceDcResult out{
        .column_current_ampere = RowMajorMatrix(input_volt.rows(), crossbar.columns()),
        .nodes = {}};
    for (Index k = 0; k < input_volt.rows(); ++k) {
        const SpiceResult result = run_ngspice(
            dc_deck(crossbar, law, input_volt.row(k).transpose(), {.saved = detail}), options);
        out.column_current_ampere.row(k) = currents_in(result, crossbar);
        if (detail == Detail::nodes) out.nodes.push_back(nodes_in(result, crossbar));
        out.analysis_second += result.analysis_second;
    }
    return out;
}

SpiceTransient solve_transient_with_ngspice(const Crossbar& crossbar, const CellLaw& law,
                                            const Eigen::VectorXd& input_volt,
                                            const TransientDeck& transient,
                                            const NgspiceOptions& options) {
    const SpiceResult result =
        run_ngspice(transient_deck(crossbar, law, input_volt, transient), options);
    const Eigen::VectorXd second = result.column("time");
    return {.second = {second.begin(), second.end()},
            .column_current_ampere = currents_in(result, crossbar),
            .analysis_second = result.analysis_second};
}

}  // namespace ohmgrid
