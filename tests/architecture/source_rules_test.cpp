#include "tests/architecture/source_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ohmgrid {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> including(const std::string& path, const std::string& header) {
    return forbidden_includes({.path = path, .lines = {"#pragma once", "#include " + header}});
}

std::vector<std::string> calling(const std::string& path, const std::string& line) {
    return forbidden_calls({.path = path, .lines = {line}});
}

TEST(IncludeRule, AllowsTheOwnModuleAndEverythingEarlierInTheFlow) {
    EXPECT_THAT(including("sim/cost/a.cpp", R"("sim/cost/b.hpp")"), IsEmpty());
    EXPECT_THAT(including("sim/cost/a.cpp", R"("sim/core/error.hpp")"), IsEmpty());
    EXPECT_THAT(including("search/app/main.cpp", R"("sim/app/run.hpp")"), IsEmpty());
    EXPECT_THAT(including("sim/core/a.cpp", "<vector>"), IsEmpty());
}

TEST(IncludeRule, NamesFileAndLineOfAnIncludeAgainstTheFlow) {
    EXPECT_THAT(including("sim/circuit/a.cpp", R"("sim/inference/b.hpp")"),
                ElementsAre("sim/circuit/a.cpp:2: includes sim/inference/b.hpp, which comes after "
                            "sim/circuit in the flow"));
}

TEST(IncludeRule, ForbidsNeighboursDetailsAndApps) {
    EXPECT_THAT(including("sim/cost/a.cpp", R"("sim/inference/b.hpp")"),
                ElementsAre(HasSubstr("comes after")));
    EXPECT_THAT(including("sim/cost/a.cpp", R"("sim/circuit/detail/b.hpp")"),
                ElementsAre(HasSubstr("detail of another module")));
    EXPECT_THAT(including("search/solver/a.cpp", R"("sim/app/run.hpp")"),
                ElementsAre(HasSubstr("only apps")));
}

TEST(IncludeRule, ForbidsPathsThatDoNotBeginAtTheRootAndUnknownModules) {
    EXPECT_THAT(including("sim/core/a.cpp", R"("error.hpp")"),
                ElementsAre(HasSubstr("known module")));
    EXPECT_THAT(including("sim/magic/a.cpp", R"("sim/core/error.hpp")"),
                ElementsAre(HasSubstr("does not know")));
}

TEST(IncludeRule, KeepsThirdPartyHeadersInsideTheModuleThatHidesThem) {
    EXPECT_THAT(including("sim/io/hdf5.cpp", "<hdf5.h>"), IsEmpty());
    EXPECT_THAT(including("sim/device/a.cpp", "<hdf5.h>"),
                ElementsAre(HasSubstr("hidden inside sim/io")));
}

TEST(CallRule, ForbidsLibrariesToPrintAndToExit) {
    for (const char* line : {"std::cout << x;", "printf(\"%d\", x);", "std::exit(1);",
                             "fmt::print(\"x\");", "#include <iostream>"}) {
        EXPECT_THAT(calling("sim/core/a.cpp", line), ElementsAre(HasSubstr("sim/core/a.cpp:1:")))
            << line;
        EXPECT_THAT(calling("sim/app/a.cpp", line), IsEmpty()) << line;
    }
}

TEST(CallRule, DoesNotMindCommentsTextsAndSimilarNames) {
    for (const char* line : {"// calls exit(1)", "say(\"exit(1)\");", "on_exit(1);",
                             "std::snprintf(buffer, size, \"%d\", x);"}) {
        EXPECT_THAT(calling("sim/core/a.cpp", line), IsEmpty()) << line;
    }
}

class Repository : public ::testing::Test {
  protected:
    void SetUp() override { ASSERT_GT(sources.size(), 40U) << "the scan misses the sources"; }

    /// All offences against a rule, one per line, so that a failure can be read.
    template <class Rule>
    [[nodiscard]] std::string offences(const Rule& rule) const {
        std::string text;
        for (const SourceFile& file : sources) {
            for (const std::string& offence : rule(file)) text += offence + "\n";
        }
        return text;
    }

    const std::vector<SourceFile> sources = read_sources(OHMGRID_SOURCE_DIR);
};

TEST_F(Repository, IncludesFollowTheArrows) { EXPECT_EQ(offences(forbidden_includes), ""); }

TEST_F(Repository, LibrariesNeitherPrintNorExit) { EXPECT_EQ(offences(forbidden_calls), ""); }

TEST_F(Repository, FilesStayBelowFiveHundredLines) {
    for (const SourceFile& file : sources) EXPECT_LE(file.lines.size(), 500U) << file.path;
}

}  // namespace
}  // namespace ohmgrid
