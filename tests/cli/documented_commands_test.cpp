#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "sim/io/atomic_file.hpp"
#include "sim/io/subprocess.hpp"
#include "tests/support/program.hpp"

namespace ohmgrid {
namespace {

/// A scratch folder that looks like the source tree to relative paths.
class Workplace {
  public:
    Workplace() : home_(std::filesystem::current_path()) {
        for (const char* name : {"docs", "devices", "netlists"}) {
            std::filesystem::create_symlink(source_file(name), folder_.path() / name);
        }
        std::filesystem::current_path(folder_.path());
    }
    ~Workplace() { std::filesystem::current_path(home_); }
    Workplace(const Workplace&) = delete;
    Workplace& operator=(const Workplace&) = delete;

  private:
    TemporaryFolder folder_;
    std::filesystem::path home_;
};

/// Splits a command line at blanks, keeping "quoted words" together.
std::vector<std::string> words_of(const std::string& line) {
    std::vector<std::string> words(1);
    bool quoted = false;
    for (const char c : line) {
        if (c == '"' || c == '\'') {
            quoted = !quoted;
        } else if (c == ' ' && !quoted) {
            if (!words.back().empty()) words.emplace_back();
        } else {
            words.back() += c;
        }
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

/// The lines of fenced blocks that begin with `ohmgrid `, without what follows a pipe or comment.
std::vector<std::string> commands_in(const std::filesystem::path& page) {
    std::vector<std::string> commands;
    std::istringstream lines(read_file(page));
    bool inside = false;
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind("```", 0) == 0) inside = !inside;
        if (!inside || line.rfind("ohmgrid ", 0) != 0) continue;
        commands.push_back(line.substr(0, line.find_first_of("#|>")));
    }
    return commands;
}

std::vector<std::filesystem::path> pages() {
    std::vector<std::filesystem::path> all{source_file("README.md")};
    for (const auto& entry : std::filesystem::recursive_directory_iterator(source_file("docs"))) {
        if (entry.path().extension() == ".md") all.push_back(entry.path());
    }
    std::sort(all.begin(), all.end());
    return all;
}

void expect_works(const std::string& command, const std::string& where) {
    std::vector<std::string> words = words_of(command);
    words.erase(words.begin());
    const Outcome outcome = run_ohmgrid(words);
    EXPECT_EQ(outcome.code, ExitCode::done) << where << ": " << command << '\n' << outcome.err;
}

TEST(DocumentedCommands, InTheReadmeAndTheDocsWork) {
    std::size_t count = 0;
    for (const auto& page : pages()) {
        const Workplace workplace;
        for (const std::string& command : commands_in(page)) {
            expect_works(command, page.filename().string());
            ++count;
        }
    }
    EXPECT_GT(count, 5U);
}

TEST(DocumentedCommands, InTheHelpOfEveryVerbWork) {
    const Workplace workplace;
    for (const Verb& verb : all_verbs()) expect_works(verb.example, verb.name);
}

}  // namespace
}  // namespace ohmgrid
