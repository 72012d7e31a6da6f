#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/program.hpp"

namespace ohmgrid {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(CommandLine, HelpAndVersionGoToStandardOutput) {
    for (const auto& words : std::vector<std::vector<std::string>>{{"--help"}, {"help"}}) {
        const Outcome outcome = run_ohmgrid(words);
        EXPECT_EQ(outcome.code, ExitCode::done);
        EXPECT_THAT(outcome.out, HasSubstr("Usage: ohmgrid VERB"));
        EXPECT_THAT(outcome.err, IsEmpty());
    }
    EXPECT_THAT(run_ohmgrid({"--version"}).out, StartsWith("ohmgrid "));
}

TEST(CommandLine, EveryVerbExplainsItselfWithAnExampleFirst) {
    for (const Verb& verb : all_verbs()) {
        const Outcome outcome = run_ohmgrid({verb.name, "--help"});
        EXPECT_EQ(outcome.code, ExitCode::done);
        EXPECT_THAT(outcome.out, StartsWith(verb.sentence + "\n\nExample:\n  " + verb.example));
        EXPECT_EQ(run_ohmgrid({"help", verb.name}).out, outcome.out);
        for (const Option& option : verb.options) {
            EXPECT_THAT(outcome.out, HasSubstr("--" + option.name)) << verb.name;
            EXPECT_THAT(outcome.out, HasSubstr("  " + option.doc)) << verb.name;
        }
    }
}

TEST(CommandLine, SaysWhatIsUnknownAndWhatWasMeant) {
    EXPECT_THAT(run_ohmgrid({"slove"}).err,
                HasSubstr("unknown verb 'slove'. Did you mean 'solve'?"));
    EXPECT_THAT(run_ohmgrid({"run", "x.toml", "--treads", "2"}).err,
                HasSubstr("unknown option '--treads'. Did you mean '--threads'?"));
    EXPECT_EQ(run_ohmgrid({"slove"}).code, ExitCode::bad_input);
    EXPECT_EQ(run_ohmgrid({}).code, ExitCode::bad_input);
}

/// Boost.Program_options accepts unambiguous prefixes unless told not to.
TEST(CommandLine, RefusesAbbreviatedOptions) {
    EXPECT_THAT(run_ohmgrid({"run", "x.toml", "--thr", "2"}).err,
                HasSubstr("unknown option '--thr'"));
}

/// Boost.Program_options turns -1 into 4294967295 for unsigned values.
TEST(CommandLine, RefusesNumbersThatAreNotWholeOrNotInRange) {
    for (const char* wrong : {"-1", "0", "2.5", "two", "99999999999999999999"}) {
        const Outcome outcome =
            run_ohmgrid({"infer", source_file("docs/examples/run.toml"), "--threads", wrong});
        EXPECT_EQ(outcome.code, ExitCode::bad_input);
        EXPECT_THAT(outcome.err, HasSubstr("--threads " + std::string(wrong))) << wrong;
    }
}

TEST(CommandLine, RefusesMissingExtraAndRepeatedWords) {
    EXPECT_THAT(run_ohmgrid({"run"}).err, HasSubstr("'run' takes RUN.toml, 0 given"));
    EXPECT_THAT(run_ohmgrid({"run", "a.toml", "b.toml"}).err, HasSubstr("2 given"));
    EXPECT_THAT(run_ohmgrid({"cost", "a.toml", "--format", "csv", "--format", "json"}).err,
                HasSubstr("--format is given more than once"));
    EXPECT_THAT(run_ohmgrid({"cost", source_file("docs/examples/run.toml"), "--format", "xml"}).err,
                HasSubstr("expected one of table, csv, json"));
}

}  // namespace
}  // namespace ohmgrid
