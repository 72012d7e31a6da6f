#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "sim/io/atomic_file.hpp"
#include "sim/io/hdf5.hpp"
#include "sim/io/subprocess.hpp"
#include "sim/parallel/ranks.hpp"
#include "tests/support/program.hpp"

namespace ohmgrid {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

class MontecarloVerb : public ::testing::Test {
  protected:
    std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

    std::vector<std::string> words(const std::string& file, std::vector<std::string> more,
                                   const std::string& out = "trials.h5") const {
        std::vector<std::string> all{"montecarlo", file, "--out", path(out), "--quiet"};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    Outcome study(std::vector<std::string> more, const std::string& out = "trials.h5",
                  const std::string& file = array) const {
        return run_ohmgrid(words(file, std::move(more), out));
    }
    Json json_of(std::vector<std::string> more, const std::string& out = "trials.h5",
                 const std::string& file = array) const {
        more.insert(more.end(), {"--format", "json"});
        const Outcome outcome = study(std::move(more), out, file);
        EXPECT_EQ(outcome.code, ExitCode::done) << outcome.err;
        return Json::parse(outcome.out.empty() ? "{}" : outcome.out);
    }
    std::string written(const std::string& text) const {
        write_file(path("study.toml"), text);
        return path("study.toml");
    }

    inline static const std::string array = source_file("docs/examples/array_study.toml");
    inline static const std::string network = source_file("docs/examples/run.toml");
    TemporaryFolder folder_;
};

void expect_refused(const Outcome& outcome, const std::string& id, const std::string& what) {
    EXPECT_EQ(outcome.code, ExitCode::bad_input) << outcome.err;
    EXPECT_THAT(outcome.err,
                AllOf(HasSubstr("error[" + id + "]"), HasSubstr(what), Not(HasSubstr("defect"))));
    EXPECT_EQ(outcome.out, "");
}

TEST_F(MontecarloVerb, PrintsTheMachineContract) {
    const Json json = json_of({"--trials", "40", "--threshold", "4 %", "--attribution"});
    EXPECT_EQ(json["trials"], 40);
    EXPECT_EQ(json["measure"], "current_error");
    EXPECT_LE(json["interval_95"][0], json["mean"]);
    EXPECT_GE(json["interval_95"][1], json["mean"]);
    EXPECT_GT(json["standard_deviation"], 0);
    EXPECT_GE(json["yield"], json["yield_interval_95"][0]);
    EXPECT_EQ(json["measures"].size(), 2U);
    EXPECT_EQ(json["attribution"].size(), 3U);
    EXPECT_EQ(json_of({"--trials", "4"}, "b.h5")["yield"], nullptr);
}

TEST_F(MontecarloVerb, KeepsEveryTrialInTheResultFile) {
    const Json json = json_of({"--trials", "12"});
    const Hdf5Reader file(path("trials.h5"));
    const std::vector<double> values = file.read<double>("/trials/current_error").values;
    ASSERT_EQ(values.size(), 12U);
    double sum = 0;
    for (const double value : values) sum += value;
    EXPECT_NEAR(sum / 12, json["mean"], 1e-15);
    EXPECT_EQ(file.text_attribute("/", "filetype"), "ohmgrid.montecarlo");
    EXPECT_FALSE(std::filesystem::exists(path("trials.h5.journal"))) << "left beside the result";
}

/// A 1 x 1 array of 100 uS without wires whose cell is off by 10 %, normally distributed: the
/// relative error is |z| / 10, with mean sqrt(2 / pi) / 10.
TEST_F(MontecarloVerb, FindsTheErrorOfASingleCell) {
    write_file(path("cell.csv"), "100e-6\n");
    const std::string file = written(
        "schema = \"ohmgrid.study/1\"\ncells = \"cell.csv\"\n[device]\nbase = "
        "\"reram/hfox-1t1r.toml\"\n[device.programming]\nlaw = \"proportional\"\nsigma = \"10 %\"\n"
        "[montecarlo]\ntrials = 2000\n");
    const Json json = json_of({}, "trials.h5", file);
    const double mean = 0.1 * std::sqrt(2 / M_PI);
    EXPECT_NEAR(json["mean"], mean, 5 * 0.1 * std::sqrt((1 - 2 / M_PI) / 2000));
    EXPECT_NEAR(json["standard_deviation"], 0.1 * std::sqrt(1 - 2 / M_PI), 0.005);
}

TEST_F(MontecarloVerb, AnswersTheSameForAnyThreadsAndShards) {
    const std::vector<std::string> asked{"--trials", "15", "--attribution", "--format", "json"};
    const std::string whole = study(asked, "whole.h5").out;
    std::vector<std::string> threaded = asked;
    threaded.insert(threaded.end(), {"--threads", "3"});
    EXPECT_EQ(study(threaded, "threads.h5").out, whole);
    std::vector<std::string> merge{"montecarlo",      "merge",    "--out",
                                   path("merged.h5"), "--format", "json"};
    for (const char* number : {"1", "2", "3"}) {
        std::vector<std::string> shard = asked;
        shard.insert(shard.end(), {"--shard", std::string(number) + "/3"});
        const Outcome part = study(shard, "part.h5");
        EXPECT_EQ(part.code, ExitCode::done) << part.err;
        merge.push_back(path(std::string("part.") + number + "-of-3.h5"));
    }
    EXPECT_EQ(run_ohmgrid(merge).out, whole);
    merge.pop_back();
    expect_refused(run_ohmgrid(merge), "MCS006", "are missing (trials ");
}

TEST_F(MontecarloVerb, UnderMpirunAnswersAsOneProcess) {
    if (mpi_library().empty()) GTEST_SKIP() << "skipped: this build has no MPI";
    if (!find_program("mpirun")) GTEST_SKIP() << "skipped: mpirun is not installed";
    const std::vector<std::string> asked{"--trials", "10", "--attribution", "--format", "json"};
    const std::string whole = study(asked, "whole.h5").out;
    for (const char* ranks : {"1", "2", "3"}) {
        std::vector<std::string> command{"mpirun", "--allow-run-as-root", "--oversubscribe", "-n",
                                         ranks,    OHMGRID_PROGRAM};
        const std::vector<std::string> more = words(array, asked, "ranks.h5");
        command.insert(command.end(), more.begin(), more.end());
        const ProcessResult result = run_process({.command = command, .folder = folder_.path()});
        EXPECT_EQ(result.exit_code, 0) << result.errors;
        EXPECT_EQ(result.output, whole) << ranks << " ranks";
        EXPECT_EQ(Hdf5Reader(path("ranks.h5")).read<double>("/points/values").values,
                  Hdf5Reader(path("whole.h5")).read<double>("/points/values").values);
    }
}

TEST_F(MontecarloVerb, UnderMpirunReportsAMistakeOnce) {
    if (mpi_library().empty()) GTEST_SKIP() << "skipped: this build has no MPI";
    if (!find_program("mpirun")) GTEST_SKIP() << "skipped: mpirun is not installed";
    const ProcessResult result =
        run_process({.command = {"mpirun", "--allow-run-as-root", "--oversubscribe", "-n", "2",
                                 OHMGRID_PROGRAM, "montecarlo", array, "--measure", "acuracy"},
                     .folder = folder_.path()});
    EXPECT_EQ(result.exit_code, 2);
    const std::size_t first = result.errors.find("MCS008");
    ASSERT_NE(first, std::string::npos) << result.errors;
    EXPECT_EQ(result.errors.find("MCS008", first + 1), std::string::npos) << result.errors;
}

TEST_F(MontecarloVerb, GoesOnFromAFinishedStudyWithMoreTrials) {
    json_of({"--trials", "6"});
    const Json more = json_of({"--trials", "14", "--resume"});
    EXPECT_EQ(more, json_of({"--trials", "14"}, "straight.h5"));
}

TEST_F(MontecarloVerb, RefusesToResumeAnotherConfigurationAndListsTheDifferences) {
    json_of({"--trials", "4"});
    const Outcome refused = study(
        {"--trials", "8", "--resume", "--set", "device.programming.sigma=7 %", "--seed", "9"});
    expect_refused(refused, "MCF003", "device.programming.sigma: \"5 %\" in the file, \"7 %\" now");
    EXPECT_THAT(refused.err, HasSubstr("montecarlo.seed: 1 in the file, 9 now"));
}

/// Inputs count by their bytes, parameter files by what they say.
TEST_F(MontecarloVerb, NoticesChangedCellsButNotChangedComments) {
    const auto copy = [this](const std::string& change) {
        std::string text = read_file(array);
        text.replace(text.find("array_4x3.csv"), 13, "cells.csv");
        return written(text + change);
    };
    write_file(path("cells.csv"), "1e-4,2e-5\n");
    json_of({"--trials", "4"}, "trials.h5", copy(""));
    EXPECT_EQ(json_of({"--trials", "6", "--resume"}, "trials.h5", copy("# a remark\n"))["trials"],
              6);
    write_file(path("cells.csv"), "1e-4,3e-5\n");
    expect_refused(study({"--trials", "8", "--resume"}, "trials.h5", copy("")), "MCF003",
                   "sha256 of cells.csv");
}

TEST_F(MontecarloVerb, RefusesDamagedFilesInAMerge) {
    json_of({"--trials", "4"});
    const std::string whole = read_file(path("trials.h5"));
    std::ofstream(path("cut.h5"), std::ios::binary) << whole.substr(0, whole.size() / 2);
    const Outcome cut = run_ohmgrid({"montecarlo", "merge", path("cut.h5"), "--out", path("o.h5")});
    expect_refused(cut, "H5F002", "cut.h5");
    write_file(path("text.h5"), "no study");
    expect_refused(run_ohmgrid({"montecarlo", "merge", path("text.h5")}), "JRN001", "text.h5");
    expect_refused(run_ohmgrid({"montecarlo", "merge"}), "CLI006", "names no files");
}

TEST_F(MontecarloVerb, RefusesWhatMakesNoStudy) {
    expect_refused(study({"--trials", "1"}), "PAR003", "montecarlo.trials");
    expect_refused(study({"--until", "width=3"}), "MCS001", "width=3");
    expect_refused(study({"--until", "interval=3 V"}), "MCS001", "voltage");
    expect_refused(study({"--threshold", "good"}), "MCS002", "good");
    expect_refused(study({"--measure", "acuracy"}), "MCS008", "acuracy");
    for (const char* shard : {"0/3", "4/3", "2", "a/b", "1/0", "-1/3"}) {
        expect_refused(study({"--shard", shard}), "MCS009", shard);
    }
    expect_refused(study({"--shard", "1/2", "--until", "interval=1 %"}), "MCS010", "shard");
    expect_refused(study({}, "t.h5", source_file("devices/adc/sar_8b.toml")), "ADS001",
                   "converters");
}

TEST_F(MontecarloVerb, StopsBetweenTrialsAndKeepsThem) {
    std::stop_source stopped;
    stopped.request_stop();
    const Outcome outcome = run_ohmgrid(words(array, {"--trials", "5"}), stopped.get_token());
    EXPECT_EQ(outcome.code, ExitCode::interrupted);
    EXPECT_FALSE(std::filesystem::exists(path("trials.h5")));
    EXPECT_EQ(json_of({"--trials", "5", "--resume"})["trials"], 5);
}

TEST_F(MontecarloVerb, EndsWhenTheIntervalIsNarrowEnough) {
    const Json json = json_of({"--trials", "4000", "--until", "interval=1 %"});
    EXPECT_TRUE(json["settled"]);
    EXPECT_LT(json["trials"], 4000);
    EXPECT_LE(json["interval_95"][1].get<double>() - json["interval_95"][0].get<double>(), 0.01);
}

TEST_F(MontecarloVerb, StudiesNetworks) {
    const std::vector<std::string> small{
        "--set", "data.limit=20", "--set", "data.calibration_limit=10", "--trials", "2"};
    const Json json = json_of(small, "n.h5", network);
    EXPECT_EQ(json["measure"], "accuracy");
    EXPECT_GT(json["mean"], 0.5);
    std::vector<std::string> more = small;
    more.insert(more.end(), {"--measure", "energy,error.conv1"});
    const Json others = json_of(more, "o.h5", network);
    EXPECT_EQ(others["measure"], "energy");
    EXPECT_GT(others["mean"], 0);
    EXPECT_EQ(others["measures"][1]["measure"], "error.conv1");
    more.back() = "errors";
    EXPECT_EQ(json_of(more, "p.h5", network)["measures"].size(), 6U);
}

TEST_F(MontecarloVerb, StudiesConverters) {
    const Json json = json_of({"--trials", "30", "--set", "sar.capacitor_sigma=1 %", "--measure",
                               "inl,enob,missing_codes"},
                              "a.h5", source_file("devices/adc/sar_8b.toml"));
    EXPECT_EQ(json["measure"], "inl");
    EXPECT_GT(json["mean"], 0);
    EXPECT_LT(json["measures"][1]["mean"], 8);
}

TEST_F(MontecarloVerb, DrawsAPageWithPicturesOfTheStudy) {
    json_of({"--trials", "20", "--attribution", "--threshold", "5 %", "--report", path("p.html")});
    const std::string page = read_file(path("p.html"));
    EXPECT_THAT(
        page, AllOf(HasSubstr("<svg"), HasSubstr("95 % interval of the mean"),
                    HasSubstr("Convergence"), HasSubstr("total Sobol index"), HasSubstr("yield")));
}

}  // namespace
}  // namespace ohmgrid
