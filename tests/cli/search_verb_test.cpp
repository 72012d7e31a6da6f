#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sim/io/atomic_file.hpp"
#include "sim/io/subprocess.hpp"
#include "tests/support/program.hpp"

namespace ohmgrid {
namespace {

using ::testing::HasSubstr;

/// A search file in a scratch folder, with its results beside it.
class SearchRun {
  public:
    explicit SearchRun(const std::string& sections)
        : text_("schema = \"ohmgrid.search/1\"\nrun = \"" +
                source_file("docs/examples/vgg16.toml") + "\"\n" + sections) {}

    Outcome operator()(std::vector<std::string> more = {}) const {
        write_file(folder_.path() / "search.toml", text_);
        std::vector<std::string> words{"search", (folder_.path() / "search.toml").string(), "--out",
                                       results().string(), "--quiet"};
        words.insert(words.end(), more.begin(), more.end());
        return run_ohmgrid(words);
    }
    [[nodiscard]] std::filesystem::path results() const { return folder_.path() / "results"; }
    [[nodiscard]] std::filesystem::path folder() const { return folder_.path(); }

  private:
    TemporaryFolder folder_;
    std::string text_;
};

const std::string xpert_space =
    "[space]\nwidths = [64, 128, 256, 512]\ncolumn_sharing = [2, 4, 8, 16, 32]\n"
    "adc_type = \"flash, sar\"\n[goal]\n";

TEST(SearchVerb, BeatsXpertsOwnSearchOnItsOwnRegression) {
    const SearchRun search(xpert_space +
                           "objective = \"latency\"\ncost = \"xpert-surrogate\"\n"
                           "area_max = \"52.5 mm2\"\nfront = \"area, latency\"\n");
    const Outcome outcome = search({"--format", "json"});
    ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
    const auto answer = nlohmann::json::parse(outcome.out);
    // A dynamic programme over area buckets of 0.01 mm2 found 61.97 at 34.9 mm2.
    EXPECT_LE(answer["best"]["latency"].get<double>(), 61.975);
    EXPECT_TRUE(answer["proven"].get<bool>());
    EXPECT_EQ(answer["gap"].get<double>(), 0);
    const auto& last = answer["front"].back();
    EXPECT_NEAR(last["area"].get<double>() * 1e6, 34.9, 0.05);
    EXPECT_NEAR(last["latency"].get<double>(), 61.97, 0.005);
}

TEST(SearchVerb, FindsTheBestPeripheralsOfVgg16sOwnWidths) {
    const SearchRun search(
        "[space]\ncolumn_sharing = [2, 4, 8, 16, 32]\nadc_type = \"flash, sar\"\n[goal]\n"
        "objective = \"latency\"\ncost = \"xpert-surrogate\"\narea_max = \"60 mm2\"\n");
    const Outcome outcome = search({"--format", "json"});
    ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
    // The same programme: 129.0 at 59.8 mm2.
    EXPECT_LE(nlohmann::json::parse(outcome.out)["best"]["latency"].get<double>(), 129.05);
}

TEST(SearchVerb, WritesARunFileThatCostsWhatItPromises) {
    const SearchRun search(xpert_space + "front = \"area, latency\"\n");
    const Outcome outcome = search({"--format", "json", "--set", "adc.bits=5"});
    ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
    const auto answer = nlohmann::json::parse(outcome.out);
    const Outcome cost =
        run_ohmgrid({"cost", (search.results() / "best.run.toml").string(), "--format", "json"});
    ASSERT_EQ(cost.code, ExitCode::done) << cost.err;
    const auto table = nlohmann::json::parse(cost.out);
    const double edap = answer["best"]["edap"].get<double>();
    EXPECT_NEAR(table["edap"].get<double>(), edap, 1e-9 * edap);
    const double area = answer["best"]["area"].get<double>();
    EXPECT_NEAR(table["total"]["area_m2"].get<double>(), area, 1e-9 * area);
    for (const char* name :
         {"front.h5", "front.csv", "front.html", "result.json", "best.py", "best.onnx"}) {
        EXPECT_TRUE(std::filesystem::exists(search.results() / name)) << name;
    }
    EXPECT_THAT(read_file(search.results() / "front.html"), HasSubstr("<svg"));
    EXPECT_THAT(read_file(search.results() / "best.py"), HasSubstr("class Network(nn.Module)"));
}

TEST(SearchVerb, SaysWhichLimitIsInTheWay) {
    const SearchRun search(xpert_space + "area_max = \"5 mm2\"\n");
    const Outcome outcome = search();
    EXPECT_EQ(outcome.code, ExitCode::bad_input);
    EXPECT_THAT(outcome.err, HasSubstr("SEA005"));
    EXPECT_THAT(outcome.err, HasSubstr("with all other limits, area reaches"));
}

TEST(SearchVerb, RefusesEnergyOfAModelWithoutEnergy) {
    const SearchRun search(xpert_space + "cost = \"xpert-surrogate\"\nobjective = \"edap\"\n");
    const Outcome outcome = search();
    EXPECT_EQ(outcome.code, ExitCode::bad_input);
    EXPECT_THAT(outcome.err, HasSubstr("SEA004"));
}

TEST(SearchVerb, RefusesWidthsThatBreakAResidualAddition) {
    const SearchRun search(
        "[space]\ncolumn_sharing = [8]\n[[layer]]\nname = \"conv1\"\nwidths = [16, 32]\n"
        "[[layer]]\nname = \"layer1.0.conv2\"\nwidths = [16, 64]\n");
    const Outcome outcome = search({"--set", "network=resnet20_cifar10.csv"});
    EXPECT_EQ(outcome.code, ExitCode::bad_input);
    EXPECT_THAT(outcome.err, HasSubstr("SPC002"));
    EXPECT_THAT(outcome.err, HasSubstr("conv1 and layer1.0.conv2 are added"));
}

TEST(SearchVerb, TiesWidthsThatAResidualAdditionJoins) {
    const SearchRun search(
        "[space]\nwidths = [16, 32]\ncolumn_sharing = [4, 8]\n[goal]\n"
        "objective = \"tops_per_mm2\"\n");
    const Outcome outcome = search({"--format", "json", "--set", "network=resnet20_cifar10.csv"});
    ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
    std::map<std::string, int> width;
    const auto answer = nlohmann::json::parse(outcome.out);
    for (const auto& layer : answer["best"]["layers"]) {
        width[layer["layer"].get<std::string>()] = layer["width"].get<int>();
    }
    EXPECT_EQ(width["conv1"], width["layer1.0.conv2"]);
    EXPECT_EQ(width["layer2.0.conv2"], width["layer2.0.shortcut"]);
    const Outcome cost = run_ohmgrid({"cost", (search.results() / "best.run.toml").string()});
    EXPECT_EQ(cost.code, ExitCode::done) << cost.err;
}

TEST(SearchVerb, ReportsMistakesOfASearchFileAtOnce) {
    const SearchRun search("[space]\nwidth = [64]\n[goal]\nobjectiv = \"edap\"\n");
    const Outcome outcome = search();
    EXPECT_EQ(outcome.code, ExitCode::bad_input);
    EXPECT_THAT(outcome.err, HasSubstr("space.widths"));
    EXPECT_THAT(outcome.err, HasSubstr("goal.objective"));
}

TEST(SearchVerb, AsksACommandForScoresAndStopsAtTheBestThatPasses) {
    // The judge counts output channels: networks of at least 300 pass.
    const TemporaryFolder scratch;
    const auto judge = scratch.path() / "judge.sh";
    write_file(judge,
               "#!/bin/sh\ngrep '\"width\"' \"$1\" | tr -dc '0-9\\n' | "
               "awk '{s += $1} END {printf \"{\\\"score\\\": %d}\\n\", s}'\n");
    const SearchRun search(
        "[space]\nwidths = [16, 64]\ncolumn_sharing = [8]\n[goal]\nobjective = \"edap\"\n"
        "[accuracy]\nsource = \"command\"\nleast = 300\nsamples = 12\ncommand = \"sh " +
        judge.string() + "\"\n");
    const Outcome outcome = search({"--format", "json", "--set", "network=vgg8_cifar10.csv"});
    ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
    const auto answer = nlohmann::json::parse(outcome.out);
    EXPECT_GE(answer["best"]["score"].get<double>(), 300);
    EXPECT_TRUE(answer["proven"].get<bool>());
    const Outcome again =
        search({"--format", "json", "--set", "network=vgg8_cifar10.csv", "--resume"});
    ASSERT_EQ(again.code, ExitCode::done) << again.err;
    EXPECT_EQ(nlohmann::json::parse(again.out)["best"], answer["best"]);
    const Outcome other = search(
        {"--set", "network=vgg8_cifar10.csv", "--set", "space.column_sharing=[4]", "--resume"});
    EXPECT_EQ(other.code, ExitCode::bad_input);
    EXPECT_THAT(other.err, HasSubstr("SEA008"));
}

TEST(SearchVerb, SaysWhatIsWrongWithACommand) {
    const auto error_of = [](const std::string& command) {
        const SearchRun search(
            "[space]\nwidths = [16, 64]\n[accuracy]\nsource = \"command\"\nleast = 1\n"
            "command_timeout = \"200 ms\"\ncommand = \"" +
            command + "\"\n");
        const Outcome outcome = search({"--set", "network=vgg8_cifar10.csv"});
        EXPECT_EQ(outcome.code, ExitCode::bad_input);
        return outcome.err;
    };
    EXPECT_THAT(error_of("false"), HasSubstr("SEA010"));
    EXPECT_THAT(error_of("tail -f /dev/null"), HasSubstr("SEA011"));
    EXPECT_THAT(error_of("no-such-program-anywhere"), HasSubstr("SEA011"));
    EXPECT_THAT(error_of("echo nonsense"), HasSubstr("SEA012"));
}

TEST(SearchVerb, RefusesAScoreOfImagesWithoutImages) {
    const SearchRun search(
        "[space]\nwidths = [64, 128]\n[accuracy]\nsource = \"naswot\"\n"
        "margin = 1\n");
    const Outcome outcome = search();
    EXPECT_EQ(outcome.code, ExitCode::bad_input);
    EXPECT_THAT(outcome.err, HasSubstr("SEA006"));
}

TEST(SearchVerb, RefusesTheSecondPhaseWithoutATrainedNetwork) {
    const SearchRun search("[space]\nadc_bits = [4, 6]\n[circuit]\nmost_loss = \"1 %\"\n");
    const Outcome outcome = search();
    EXPECT_EQ(outcome.code, ExitCode::bad_input);
    EXPECT_THAT(outcome.err, HasSubstr("SEA015"));
}

TEST(SearchVerb, MakesTheBitsOfATrainedNetworkCoarserWithinTheLoss) {
    const SearchRun search(
        "[space]\nadc_bits = [4, 6]\ninput_bits = [8]\n[goal]\n"
        "objective = \"energy\"\n[circuit]\nmost_loss = \"5 %\"\nimages = 40\n"
        "probe_images = 8\n");
    const Outcome outcome =
        search({"--format", "json", "--set", "run=" + source_file("docs/examples/run.toml"),
                "--set", "data.limit=40", "--set", "data.calibration_limit=20"});
    ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
    const auto answer = nlohmann::json::parse(outcome.out);
    EXPECT_LE(answer["best"]["energy"].get<double>(), answer["finest"]["energy"].get<double>());
    EXPECT_THAT(answer["certificate"]["accuracy"].get<std::string>(), HasSubstr("measured"));
    const Outcome run = run_ohmgrid({"cost", (search.results() / "best.run.toml").string()});
    EXPECT_EQ(run.code, ExitCode::done) << run.err;
}

TEST(SearchVerb, ComparesWithOtherSearches) {
    const SearchRun search(
        "[space]\nwidths = [64, 128]\ncolumn_sharing = [4, 8]\n[goal]\n"
        "front = \"area, latency\"\n");
    const Outcome outcome = search({"--compare", "--budget", "300", "--format", "json"});
    ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
    const auto solvers = nlohmann::json::parse(outcome.out)["solvers"];
    ASSERT_EQ(solvers.size(), 5U);
    for (const auto& solver : solvers) {
        EXPECT_LE(solver["front share %"].get<double>(),
                  solvers[0]["front share %"].get<double>() + 1e-9);
        EXPECT_EQ(solver["ahead of exact"].get<int>(), 0);
    }
    const Outcome without = SearchRun("[space]\nwidths = [64, 128]\n")({"--compare"});
    EXPECT_EQ(without.code, ExitCode::bad_input);
    EXPECT_THAT(without.err, HasSubstr("SEA013"));
}

}  // namespace
}  // namespace ohmgrid
