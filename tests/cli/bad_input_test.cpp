#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "sim/io/atomic_file.hpp"
#include "sim/io/hdf5.hpp"
#include "tests/support/program.hpp"
#include "tests/support/scratch_folder.hpp"

namespace ohmgrid {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string example = source_file("docs/examples/run.toml");

class BadInput : public ::testing::Test {
  protected:
    std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

    Outcome infer_with(const std::string& assignment) const {
        return run_ohmgrid({"infer", example, "--set", "data.limit=4", "--set",
                            "data.calibration_limit=4", "--set", assignment});
    }

    /// `count` grey-level images of height x width with the given labels.
    std::string image_file(std::int64_t count, std::int64_t height, std::int64_t width,
                           std::int64_t label) const {
        const std::string name = path("images.h5");
        Hdf5Writer file(name);
        const auto pixels = static_cast<std::size_t>(count * 3 * height * width);
        file.write<std::uint8_t>("/images",
                                 {{count, 3, height, width}, std::vector<std::uint8_t>(pixels, 7)},
                                 "", "images");
        file.write<std::int64_t>(
            "/labels", {{count}, std::vector<std::int64_t>(static_cast<std::size_t>(count), label)},
            "", "labels");
        file.commit();
        return name;
    }

    ScratchFolder folder_;
};

/// One clear line with place, id and remedy; the code of a wrong input.
void expect_input_error(const Outcome& outcome, const std::string& what) {
    EXPECT_EQ(outcome.code, ExitCode::bad_input) << outcome.err;
    EXPECT_THAT(outcome.err, AllOf(HasSubstr(what), HasSubstr("error["), Not(HasSubstr("defect"))));
    EXPECT_EQ(outcome.out, "");
}

TEST_F(BadInput, InParameterFilesIsAllReportedAtOnceWithItsPlace) {
    std::string text = read_file(example);
    text.replace(text.find("rows = 128"), 10, "rows = 0  ");
    text.replace(text.find("percentile = \"99.99 %\""), 22, "percentile = \"100 us\"  ");
    write_file(path("run.toml"), text + "\nspeling = 3\n");
    const Outcome outcome = run_ohmgrid({"cost", path("run.toml")});
    expect_input_error(outcome, "array.rows: 0 is outside 1 .. 16384");
    EXPECT_THAT(outcome.err, HasSubstr("adc.percentile: \"100 us\" is a time (second)"));
    EXPECT_THAT(outcome.err, HasSubstr("unknown key chip.speling"));
    EXPECT_THAT(outcome.err, HasSubstr("run.toml:"));
}

TEST_F(BadInput, OfConverterBits) {
    expect_input_error(infer_with("adc.bits=0"), "adc.bits: 0 is outside 1 .. 14");
    expect_input_error(infer_with("adc.bits=40"), "adc.bits: 40 is outside 1 .. 14");
    const Outcome outcome =
        run_ohmgrid({"infer", example, "--set", "adc.type=flash", "--set", "adc.bits=11"});
    expect_input_error(outcome, "a flash ADC of 11 bits");
}

TEST_F(BadInput, OfContradictoryValues) {
    expect_input_error(infer_with("device.states.g_min=1 S"), "device.states.g_min is not below");
    const Outcome outcome = run_ohmgrid({"infer", example, "--set", "adc.range=fixed"});
    expect_input_error(outcome, "adc.range_low is not below adc.range_high");
}

TEST_F(BadInput, OfFilesThatAreMissing) {
    const Outcome outcome = run_ohmgrid({"run", path("none.toml")});
    EXPECT_EQ(outcome.code, ExitCode::file_system);
    EXPECT_THAT(outcome.err, HasSubstr("none.toml: error[FIL001]: cannot be read"));
    EXPECT_EQ(infer_with("network=none.onnx").code, ExitCode::file_system);
    EXPECT_EQ(infer_with("data.test=none.h5").code, ExitCode::file_system);
}

TEST_F(BadInput, OfTruncatedFiles) {
    const std::string network = read_file(source_file("netlists/networks/example_cnn.onnx"));
    write_file(path("cut.onnx"), network.substr(0, network.size() / 2));
    expect_input_error(infer_with("network=" + path("cut.onnx")), "cut.onnx");
    const std::string images = read_file(image_file(20, 20, 20, 1));
    write_file(path("cut.h5"), images.substr(0, images.size() / 2));
    expect_input_error(infer_with("data.test=" + path("cut.h5")), "cut.h5: error[H5F002]");
}

TEST_F(BadInput, OfLabelsAndImageShapes) {
    expect_input_error(infer_with("data.test=" + image_file(4, 20, 20, 10)), "DAT00");
    expect_input_error(infer_with("data.test=" + image_file(4, 8, 8, 1)), "DAT006");
}

TEST_F(BadInput, OfEmptySets) {
    expect_input_error(infer_with("data.calibration="), "data.calibration names no images");
    expect_input_error(infer_with("data.calibration_limit=0"), "data.calibration_limit");
    expect_input_error(infer_with("data.test="), "data.test names no images");
}

TEST_F(BadInput, OfNetworksWithoutWeights) {
    expect_input_error(infer_with("network=vgg16_cifar10.csv"), "no weights");
}

TEST_F(BadInput, OfLayersThatDoNotExist) {
    write_file(path("run.toml"),
               read_file(example) + "\n[[layer]]\nname = \"convl\"\nadc.bits=3\n");
    expect_input_error(run_ohmgrid({"cost", path("run.toml")}), "the network has no layer 'convl'");
    EXPECT_THAT(run_ohmgrid({"cost", path("run.toml")}).err, HasSubstr("Did you mean 'conv1'?"));
}

TEST_F(BadInput, OfOutputsThatCannotBeWritten) {
    const Outcome outcome = run_ohmgrid({"cost", example, "--out", path("no/such/folder/r.h5")});
    EXPECT_EQ(outcome.code, ExitCode::file_system);
    EXPECT_THAT(outcome.err, HasSubstr("cannot be written"));
}

/// A full disk, played by a limit on the size of files.
TEST_F(BadInput, OfAFullDiskLeavesNothingUnderTheFinalName) {
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const auto old_action = std::signal(SIGXFSZ, SIG_IGN);
    rlimit small = before;
    small.rlim_cur = 512;
    setrlimit(RLIMIT_FSIZE, &small);
    const Outcome outcome = run_ohmgrid({"cost", example, "--out", path("r.h5")});
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, old_action);
    EXPECT_EQ(outcome.code, ExitCode::file_system) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("cannot be written"));
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(BadInput, OfArraysNamesTheCell) {
    write_file(path("a.csv"), "1e-6, 2e-6\n3e-6, -4e-6\n");
    expect_input_error(run_ohmgrid({"solve", path("a.csv")}), "row 1, column 1");
    write_file(path("b.csv"), "1e-6, 2e-6\n3e-6\n");
    expect_input_error(run_ohmgrid({"solve", path("b.csv")}), "b.csv:2:1");
    write_file(path("c.csv"), "1e-6, x\n");
    expect_input_error(run_ohmgrid({"solve", path("c.csv")}), "c.csv:1:2");
    expect_input_error(run_ohmgrid({"solve", path("c.csv"), "--read-voltage", "2 S"}),
                       "this is a conductance (siemens), expected a voltage (volt)");
}

}  // namespace
}  // namespace ohmgrid
