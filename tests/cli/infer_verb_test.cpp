#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/io/atomic_file.hpp"
#include "sim/io/hdf5.hpp"
#include "sim/io/subprocess.hpp"
#include "tests/support/program.hpp"

namespace ohmgrid {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string example = source_file("docs/examples/run.toml");

TEST(InferVerb, GivesTheSameAnswerForAnyNumberOfThreads) {
    const auto answer = [](const char* threads) {
        const Outcome outcome =
            run_ohmgrid({"infer", example, "--set", "data.limit=60", "--set",
                         "data.calibration_limit=20", "--threads", threads, "--format", "json"});
        EXPECT_EQ(outcome.code, ExitCode::done) << outcome.err;
        auto json = nlohmann::json::parse(outcome.out);
        json.erase("images_per_second");
        json.erase("setup_seconds");
        return json;
    };
    const auto one = answer("1");
    EXPECT_EQ(one["images"], 60);
    EXPECT_EQ(one["layers"].size(), 6U);
    EXPECT_EQ(answer("2"), one);
    EXPECT_EQ(answer("7"), one);
}

TEST(InferVerb, LosesMoreWithCoarserConverters) {
    const auto accuracy = [](const std::string& bits) {
        const Outcome outcome = run_ohmgrid({"infer", example, "--set", "data.limit=300", "--set",
                                             "data.calibration_limit=50", "--set",
                                             "adc.bits=" + bits, "--format", "json"});
        return nlohmann::json::parse(outcome.out).at("accuracy").get<double>();
    };
    const double fine = accuracy("8");
    EXPECT_GT(fine, 0.9);
    EXPECT_LT(accuracy("3"), fine - 0.1);
}

/// Errors that vanish must lead back to the array without any, which other kernels read; sums on a
/// threshold may change sides.
TEST(InferVerb, FollowsVanishingErrorsToTheArrayWithoutAny) {
    const auto accuracy = [](const std::string& bits, std::vector<std::string> error) {
        std::vector<std::string> words{"infer",    example,
                                       "--set",    "data.limit=100",
                                       "--set",    "data.calibration_limit=20",
                                       "--set",    "adc.bits=" + bits,
                                       "--format", "json"};
        for (const std::string& setting : error) words.insert(words.end(), {"--set", setting});
        return nlohmann::json::parse(run_ohmgrid(words).out).at("accuracy").get<double>();
    };
    for (const std::string bits : {"5", "6", "7"}) {
        const double none = accuracy(bits, {"device.programming.law=none"});
        EXPECT_NEAR(accuracy(bits, {"device.programming.law=proportional",
                                    "device.programming.sigma=0.001 %"}),
                    none, 0.031)
            << bits;
        EXPECT_NEAR(accuracy(bits, {"device.programming.law=none", "array.row_wire=1 mohm"}), none,
                    0.031)
            << bits;
    }
}

TEST(InferVerb, NamesTheCausesOfErrorOnRequest) {
    const TemporaryFolder folder;
    const std::string page = (folder.path() / "page.html").string();
    const Outcome outcome =
        run_ohmgrid({"infer", example, "--diagnose", "--set", "data.limit=20", "--set",
                     "data.calibration_limit=10", "--set", "array.row_wire=2 ohm", "--set",
                     "adc.bits=1", "--format", "json", "--report", page});
    ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
    const auto diagnosis = nlohmann::json::parse(outcome.out).at("diagnosis");
    std::vector<std::string> causes;
    for (const auto& cause : diagnosis.at("causes")) causes.push_back(cause.at("name"));
    EXPECT_EQ(causes, (std::vector<std::string>{"quantisation", "conversion", "wires", "all"}));
    EXPECT_EQ(diagnosis.at("first_broken"), "conv1");
    EXPECT_EQ(diagnosis.at("layers").size(), 6U);
    const std::string text = read_file(page);
    EXPECT_THAT(text, HasSubstr("Error of every layer by cause"));
    EXPECT_THAT(text, HasSubstr("slice0: converter range"));
}

TEST(InferVerb, CountsNonlinearCellsOnlyWhenAskedAndSaysHowWell) {
    const auto with = [](const std::string& cells) {
        return run_ohmgrid({"infer", example, "--set", "data.limit=10", "--set",
                            "data.calibration_limit=5", "--set", "device.law.kind=sinh", "--set",
                            "device.law.sinh_b_per_volt=2", "--set", "array.row_wire=1 ohm",
                            "--set", "array.cells=" + cells});
    };
    const Outcome neglected = with("linear");
    ASSERT_EQ(neglected.code, ExitCode::done) << neglected.err;
    EXPECT_THAT(neglected.err, HasSubstr("cells count by Ohm's law"));
    EXPECT_THAT(neglected.out, Not(HasSubstr("linearised")));
    const Outcome linearised = with("linearised");
    ASSERT_EQ(linearised.code, ExitCode::done) << linearised.err;
    EXPECT_THAT(linearised.out, HasSubstr("cells      linearised: column sums within"));
}

TEST(CalibrateVerb, WritesRangesThatLaterRunsUseAndOthersRefuse) {
    const TemporaryFolder folder;
    const std::string ranges = (folder.path() / "ranges.h5").string();
    const std::vector<std::string> few{"--set", "data.limit=20", "--set",
                                       "data.calibration_limit=10"};
    const auto with = [&few](std::vector<std::string> words) {
        words.insert(words.end(), few.begin(), few.end());
        return run_ohmgrid(words);
    };
    const Outcome made = with({"calibrate", example, "--out", ranges, "--format", "csv"});
    ASSERT_EQ(made.code, ExitCode::done) << made.err;
    EXPECT_THAT(made.out, HasSubstr("clipped_share"));
    const Outcome used = with({"infer", example, "--set", "data.ranges=" + ranges});
    EXPECT_EQ(used.code, ExitCode::done) << used.err;
    const Outcome refused =
        with({"infer", example, "--set", "data.ranges=" + ranges, "--set", "array.cell_bits=2"});
    EXPECT_EQ(refused.code, ExitCode::bad_input);
    EXPECT_THAT(refused.err, HasSubstr("error[CAL003]"));
    EXPECT_THAT(refused.err, HasSubstr("ohmgrid calibrate"));
}

/// One run says what two runs, with and without a compensation, would say.
TEST(InferVerb, ShowsEveryCompensationAsTwoRunsWould) {
    const TemporaryFolder folder;
    const std::string results = (folder.path() / "results.h5").string();
    const auto run = [](const std::vector<std::string>& more, const std::string& format) {
        std::vector<std::string> words{"infer", example, "--format", format};
        for (const char* setting : {"data.limit=60", "data.calibration_limit=10",
                                    "array.row_wire=1 ohm", "array.column_wire=1 ohm"}) {
            words.insert(words.end(), {"--set", setting});
        }
        words.insert(words.end(), more.begin(), more.end());
        const Outcome outcome = run_ohmgrid(words);
        EXPECT_EQ(outcome.code, ExitCode::done) << outcome.err;
        return outcome.out;
    };
    const std::vector<std::string> gain{"--set", "mapping.column_gain=ir-drop"};
    const std::vector<std::string> order{"--set", "mapping.row_order=by-magnitude"};
    std::vector<std::string> both = gain;
    both.insert(both.end(), order.begin(), order.end());
    both.insert(both.end(), {"--out", results});
    const auto compared = nlohmann::json::parse(run(both, "json"));
    const auto& effects = compared["compensation"];
    ASSERT_EQ(effects.size(), 3U);
    const Hdf5Reader file(results);
    EXPECT_THAT(file.read_texts("/compensation/without"),
                ElementsAre("column_gain", "row_order", "all"));
    const auto stored = file.read<double>("/compensation/relative_rms_error");
    std::size_t at = 0;
    for (const auto& alone : {order, gain, std::vector<std::string>{}}) {
        const auto without = nlohmann::json::parse(run(alone, "json"));
        EXPECT_EQ(effects[at]["accuracy"], without["accuracy"]);
        for (std::size_t l = 0; l < without["layers"].size(); ++l) {
            const auto& error = without["layers"][l]["relative_rms_error"];
            EXPECT_EQ(effects[at]["relative_rms_error"][l], error);
            EXPECT_EQ(stored.values.at(at * without["layers"].size() + l), error);
        }
        ++at;
    }
    EXPECT_TRUE(nlohmann::json::parse(run({}, "json"))["compensation"].empty());
    EXPECT_THAT(run(gain, "table"), AllOf(HasSubstr("without column_gain"),
                                          HasSubstr("as designed"), HasSubstr("digital")));
}

}  // namespace
}  // namespace ohmgrid
