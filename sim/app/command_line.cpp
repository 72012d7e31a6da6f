#include "sim/app/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <charconv>
#include <new>
#include <random>
#include <thread>

#include "sim/app/manual.hpp"
#include "sim/core/error.hpp"
#include "sim/core/spelling.hpp"
#include "sim/core/version.hpp"

namespace ohmgrid {
namespace {

namespace po = boost::program_options;

[[noreturn]] void usage_error(std::string id, std::string what, std::string remedy) {
    throw InputError(Message{.place = "ohmgrid",
                             .id = std::move(id),
                             .what = std::move(what),
                             .remedy = std::move(remedy)});
}

/// Prefixes of option names are refused: a script must not change its meaning when an option is
/// added.
constexpr int exact_names =
    po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;

[[noreturn]] void explain_failure(const Verb& verb, const po::error& error) {
    const std::string see = fmt::format("See 'ohmgrid {} --help'", verb.name);
    if (const auto* unknown = dynamic_cast<const po::unknown_option*>(&error)) {
        std::vector<std::string> names{"--help"};
        for (const Option& o : verb.options) names.push_back("--" + o.name);
        const std::string name = unknown->get_option_name();
        usage_error("CLI002", fmt::format("unknown option '{}'", name),
                    did_you_mean(name, names, see));
    }
    usage_error("CLI002", error.what(), see);
}

Arguments parse(const Verb& verb, const std::vector<std::string>& words) {
    po::options_description known;
    for (const Option& o : verb.options) {
        const std::string name = o.letter == 0 ? o.name : o.name + ',' + o.letter;
        if (o.value.empty()) {
            known.add_options()(name.c_str(), "");
        } else {
            known.add_options()(name.c_str(), po::value<std::string>(), "");
        }
    }
    known.add_options()("files", po::value<std::string>(), "");
    po::positional_options_description positions;
    positions.add("files", -1);

    std::vector<std::string> files;
    std::map<std::string, std::vector<std::string>> options;
    for (const Option& o : verb.options) {
        if (!o.fallback.empty()) options[o.name] = {o.fallback};
    }
    try {
        const auto parsed = po::command_line_parser(words)
                                .options(known)
                                .positional(positions)
                                .style(exact_names)
                                .run();
        std::map<std::string, std::vector<std::string>> given;
        for (const auto& item : parsed.options) {
            if (item.position_key >= 0) {
                files.push_back(item.value.at(0));
            } else {
                auto& values = given[item.string_key];
                values.insert(values.end(), item.value.begin(), item.value.end());
                if (item.value.empty()) values.emplace_back();
            }
        }
        for (const Option& o : verb.options) {
            const auto it = given.find(o.name);
            if (it == given.end()) continue;
            if (!o.repeats && it->second.size() > 1) {
                usage_error("CLI002", fmt::format("--{} is given more than once", o.name),
                            "Keep one of them");
            }
            options[o.name] = it->second;
        }
    } catch (const po::error& error) {
        explain_failure(verb, error);
    }
    if (files.size() < verb.files_least || files.size() > verb.files_most) {
        usage_error("CLI006",
                    fmt::format("'{}' takes {}, {} given", verb.name,
                                verb.files.empty() ? "no file" : verb.files, files.size()),
                    fmt::format("For example: {}", verb.example));
    }
    return {std::move(files), std::move(options)};
}

std::string overview(const std::vector<Verb>& verbs) {
    std::string text =
        "Circuit-level crossbar simulator with peripheral and architecture co-search.\n\n"
        "Usage: ohmgrid VERB [FILE] [options]\n\nVerbs:\n";
    for (const Verb& verb : verbs) text += fmt::format("  {:<12}{}\n", verb.name, verb.sentence);
    return text +
           "\n'ohmgrid VERB --help' shows an example and the options of a verb.\n"
           "Exit codes: 0 done, 2 bad usage or input, 3 computation failed, 4 a comparison said "
           "no,\n"
           "5 file system, 70 a defect in ohmgrid, 130 interrupted.\n";
}

const Verb& find_verb(const std::vector<Verb>& verbs, const std::string& name) {
    std::vector<std::string> names;
    for (const Verb& verb : verbs) {
        if (verb.name == name) return verb;
        names.push_back(verb.name);
    }
    usage_error("CLI001", fmt::format("unknown verb '{}'", name),
                did_you_mean(name, names, "'ohmgrid --help' lists all verbs"));
}

ExitCode dispatch(const std::vector<Verb>& verbs, Console& console) {
    const std::vector<std::string>& words = console.words;
    if (words.empty()) {
        console.err << overview(verbs);
        return ExitCode::bad_input;
    }
    if (words[0] == "--version") {
        console.out << "ohmgrid " << version() << '\n';
        return ExitCode::done;
    }
    if (words[0] == "help" && words.size() == 3 && words[1] == "--manual") {
        console.out << manual(words[2], verbs);
        return ExitCode::done;
    }
    if (words[0] == "--help" || (words[0] == "help" && words.size() == 1)) {
        console.out << overview(verbs);
        return ExitCode::done;
    }
    const bool asks_help = words[0] == "help";
    const Verb& verb = find_verb(verbs, words[asks_help ? 1 : 0]);
    const std::vector<std::string> rest(words.begin() + (asks_help ? 2 : 1), words.end());
    const bool wants_help =
        asks_help || std::any_of(rest.begin(), rest.end(), [](const std::string& word) {
            return word == "--help" || word == "-h";
        });
    if (wants_help) {
        console.out << help_text(verb);
        return ExitCode::done;
    }
    const ExitCode code = verb.action(parse(verb, rest), console);
    console.out.flush();
    if (!console.out) {
        throw IoError(Message{.place = "standard output",
                              .id = "FIL002",
                              .what = "cannot be written",
                              .remedy = "Check the disk or the program it is piped to"});
    }
    return code;
}

}  // namespace

bool Arguments::has(const std::string& option) const { return options_.count(option) > 0; }

std::string Arguments::text(const std::string& option) const {
    const auto it = options_.find(option);
    return it == options_.end() ? "" : it->second.back();
}

std::vector<std::string> Arguments::texts(const std::string& option) const {
    const auto it = options_.find(option);
    return it == options_.end() ? std::vector<std::string>{} : it->second;
}

std::int64_t Arguments::count(const std::string& option, std::int64_t low,
                              std::int64_t high) const {
    const std::string written = text(option);
    std::int64_t value = 0;
    const auto [end, failure] =
        std::from_chars(written.data(), written.data() + written.size(), value);
    if (failure != std::errc{} || end != written.data() + written.size() || value < low ||
        value > high) {
        usage_error("CLI004", fmt::format("--{} {}: expected a whole number", option, written),
                    fmt::format("Give a number in {} .. {}", low, high));
    }
    return value;
}

double Arguments::quantity(const std::string& option, Dimension d) const {
    const Quantity q = parse_quantity(text(option));
    if (q.dimension != d) {
        usage_error("CLI009",
                    fmt::format("--{} {}: this is {}, expected {}", option, text(option),
                                describe(q.dimension), describe(d)),
                    "Write the value with its unit");
    }
    return q.value;
}

std::string Arguments::choice(const std::string& option,
                              const std::vector<std::string>& words) const {
    const std::string written = text(option);
    if (std::find(words.begin(), words.end(), written) == words.end()) {
        usage_error(
            "CLI005",
            fmt::format("--{} {}: expected one of {}", option, written, fmt::join(words, ", ")),
            did_you_mean(written, words, "Choose one of them"));
    }
    return written;
}

namespace option {

Option out(std::string fallback) {
    return {"out", "FILE", "where the results go", std::move(fallback), false, 'o'};
}
Option report() { return {"report", "FILE.html", "a page with pictures of the results"}; }
Option format() { return {"format", "FORMAT", "table, csv or json on standard output", "table"}; }
Option set() {
    return {"set", "KEY=VALUE", "overrides a parameter, as in --set adc.bits=6; may be repeated",
            "", true};
}
Option threads() {
    return {"threads", "N",
            "OpenMP threads (default: all processors); results do not depend on it"};
}
Option seed() { return {"seed", "N", "of all random numbers, or 'random' to draw one", "1"}; }
Option quiet() { return {"quiet", "", "no notes and no progress bar"}; }

}  // namespace option

std::string help_text(const Verb& verb) {
    std::string text = fmt::format(
        "{}\n\nExample:\n  {}\n\nUsage: ohmgrid {}{}{}{}\n", verb.sentence, verb.example, verb.name,
        verb.files.empty() ? "" : " ", verb.files, verb.options.empty() ? "" : " [options]");
    if (!verb.options.empty()) text += "\nOptions:\n";
    const auto left = [](const Option& o) {
        const std::string letter = o.letter == 0 ? "" : fmt::format("-{}, ", o.letter);
        return letter + "--" + o.name + (o.value.empty() ? "" : ' ' + o.value);
    };
    std::size_t width = 20;
    for (const Option& o : verb.options) width = std::max(width, left(o).size());
    for (const Option& o : verb.options) {
        const std::string fallback = o.fallback.empty() ? "" : " (default " + o.fallback + ")";
        text += fmt::format("  {:<{}}  {}{}\n", left(o), width, o.doc, fallback);
    }
    return text;
}

ExitCode run_program(const std::vector<Verb>& verbs, Console& console) {
    try {
        return dispatch(verbs, console);
    } catch (const InputError& error) {
        console.err << error.what() << '\n';
        return ExitCode::bad_input;
    } catch (const NumericalError& error) {
        console.err << error.what() << '\n';
        return ExitCode::computation_failed;
    } catch (const IoError& error) {
        console.err << error.what() << '\n';
        return ExitCode::file_system;
    } catch (const Interrupted&) {
        console.err << "ohmgrid: interrupted; nothing was written under a final name\n";
        return ExitCode::interrupted;
    } catch (const std::bad_alloc&) {
        console.err << "ohmgrid: error[MEM001]: out of memory. Use smaller arrays, fewer images or "
                       "fewer threads\n";
        return ExitCode::computation_failed;
    } catch (const std::exception& error) {
        console.err << error.what() << "\nThis is a defect in ohmgrid " << version()
                    << ": please report it with the command you ran\n";
        return ExitCode::our_bug;
    }
}

RunContext context_of(const Arguments& arguments, Console& console) {
    RunContext context;
    constexpr std::int64_t most_threads = 1024;
    context.threads = arguments.has("threads")
                          ? static_cast<int>(arguments.count("threads", 1, most_threads))
                          : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    context.stop = console.stop;
    if (arguments.text("seed") == "random") {
        std::random_device entropy;
        context.seed = entropy();
        console.err << "seed " << context.seed << '\n';
    } else if (arguments.has("seed")) {
        context.seed = static_cast<std::uint64_t>(
            arguments.count("seed", 0, std::numeric_limits<std::int64_t>::max()));
    }
    if (!arguments.has("quiet")) {
        context.note = [&console](std::string_view line) { console.err << line << '\n'; };
        context.progress = progress_bar(console);
    }
    return context;
}

}  // namespace ohmgrid
