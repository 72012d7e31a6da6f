#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "sim/app/run_file.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/subprocess.hpp"
#include "tests/support/program.hpp"

namespace ohmgrid {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::StartsWith;

/// What the real program prints, which knows the verbs of the search as well.
std::string printed(const std::string& part) {
    const ProcessResult result =
        run_process({.command = {OHMGRID_PROGRAM, "help", "--manual", part}});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    return result.output;
}

class GeneratedPage : public ::testing::TestWithParam<std::string> {};

TEST_P(GeneratedPage, IsWhatTheProgramSays) {
    const std::string path = "docs/reference/" + GetParam() + ".md";
    EXPECT_EQ(read_file(source_file(path)), printed(GetParam()))
        << "renew it: build/release/bin/ohmgrid help --manual " << GetParam() << " > " << path;
}

INSTANTIATE_TEST_SUITE_P(Reference, GeneratedPage, ::testing::Values("verbs", "parameters"),
                         [](const auto& page) { return page.param; });

TEST(Manual, NamesEveryParameterOnThePageAndInTheManPage) {
    const std::string page = printed("parameters");
    const std::string man = printed("man-parameters");
    for (const ParamInfo& info : run_parameters()) {
        EXPECT_THAT(page, HasSubstr("| `" + info.key + "` |"));
        EXPECT_THAT(man, HasSubstr("\\fB" + info.key + "\\fR"));
    }
}

/// groff reports what it cannot typeset; without it only the structure is checked.
TEST(Manual, IsValidTroff) {
    for (const std::string part : {"man", "man-parameters"}) {
        const std::string page = printed(part);
        EXPECT_THAT(page, StartsWith(".TH OHMGRID"));
        if (!find_program("groff")) continue;
        const TemporaryFolder folder;
        const std::string file = (folder.path() / "page").string();
        write_file(file, page);
        const ProcessResult result =
            run_process({.command = {"groff", "-man", "-Tascii", "-ww", file}});
        EXPECT_EQ(result.errors, "") << part;
        EXPECT_THAT(result.output, StartsWith("OHMGRID"));
    }
}

/// What bash offers for the last of `words`.
std::vector<std::string> offered(const std::vector<std::string>& words, const std::string& folder) {
    std::string list;
    for (const std::string& word : words) list += "'" + word + "' ";
    const std::string script = "cd '" + folder + "'; source ./completion; COMP_WORDS=(" + list +
                               "); COMP_CWORD=" + std::to_string(words.size() - 1) +
                               "; _ohmgrid; printf '%s\\n' \"${COMPREPLY[@]}\"";
    const ProcessResult result = run_process({.command = {"bash", "-c", script}});
    EXPECT_EQ(result.errors, "");
    std::vector<std::string> lines;
    std::istringstream text(result.output);
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
}

TEST(Completion, OffersVerbsOptionsKeysAndMatchingFiles) {
    const TemporaryFolder folder;
    const std::string place = folder.path().string();
    write_file(folder.path() / "completion", printed("bash"));
    write_file(folder.path() / "mine.toml", "");
    write_file(folder.path() / "mine.png", "");
    EXPECT_THAT(offered({"ohmgrid", "co"}, place), IsSupersetOf({"cost", "convert"}));
    EXPECT_THAT(offered({"ohmgrid", "co"}, place), Each(StartsWith("co")));
    EXPECT_THAT(offered({"ohmgrid", "cost", "--f"}, place), Contains("--format"));
    EXPECT_THAT(offered({"ohmgrid", "cost", "--format", "j"}, place), Contains("json"));
    EXPECT_THAT(offered({"ohmgrid", "cost", "--set", "adc.bi"}, place), Contains("adc.bits="));
    EXPECT_THAT(offered({"ohmgrid", "cost", "mi"}, place), ::testing::ElementsAre("mine.toml"));
}

TEST(Manual, RefusesOtherParts) {
    const Outcome outcome = run_ohmgrid({"help", "--manual", "poem"});
    EXPECT_EQ(outcome.code, ExitCode::bad_input);
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("CLI005"), HasSubstr("man-parameters")));
}

}  // namespace
}  // namespace ohmgrid
