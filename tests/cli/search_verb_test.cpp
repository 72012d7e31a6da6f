#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sim/io/atomic_file.hpp"
#include "sim/io/hdf5.hpp"
#include "sim/io/subprocess.hpp"
#include "sim/network/image_set.hpp"
#include "sim/parallel/ranks.hpp"
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
    [[nodiscard]] const std::string& text() const { return text_; }

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

/// The first images of the shipped set with every pixel repeated, as a file.
void write_enlarged_images(const std::filesystem::path& path, std::int64_t count) {
    const ImageSet small = read_images("example:train", {}, count);
    const Shape& shape = small.shape();
    Dataset<std::uint8_t> large{{count, shape.channels, 2 * shape.height, 2 * shape.width}, {}};
    for (std::int64_t image = 0; image < count; ++image) {
        for (std::int64_t i = 0; i < shape.channels * 2 * shape.height; ++i) {
            for (std::int64_t column = 0; column < 2 * shape.width; ++column) {
                large.values.push_back(
                    small.image(image)[static_cast<std::size_t>(i / 2 * shape.width + column / 2)]);
            }
        }
    }
    Hdf5Writer file(path);
    file.write("/images", large, "", "images");
    file.write("/labels", Dataset<std::int64_t>{{count}, small.labels()}, "", "classes");
    file.commit();
}

/// Two convolutions on square pictures in colour.
std::string convolutions(int side) {
    return "name, op, channels, size, kernel, stride, padding\nimage, input, 3, " +
           std::to_string(side) +
           "\nconv1, conv, 8, , 3, 1, 1\nrelu1, relu\nconv2, conv, 8, , 3, 2, 1\nrelu2, relu\n"
           "flatten, flatten\nfc, linear, 10\n";
}

TEST(SearchVerb, ScoresSmallPicturesAsIfAFileHeldThemEnlarged) {
    const SearchRun search(
        "[space]\nwidths = [4, 8]\n[goal]\nobjective = \"area\"\n[accuracy]\n"
        "source = \"naswot\"\nleast = -1000\nimages = 6\nsamples = 8\n");
    write_file(search.folder() / "net.csv", convolutions(40));
    write_enlarged_images(search.folder() / "large.h5", 6);
    const auto score_with = [&](const std::string& images) {
        const Outcome outcome = search({"--format", "json", "--set",
                                        "network=" + (search.folder() / "net.csv").string(),
                                        "--set", "data.calibration=" + images});
        EXPECT_EQ(outcome.code, ExitCode::done) << outcome.err;
        return nlohmann::json::parse(outcome.out)["best"]["score"].get<double>();
    };
    EXPECT_EQ(score_with("example:train"), score_with((search.folder() / "large.h5").string()));
}

TEST(SearchVerb, RefusesTheSecondPhaseWithoutATrainedNetwork) {
    const SearchRun search("[space]\nadc_bits = [4, 6]\n[circuit]\nmost_loss = \"1 %\"\n");
    const Outcome outcome = search();
    EXPECT_EQ(outcome.code, ExitCode::bad_input);
    EXPECT_THAT(outcome.err, HasSubstr("SEA015"));
}

const std::string bits_of_the_example =
    "[space]\nadc_bits = [4, 6]\ninput_bits = [6, 8]\n[goal]\nobjective = \"energy\"\n"
    "[circuit]\nprobe_images = 16\nimages = 150\nmost_loss = \"10 %\"\n";

