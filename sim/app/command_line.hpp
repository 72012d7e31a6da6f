#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/app/console.hpp"
#include "sim/core/units.hpp"

namespace ohmgrid {

/// Exit codes of the program; stable, documented in docs/reference/command_line.md.
enum class ExitCode : int {
    done = 0,
    bad_input = 2,
    computation_failed = 3,
    comparison_said_no = 4,
    file_system = 5,
    our_bug = 70,
    interrupted = 130,
};

/// One `--name VALUE` (or flag, if `value` is empty).
struct Option {
    std::string name;
    std::string value;  ///< how the help calls its value: "FILE", "N"
    std::string doc;
    std::string fallback = {};  ///< shown in the help and used when the option is absent
    bool repeats = false;
    char letter = 0;  ///< "-o FILE" for --out FILE; none if 0
};

/// What the user typed after the verb, checked against the verb's options.
class Arguments {
  public:
    Arguments(std::vector<std::string> files,
              std::map<std::string, std::vector<std::string>> options)
        : files_(std::move(files)), options_(std::move(options)) {}

    [[nodiscard]] const std::vector<std::string>& files() const { return files_; }
    [[nodiscard]] bool has(const std::string& option) const;
    /// The (last) value of an option, or its fallback; empty if neither exists.
    [[nodiscard]] std::string text(const std::string& option) const;
    [[nodiscard]] std::vector<std::string> texts(const std::string& option) const;
    /// @throws InputError (CLI004) if it is not a whole number in low .. high.
    [[nodiscard]] std::int64_t count(const std::string& option, std::int64_t low,
                                     std::int64_t high) const;
    /// In SI base units. @throws InputError (PAR001, CLI009) if it is not a quantity of dimension
    /// `d`.
    [[nodiscard]] double quantity(const std::string& option, Dimension d) const;
    /// @throws InputError (CLI005) if it is none of `words`.
    [[nodiscard]] std::string choice(const std::string& option,
                                     const std::vector<std::string>& words) const;

  private:
    std::vector<std::string> files_;
    std::map<std::string, std::vector<std::string>> options_;
};

/// A subcommand, described by data: its help text is its documentation.
struct Verb {
    std::string name;
    std::string sentence;  ///< what it does, in one sentence
    std::string example;   ///< a command that works as it stands
    std::string files;     ///< usage of the file arguments: "RUN.toml", "" for none
    std::size_t files_least = 0;
    std::size_t files_most = 0;
    std::vector<Option> options;
    std::function<ExitCode(const Arguments&, Console&)> action;
};

/// Options that several verbs share, each defined once.
namespace option {
Option out(std::string fallback);
Option report();
Option format();
Option set();
Option threads();
Option seed();
Option quiet();
}  // namespace option

/// Runs `words` (the command line without the program's name). Help and answers go to console.out,
/// errors to console.err; nothing is thrown.
ExitCode run_program(const std::vector<Verb>& verbs, Console& console);

/// The help of one verb, also the text of its reference page.
std::string help_text(const Verb& verb);

/// The context a verb computes in, from --threads, --seed and --quiet.
RunContext context_of(const Arguments& arguments, Console& console);

}  // namespace ohmgrid
