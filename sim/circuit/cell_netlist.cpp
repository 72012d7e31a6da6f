#include "sim/circuit/cell_netlist.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <sstream>

#include "sim/core/error.hpp"
#include "sim/core/spelling.hpp"
#include "sim/io/atomic_file.hpp"

namespace ohmgrid {
namespace {

using Eigen::Index;

Index index(std::size_t i) { return static_cast<Index>(i); }

constexpr std::string_view supported_elements = "rcldmqjbefghvikx";
constexpr std::array<std::string_view, 7> supported_commands{
    ".subckt", ".ends", ".model", ".param", ".func", ".include", ".lib"};

/// A logical line in lower case with its number; continuation lines are joined.
struct NetlistLine {
    std::int64_t number = 0;
    std::string text;
};

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// Without comments: whole lines beginning with '*', the rest of a line after ';' or " $".
std::string without_comment(std::string line) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    line.erase(0, std::min(line.size(), line.find_first_not_of(" \t")));
    if (line.starts_with('*')) return {};
    for (const std::string_view mark : {";", " $"})
        line.erase(std::min(line.size(), line.find(mark)));
    return line;
}

std::vector<std::string> words_of(const std::string& line) {
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

/// Each holds a word at least.
std::vector<NetlistLine> lines_of(const std::string& text) {
    std::vector<NetlistLine> lines;
    std::istringstream stream(text);
    std::int64_t number = 0;
    for (std::string raw; std::getline(stream, raw);) {
        ++number;
        const std::string line = lower(without_comment(raw));
        if (words_of(line).empty()) continue;
        if (line.front() == '+' && !lines.empty()) {
            lines.back().text += ' ' + line.substr(1);
        } else {
            lines.push_back({number, line});
        }
    }
    return lines;
}

/// Checks a cell file line by line.
class CellNetlistReader {
  public:
    explicit CellNetlistReader(std::string file) : file_(std::move(file)) {}

    void take(const NetlistLine& line) {
        const std::vector<std::string> words = words_of(line.text);
        const std::string& first = words.front();
        if (first.front() == '.') {
            command(line, words);
        } else if (supported_elements.find(first.front()) == std::string_view::npos) {
            complain(line.number, "CIR150",
                     fmt::format("the element '{}' is not supported in a cell", first),
                     "A cell may hold R C L D M Q J B E F G H V I K and X elements");
        } else if (!open_) {
            complain(line.number, "CIR150",
                     fmt::format("the element '{}' stands outside of a subcircuit", first),
                     "Put the cell between .subckt and .ends");
        }
    }

    std::vector<CellSubcircuit> finish() {
        if (open_) complain(0, "CIR151", "a .subckt has no .ends", "Close the subcircuit");
        if (found_.empty() && complaints_.empty()) {
            complain(0, "CIR151", "the file holds no subcircuit",
                     "Put the cell between .subckt and .ends");
        }
        complaints_.throw_if_any();
        return std::move(found_);
    }

  private:
    void complain(std::int64_t line, std::string id, std::string what, std::string remedy) {
        complaints_.add(
            {Place{file_, line, 1}.text(), std::move(id), std::move(what), std::move(remedy)});
    }

    void command(const NetlistLine& line, const std::vector<std::string>& words) {
        if (std::find(supported_commands.begin(), supported_commands.end(), words.front()) ==
            supported_commands.end()) {
            complain(line.number, "CIR150",
                     fmt::format("the command '{}' is not supported in a cell file", words.front()),
                     "Keep the subcircuit and its models only; Ohmgrid adds the analysis");
        } else if (words.front() == ".subckt") {
            subcircuit(line, words);
        } else if (words.front() == ".ends") {
            open_ = false;
        }
    }

    void subcircuit(const NetlistLine& line, const std::vector<std::string>& words) {
        open_ = true;
        CellSubcircuit cell{.name = words.size() > 1 ? words[1] : "", .pins = {}, .parameters = {}};
        for (std::size_t k = 2; k < words.size(); ++k) {
            const std::size_t equals = words[k].find('=');
            if (equals != std::string::npos) {
                cell.parameters.push_back(words[k].substr(0, equals));
            } else if (words[k] != "params:") {
                cell.pins.push_back(words[k]);
            }
        }
        found_.push_back(std::move(cell));
        const std::size_t pins = found_.back().pins.size();
        if (pins == 2 || pins == 3) return;
        complain(line.number, "CIR151",
                 fmt::format("the subcircuit '{}' has {} pins", found_.back().name, pins),
                 "A cell has a word line, a bit line and perhaps a gate; parameters are written "
                 "name=value without spaces");
    }

    std::string file_;
    bool open_ = false;
    std::vector<CellSubcircuit> found_;
    Complaints complaints_;
};

[[noreturn]] void refuse(const std::filesystem::path& file, std::string what, std::string remedy) {
    throw InputError({.place = file.string(),
                      .id = "CIR152",
                      .what = std::move(what),
                      .remedy = std::move(remedy)});
}

CellSubcircuit choose(const std::filesystem::path& file, const CharacteriseOptions& options) {
    const std::vector<CellSubcircuit> all = read_cell_netlist(file);
    std::vector<std::string> names;
    for (const CellSubcircuit& cell : all) {
        names.push_back(cell.name);
        if (cell.name == lower(options.subcircuit)) return cell;
    }
    if (options.subcircuit.empty() && all.size() == 1) return all.front();
    if (options.subcircuit.empty()) {
        refuse(file, fmt::format("the file holds {} subcircuits", all.size()),
               fmt::format("Name one of them: {}", fmt::join(names, ", ")));
    }
    refuse(file, fmt::format("there is no subcircuit '{}'", options.subcircuit),
           did_you_mean(lower(options.subcircuit), names, "Check the name"));
}

void check_sweep(const std::filesystem::path& file, const CellSubcircuit& cell,
                 const CharacteriseOptions& options) {
    const auto& known = cell.parameters;
    if (std::find(known.begin(), known.end(), lower(options.state_parameter)) == known.end()) {
        refuse(file,
               fmt::format("the subcircuit '{}' has no parameter '{}'", cell.name,
                           options.state_parameter),
               did_you_mean(lower(options.state_parameter), known, "Check the name"));
    }
    if (!(options.from_volt < options.to_volt) || options.points < 2 || options.states.empty()) {
        refuse(
            file,
            fmt::format("nothing to sweep: {} V to {} V in {} points for {} states",
                        options.from_volt, options.to_volt, options.points, options.states.size()),
            "Give a rising range, two points or more and one state or more");
    }
}

double volt_step(const CharacteriseOptions& options) {
    return (options.to_volt - options.from_volt) / (options.points - 1);
}

/// The line of the cell file that an error of ngspice is about. It names an element of an instance
/// as "m.xcell_0.m1" and other lines by their text.
std::int64_t line_meant(const std::string& complaint, const std::filesystem::path& file) {
    const std::string text = ' ' + lower(complaint) + ' ';
    for (const NetlistLine& line : lines_of(read_file(file))) {
        const std::string element = words_of(line.text).front() + ' ';
        for (std::size_t at = text.find("xcell_"); at != std::string::npos;
             at = text.find("xcell_", at + 1)) {
            const std::size_t dot = text.find('.', at);
            if (dot != std::string::npos && text.compare(dot + 1, element.size(), element) == 0) {
                return line.number;
            }
        }
        if (text.find(line.text) != std::string::npos) return line.number;
    }
    return 0;
}

/// Levels what falls by no more than rounding. @return the largest correction.
double level(Eigen::Ref<Eigen::RowVectorXd> curve) {
    constexpr double rounding = 1e-9;
    const double allowed_ampere = rounding * curve.cwiseAbs().maxCoeff();
    double largest = 0;
    for (Index k = 1; k < curve.size(); ++k) {
        const double fall = curve(k - 1) - curve(k);
        if (fall <= 0 || fall > allowed_ampere) continue;
        largest = std::max(largest, fall);
        curve(k) = curve(k - 1);
    }
    return largest;
}

/// Names every state by its I / V at the read voltage.
void name_by_chord(IvTable& table, double read_volt) {
    for (std::size_t s = 0; s < table.state_siemens.size(); ++s) {
        const IvInterpolant curve({.volt = table.volt,
                                   .state_siemens = {1.0},
                                   .current_ampere = table.current_ampere.row(index(s)),
                                   .origin = {}});
        table.state_siemens[s] = curve.at(1, read_volt).ampere / read_volt;
    }
    table.origin.push_back(fmt::format("states named by I / V at {} V", read_volt));
}

}  // namespace

std::vector<CellSubcircuit> read_cell_netlist(const std::filesystem::path& path) {
    CellNetlistReader reader(path.string());
    for (const NetlistLine& line : lines_of(read_file(path))) reader.take(line);
    return reader.finish();
}

std::string characterise_deck(const std::filesystem::path& cell_file,
                              const CellSubcircuit& subcircuit,
                              const CharacteriseOptions& options) {
    const bool gated = subcircuit.pins.size() == 3;
    std::string deck = fmt::format(
        "* I-V curves of {} for {} values of {}, written by Ohmgrid\n.include \"{}\"\n"
        "Vcell wl 0 0\n",
        subcircuit.name, options.states.size(), options.state_parameter,
        std::filesystem::absolute(cell_file).string());
    if (gated) deck += fmt::format("Vgate gate 0 {}\n", options.gate_volt);
    for (std::size_t s = 0; s < options.states.size(); ++s) {
        deck += fmt::format("Xcell_{0} wl bl_{0} {1}{2} {3}={4}\nVsense_{0} bl_{0} 0 0\n", s,
                            gated ? "gate " : "", subcircuit.name, options.state_parameter,
                            options.states[s]);
        deck += fmt::format(".save i(Vsense_{})\n", s);
    }
    return deck + fmt::format(
                      ".options gmin=1e-30 reltol=1e-9 abstol=1e-20 vntol=1e-12 itl1=1000\n"
                      ".dc Vcell {} {} {}\n.end\n",
                      options.from_volt, options.to_volt + 0.5 * volt_step(options),
                      volt_step(options));
}

IvTable characterise(const std::filesystem::path& cell_file, const CharacteriseOptions& options,
                     const NgspiceOptions& ngspice) {
    const CellSubcircuit cell = choose(cell_file, options);
    check_sweep(cell_file, cell, options);
    SpiceResult result;
    try {
        result = run_ngspice(characterise_deck(cell_file, cell, options), ngspice);
    } catch (const InputError& error) {
        Message message = error.messages().front();
        const std::int64_t line = line_meant(message.what, cell_file);
        message.place = Place{cell_file.string(), line, 1}.text();
        message.what = "ngspice refuses the cell: " + message.what;
        throw InputError(message);
    }
    IvTable table{.volt = {}, .state_siemens = options.states, .current_ampere = {}, .origin = {}};
    for (int k = 0; k < options.points; ++k) {
        const int last = options.points - 1;
        table.volt.push_back((options.from_volt * (last - k) + options.to_volt * k) / last);
    }
    if (result.values.rows() != options.points) {
        refuse(cell_file,
               fmt::format("ngspice gave {} points instead of {}", result.values.rows(),
                           options.points),
               "Choose another number of points");
    }
    table.current_ampere.resize(static_cast<Index>(options.states.size()), options.points);
    double levelled_ampere = 0;
    for (Index s = 0; s < table.current_ampere.rows(); ++s) {
        table.current_ampere.row(s) = result.column(fmt::format("i(vsense_{})", s)).transpose();
        levelled_ampere = std::max(levelled_ampere, level(table.current_ampere.row(s)));
    }
    table.origin = {fmt::format("{} of {}, {} = {}", cell.name, cell_file.filename().string(),
                                options.state_parameter, fmt::join(options.states, ", ")),
                    "swept by " + ngspice_version(ngspice).value_or("ngspice")};
    if (cell.pins.size() == 3)
        table.origin.push_back(fmt::format("gate at {} V", options.gate_volt));
    if (levelled_ampere > 0) {
        table.origin.push_back(fmt::format("rounding of up to {} A levelled", levelled_ampere));
    }
    if (options.state_name == StateName::chord_at_read) name_by_chord(table, options.read_volt);
    table.check(cell_file.string());
    return table;
}

}  // namespace ohmgrid