std::vector<std::string> example_run(std::vector<std::string> more = {}) {
    std::vector<std::string> words{
        "--format", "json",          "--set", "run=" + source_file("docs/examples/run.toml"),
        "--set",    "data.limit=60", "--set", "data.calibration_limit=20"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

TEST(SearchVerb, MakesTheBitsOfATrainedNetworkCoarserWithinAPromisedLoss) {
    const SearchRun search(bits_of_the_example);
    const Outcome outcome = search(example_run());
    ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
    const auto answer = nlohmann::json::parse(outcome.out);
    const auto& circuits = answer["circuits"];
    EXPECT_LE(answer["best"]["energy"].get<double>(), answer["finest"]["energy"].get<double>());
    EXPECT_GT(circuits["energy_saved"].get<double>(), 0);
    EXPECT_EQ(circuits["deciding_images"].get<int>(), 150);
    EXPECT_EQ(circuits["test_images"].get<int>(), 60);
    EXPECT_LE(circuits["promised_loss"].get<double>(), 0.1 + 1e-12);
    EXPECT_LE(circuits["loss"].get<double>(), circuits["promised_loss"].get<double>());
    // The run file of the design reproduces the accuracy that the search reports.
    const std::string found = (search.results() / "best.run.toml").string();
    const Outcome run = run_ohmgrid(
        {"run", found, "--format", "json", "--out", (search.folder() / "run.h5").string()});
    ASSERT_EQ(run.code, ExitCode::done) << run.err;
    EXPECT_NEAR(
        Hdf5Reader(search.folder() / "run.h5").read<double>("/accuracy/analog").values.front(),
        circuits["test_accuracy"].get<double>(), 1e-12);
}

TEST(SearchVerb, SaysWhatTwoPhasesWouldLose) {
    const SearchRun search(bits_of_the_example);
    const auto excess_of = [&](const std::string& sharing) {
        const Outcome outcome = search(
            example_run({"--set", "circuit.most_loss=30 %", "--set", "circuit.images=20", "--set",
                         "data.limit=20", "--set", "space.column_sharing=" + sharing, "--set",
                         "goal.objective=edap"}));
        EXPECT_EQ(outcome.code, ExitCode::done) << outcome.err;
        return nlohmann::json::parse(outcome.out)["circuits"];
    };
    EXPECT_FALSE(excess_of("[8]").contains("two_phase_excess"));
    // Everything at once is an optimum over more designs.
    EXPECT_GE(excess_of("[2, 8, 32]").at("two_phase_excess").get<double>(), -1e-12);
}

TEST(SearchVerb, KeepsTheFinestBitsIfNothingCanBePromised) {
    const SearchRun search(bits_of_the_example);
    const Outcome outcome = search(example_run({"--set", "circuit.most_loss=0"}));
    ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
    const auto answer = nlohmann::json::parse(outcome.out);
    // 150 images without a loss do not exclude one among 60 others (Beta(1, 150): 29 %).
    EXPECT_EQ(answer["best"]["energy"], answer["finest"]["energy"]);
    EXPECT_EQ(answer["circuits"]["test_loss"].get<double>(), 0);
}

TEST(SearchVerb, RefusesToDecideOnImagesThatScaleConverters) {
    const Outcome outcome =
        SearchRun(bits_of_the_example)(example_run({"--set", "data.calibration_limit=1000000"}));
    EXPECT_EQ(outcome.code, ExitCode::bad_input);
    EXPECT_THAT(outcome.err, HasSubstr("SEA016"));
}

/// Widths that a linear predictor can know everything about: score = sum of width / 64.
std::string linear_table(const std::string& extra_row = "") {
    std::string text = "conv1,conv2,conv3,conv4,conv5,conv6,fc1,score\n";
    for (int i = 0; i < 40; ++i) {
        int sum = 0;
        for (int layer = 0; layer < 7; ++layer) {
            const int width = 64 << ((i * 7 + layer * (i % 3 + 1) + i / (layer + 1)) % 3);
            text += std::to_string(width) + ",";
            sum += width;
        }
        text += std::to_string(sum / 64) + "\n";
    }
    return text + extra_row;
}

TEST(SearchVerb, BelievesATableOfAccuraciesAsFarAsItsPredictorGoes) {
    const SearchRun search(
        "[space]\nwidths = [64, 128, 256]\n[goal]\nobjective = \"area\"\n[accuracy]\n"
        "source = \"table\"\ntable = \"table.csv\"\nleast = 14\n");
    write_file(search.folder() / "table.csv", linear_table());
    const std::vector<std::string> words{"--format", "json", "--set", "network=vgg8_cifar10.csv"};
    const Outcome outcome = search(words);
    ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
    const auto answer = nlohmann::json::parse(outcome.out);
    EXPECT_TRUE(answer["proven"].get<bool>());
    int sum = 0;
    for (const auto& layer : answer["best"]["layers"]) {
        if (layer["layer"] != "fc2") sum += layer["width"].get<int>();
    }
    EXPECT_GE(sum, 14 * 64);  // 14 of the least possible 7: no layer but some are the smallest
    EXPECT_NEAR(answer["best"]["score"].get<double>(), sum / 64.0, 0.5);
    EXPECT_THAT(answer["certificate"]["accuracy"].get<std::string>(), HasSubstr("left out"));
    write_file(search.folder() / "table.csv", linear_table("64,64,64,64,64,64,65,7\n"));
    const Outcome outside = search(words);
    EXPECT_EQ(outside.code, ExitCode::bad_input);
    EXPECT_THAT(outside.err, HasSubstr("table.csv:42"));
    EXPECT_THAT(outside.err, HasSubstr("SEA017"));
}

/// Compares what one, two and three processes answer, all but the time it took.
void expect_same_for_all_ranks(const SearchRun& search, const std::vector<std::string>& words) {
    const auto answer_of = [&](const std::string& ranks) {
        write_file(search.folder() / "search.toml", search.text());
        std::vector<std::string> command{"mpirun", "--allow-run-as-root", "--oversubscribe", "-n",
                                         ranks,    OHMGRID_PROGRAM,       "search"};
        command.push_back((search.folder() / "search.toml").string());
        command.insert(command.end(), {"--out", search.results().string()});
        command.insert(command.end(), words.begin(), words.end());
        const ProcessResult result = run_process({.command = command, .folder = search.folder()});
        EXPECT_EQ(result.exit_code, 0) << result.errors;
        auto answer = nlohmann::json::parse(result.output);
        answer.erase("seconds");
        return answer;
    };
    const auto alone = answer_of("1");
    EXPECT_EQ(answer_of("2"), alone);
    EXPECT_EQ(answer_of("3"), alone);
}

TEST(SearchVerb, UnderMpirunAnswersAsOneProcess) {
    if (mpi_library().empty()) GTEST_SKIP() << "skipped: this build has no MPI";
    if (!find_program("mpirun")) GTEST_SKIP() << "skipped: mpirun is not installed";
    expect_same_for_all_ranks(SearchRun(bits_of_the_example), example_run());
}

TEST(SearchVerb, UnderMpirunScoresNetworksAsOneProcess) {
    if (mpi_library().empty()) GTEST_SKIP() << "skipped: this build has no MPI";
    if (!find_program("mpirun")) GTEST_SKIP() << "skipped: mpirun is not installed";
    const SearchRun search(
        "[space]\nwidths = [4, 6, 8, 12]\ncolumn_sharing = [4, 8]\n[goal]\nobjective = \"area\"\n"
        "[accuracy]\nsource = \"naswot\"\nmargin = 1\nimages = 8\nsamples = 16\n");
    write_file(search.folder() / "net.csv", convolutions(40));
    const std::string network = "network=" + (search.folder() / "net.csv").string();
    const std::vector<std::string> words{"--format", "json",  "--set",
                                         network,    "--set", "data.calibration=example:train"};
    expect_same_for_all_ranks(search, words);
    // A short list is given up, and better predictions are asked for.
    std::vector<std::string> hasty = words;
    hasty.insert(hasty.end(), {"--set", "accuracy.most_scores=2", "--set", "accuracy.margin=0"});
    expect_same_for_all_ranks(search, hasty);
}

TEST(SearchVerb, ShowsWhatOthersReport) {
    const std::string compare =
        "[[compare]]\nname = \"theirs\"\nsource = \"a paper\"\nedap_lower = 2.5\nvalue = 3e-6\n";
    const SearchRun search("[space]\nwidths = [64, 128]\n[goal]\nobjective = \"edap\"\n" + compare);
    const Outcome outcome = search({"--format", "json"});
    ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
    const auto answer = nlohmann::json::parse(outcome.out);
    const auto& row = answer["gains"].back();
    EXPECT_EQ(row["compared with"], "theirs");
    EXPECT_EQ(row["EDAP lower"], 2.5);
    EXPECT_EQ(row["TOPS/W higher"], "-");
    EXPECT_EQ(answer["published"][0]["source"], "a paper");
    EXPECT_NEAR(answer["published"][0]["times_better_here"].get<double>(),
                3e-6 / answer["best"]["edap"].get<double>(),
                1e-9 * 3e-6 / answer["best"]["edap"].get<double>());
    EXPECT_THAT(search().out, HasSubstr("published  theirs: "));

    const Outcome unknown = SearchRun("[space]\nwidths = [64]\n[[compares]]\nname = \"x\"\n")();
    EXPECT_EQ(unknown.code, ExitCode::bad_input);
    EXPECT_THAT(unknown.err, HasSubstr("RUN003"));
    const Outcome nameless = SearchRun("[space]\nwidths = [64]\n[[compare]]\nedap_lowe = 2\n")();
    EXPECT_EQ(nameless.code, ExitCode::bad_input);
    EXPECT_THAT(nameless.err, HasSubstr("compare.name"));
    EXPECT_THAT(nameless.err, HasSubstr("compare.edap_lower"));
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
