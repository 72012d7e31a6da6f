#include "sim/io/subprocess.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

TEST(RunProcess, HandsBackBothStreamsAndTheExitCode) {
    const ProcessResult result =
        run_process({.command = {"sh", "-c", "echo a; echo b >&2; exit 7"}});
    EXPECT_EQ(result.output, "a\n");
    EXPECT_EQ(result.errors, "b\n");
    EXPECT_EQ(result.exit_code, 7);
}

TEST(RunProcess, TakesMoreOutputThanAPipeHolds) {
    const ProcessResult result =
        run_process({.command = {"sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x"}});
    EXPECT_EQ(result.output.size(), 3000000U);
}

TEST(RunProcess, PassesArgumentsWithoutAShell) {
    EXPECT_EQ(run_process({.command = {"echo", "$HOME; *"}}).output, "$HOME; *\n");
}

TEST(RunProcess, RunsInTheGivenFolder) {
    const TemporaryFolder scratch;
    const std::string folder = std::filesystem::canonical(scratch.path()).string();
    EXPECT_EQ(run_process({.command = {"pwd", "-P"}, .folder = folder}).output, folder + "\n");
}

TEST(RunProcess, NamesASignalAsShellsDo) {
    EXPECT_EQ(run_process({.command = {"sh", "-c", "kill -SEGV $$"}}).exit_code, 128 + 11);
}

TEST(RunProcess, KillsTheProgramAndItsChildrenAfterTheTimeout) {
    try {
        run_process({.command = {"sh", "-c", "sleep 60 & sleep 60"}, .timeout = milliseconds(100)});
        FAIL() << "nothing was thrown";
    } catch (const IoError& error) {
        EXPECT_EQ(error.messages().front().id, "PRC002");
        EXPECT_THAT(error.what(), HasSubstr("100ms"));
    }
}

TEST(RunProcess, StopsWhenAsked) {
    std::stop_source source;
    source.request_stop();
    EXPECT_THROW(run_process({.command = {"sleep", "60"}, .stop = source.get_token()}),
                 Interrupted);
}

TEST(RunProcess, SaysWhichProgramIsMissing) {
    try {
        run_process({.command = {"no-such-program-here"}});
        FAIL() << "nothing was thrown";
    } catch (const IoError& error) {
        EXPECT_THAT(error.what(), HasSubstr("no-such-program-here: error[PRC001]"));
    }
}

TEST(FindProgram, LooksOnPath) {
    EXPECT_TRUE(find_program("sh").has_value());
    EXPECT_FALSE(find_program("no-such-program-here").has_value());
}

TEST(TemporaryFolder, IsGoneAfterwardsWithItsFiles) {
    std::filesystem::path path;
    {
        const TemporaryFolder scratch;
        path = scratch.path();
        std::ofstream(path / "file") << "x";
        EXPECT_TRUE(std::filesystem::exists(path / "file"));
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace ohmgrid
