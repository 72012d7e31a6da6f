#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "sim/io/atomic_file.hpp"
#include "sim/io/subprocess.hpp"
#include "sim/montecarlo/study.hpp"

namespace ohmgrid {
namespace {

using ::testing::AnyOf;
using ::testing::Eq;
using ::testing::HasSubstr;

constexpr int killed = 128 + 9;

class StudyProcess : public ::testing::Test {
  protected:
    ProcessResult run(const std::vector<std::string>& options,
                      const std::vector<std::string>& launcher = {}) const {
        std::vector<std::string> command = launcher;
        command.emplace_back(OHMGRID_STUDY_PROCESS);
        command.push_back(out.string());
        command.insert(command.end(), options.begin(), options.end());
        return run_process({.command = command, .folder = folder.path()});
    }
    /// As root and on few processors Open MPI wants to be told that this is meant.
    ProcessResult run_ranks(int count, const std::vector<std::string>& options) const {
        return run(options, {"mpirun", "--allow-run-as-root", "--oversubscribe", "-n",
                             std::to_string(count)});
    }
    /// What one process prints that nothing disturbs.
    std::string undisturbed() const {
        const ProcessResult result = run({});
        EXPECT_EQ(result.exit_code, 0) << result.errors;
        remove_journals(out);
        return result.output;
    }
    std::filesystem::path journal() const { return out.string() + ".journal"; }

    TemporaryFolder folder;
    const std::filesystem::path out = folder.path() / "trials.h5";
};

/// kill -9 in the middle of trial 9 with one thread: trials 0 .. 8 are kept, and the resumed study
/// prints the same bits.
TEST_F(StudyProcess, KilledLosesOnlyTheTrialInFlight) {
    const std::string straight = undisturbed();
    EXPECT_EQ(run({"--kill-at", "9"}).exit_code, killed);
    EXPECT_EQ(read_trials(journal()).values.size(), 9U);
    const ProcessResult resumed = run({"--resume"});
    EXPECT_EQ(resumed.exit_code, 0) << resumed.errors;
    EXPECT_THAT(resumed.errors, HasSubstr("going on from 9 finished trials"));
    EXPECT_EQ(resumed.output, straight);
}

TEST_F(StudyProcess, KilledAgainAndAgainStillEndsWithTheSameBits) {
    const std::string straight = undisturbed();
    for (const char* trial : {"3", "11", "12", "20"}) {
        EXPECT_EQ(run({"--resume", "--threads", "3", "--kill-at", trial}).exit_code, killed);
    }
    EXPECT_EQ(run({"--resume", "--threads", "2"}).output, straight);
}

/// A process that dies while it writes leaves part of a line, here at every length.
TEST_F(StudyProcess, KilledWhileWritingAnEntryResumesWithANote) {
    const std::string straight = undisturbed();
    EXPECT_EQ(run({"--kill-at", "5"}).exit_code, killed);
    const std::string whole = read_file(journal());
    const std::size_t last = whole.rfind('\n', whole.size() - 2) + 1;
    for (const std::size_t length :
         {last + 1, last + 17, (last + whole.size()) / 2, whole.size() - 1}) {
        std::ofstream(journal(), std::ios::binary | std::ios::trunc) << whole.substr(0, length);
        const ProcessResult resumed = run({"--resume"});
        EXPECT_EQ(resumed.output, straight);
        EXPECT_THAT(resumed.errors, HasSubstr("are no whole trial and are dropped"));
    }
}

TEST_F(StudyProcess, ThatFailsKeepsFinishedTrialsAndNamesTheTrial) {
    const ProcessResult failed = run({"--fail-at", "6"});
    EXPECT_EQ(failed.exit_code, 3);
    EXPECT_THAT(failed.errors, HasSubstr("trial 6"));
    EXPECT_EQ(read_trials(journal()).values.size(), 6U);
}

class StudyRanks : public StudyProcess {
  protected:
    void SetUp() override {
        if (mpi_library().empty()) GTEST_SKIP() << "skipped: this build has no MPI";
        if (!find_program("mpirun")) GTEST_SKIP() << "skipped: mpirun is not installed";
    }
};

TEST_F(StudyRanks, GiveTheBitsOfOneProcess) {
    const std::string straight = undisturbed();
    for (const int ranks : {1, 2, 3}) {
        const ProcessResult result = run_ranks(ranks, {"--threads", "1"});
        EXPECT_EQ(result.exit_code, 0) << result.errors;
        EXPECT_EQ(result.output, straight) << ranks << " ranks";
        for (int rank = 1; rank < ranks; ++rank) {
            EXPECT_GT(
                read_trials(journal().string() + ".rank-" + std::to_string(rank)).values.size(),
                20U)
                << "rank " << rank << " had nothing to do";
        }
        remove_journals(out);
    }
}

/// Trial 7 is rank 1's. Everything evaluated before it is in the journals of the two ranks, and any
/// other number of ranks goes on from there.
TEST_F(StudyRanks, KeepFinishedTrialsWhenOneDies) {
    const std::string straight = undisturbed();
    const ProcessResult died = run_ranks(2, {"--kill-at", "7"});
    EXPECT_NE(died.exit_code, 0);
    EXPECT_THAT(died.errors, HasSubstr("signal 9")) << "mpirun names the rank that died";
    const TrialValues of_rank_1 = read_trials(journal().string() + ".rank-1").values;
    EXPECT_EQ(of_rank_1.size(), 3U);  // trials 1, 3, 5
    const ProcessResult resumed = run_ranks(3, {"--resume"});
    EXPECT_EQ(resumed.exit_code, 0) << resumed.errors;
    EXPECT_THAT(resumed.errors, HasSubstr("going on from"));
    EXPECT_EQ(resumed.output, straight);
}

TEST_F(StudyRanks, AllEndWhenATrialFailsOnOne) {
    const ProcessResult failed = run_ranks(2, {"--fail-at", "7"});
    EXPECT_NE(failed.exit_code, 0);
    EXPECT_THAT(failed.errors, HasSubstr("trial 7"));
    EXPECT_THAT(failed.errors, HasSubstr("rank 1: error[MCS007]"));
    EXPECT_EQ(read_trials(journal()).values.size(), 12U) << "rank 0 keeps its share";
    EXPECT_EQ(read_trials(journal().string() + ".rank-1").values.size(), 3U);
}

}  // namespace
}  // namespace ohmgrid
