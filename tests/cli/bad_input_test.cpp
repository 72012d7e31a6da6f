#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "sim/io/atomic_file.hpp"
#include "sim/io/hdf5.hpp"
#include "sim/io/subprocess.hpp"
#include "sim/network/load_network.hpp"
#include "sim/network/onnx_export.hpp"
#include "tests/support/program.hpp"

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

    TemporaryFolder folder_;
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

/// The example's network after `change` to its first convolution's weights.
template <class Change>
std::string changed_network(const std::string& path, const Change& change) {
    Graph graph = load_network(source_file("netlists/networks/example_cnn.onnx"));
    for (float& weight :
         graph.nodes.at(static_cast<std::size_t>(graph.weighted_nodes()[0].value)).weights) {
        weight = change(weight);
    }
    export_onnx(graph, path);
    return path;
}

TEST_F(BadInput, OfLayersLargerThanMemory) {
    const Outcome outcome = run_ohmgrid({"infer", example, "--set", "data.limit=4", "--set",
                                         "data.calibration_limit=4", "--set", "array.rows=16384",
                                         "--set", "array.columns=16384", "--threads", "1024"});
    expect_input_error(outcome, "CIR007");
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("layer conv1"), HasSubstr("this machine has")));
}

TEST_F(BadInput, OfEncodingsThatInputsCannotTake) {
    const Outcome outcome = infer_with("mapping.step_bits=2");  // the images have negative values
    expect_input_error(outcome, "INF002");
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("layer conv1"), HasSubstr("sign-magnitude")));
}

TEST_F(BadInput, OfCalibrationsOfAnotherNetwork) {
    const std::string other = changed_network(path("other.onnx"), [](float w) { return 2 * w; });
    const Outcome made = run_ohmgrid({"calibrate", example, "--set", "data.calibration_limit=4",
                                      "--set", "network=" + other, "--out", path("ranges.h5")});
    ASSERT_EQ(made.code, ExitCode::done) << made.err;
    const Outcome outcome = infer_with("data.ranges=" + path("ranges.h5"));
    expect_input_error(outcome, "CAL003");
    EXPECT_THAT(outcome.err, HasSubstr("this calibration belongs to another network"));
    write_file(path("text.h5"), "no calibration");
    expect_input_error(infer_with("data.ranges=" + path("text.h5")), "text.h5");
}

/// Finite, but too large: the first sums overflow. Which image and node is said.
TEST_F(BadInput, OfWeightsThatOverflow) {
    const std::string large =
        changed_network(path("large.onnx"), [](float w) { return w * 1e38F; });
    const Outcome outcome = infer_with("network=" + large);
    EXPECT_EQ(outcome.code, ExitCode::computation_failed) << outcome.err;
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("image "), HasSubstr("error[NET023]: node "),
                                   HasSubstr("is not finite"), Not(HasSubstr("defect"))));
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

/// An HDF5 array of one row per input voltage and two columns of the given conductances.
std::string array_file(const std::string& path, std::vector<double> siemens,
                       std::vector<double> volt, std::vector<double> floating_rows,
                       std::vector<double> floating_columns) {
    const auto rows = std::ssize(siemens) / 2;
    Hdf5Writer file(path);
    file.write<double>("/conductance_siemens", {{rows, 2}, std::move(siemens)}, "siemens", "g");
    const auto inputs = std::ssize(volt);
    file.write<double>("/input_volt", {{1, inputs}, std::move(volt)}, "volt", "v");
    file.write<double>("/floating_rows", {{rows}, std::move(floating_rows)}, "", "mask");
    file.write<double>("/floating_columns", {{2}, std::move(floating_columns)}, "", "mask");
    file.commit();
    return path;
}

TEST_F(BadInput, OfArraysNamesTheCell) {
    write_file(path("a.csv"), "1e-6, 2e-6\n3e-6, -4e-6\n");
    expect_input_error(run_ohmgrid({"solve", path("a.csv")}), "row 1, column 1");
    write_file(path("n.csv"), "1e-6, nan\ninf, 4e-6\n");
    const Outcome outcome = run_ohmgrid({"solve", path("n.csv")});
    expect_input_error(outcome, "row 0, column 1 (counted from 0) is nan S");
    EXPECT_THAT(outcome.err, HasSubstr("row 1, column 0 (counted from 0) is inf S"));
    const std::string file =
        array_file(path("a.h5"), {1e-6, 1e-6, -1e-6, 1e-6}, {1, 1}, {0, 0}, {0, 0});
    for (const char* verb : {"solve", "netlist"}) {
        expect_input_error(run_ohmgrid({verb, file}), "row 1, column 0");
    }
    write_file(path("b.csv"), "1e-6, 2e-6\n3e-6\n");
    expect_input_error(run_ohmgrid({"solve", path("b.csv")}), "b.csv:2:1");
    write_file(path("c.csv"), "1e-6, x\n");
    expect_input_error(run_ohmgrid({"solve", path("c.csv")}), "c.csv:1:2");
    expect_input_error(run_ohmgrid({"solve", path("c.csv"), "--read-voltage", "2 S"}),
                       "this is a conductance (siemens), expected a voltage (volt)");
}

TEST_F(BadInput, OfArraysSaysWhichShapesDisagree) {
    const std::string file = array_file(path("a.h5"), {1e-6, 1e-6}, {1, 1, 1}, {0}, {0, 0});
    expect_input_error(run_ohmgrid({"solve", file}), "3 voltages for 1 rows");
    Hdf5Writer cube(path("cube.h5"));
    cube.write<double>("/conductance_siemens", {{1, 1, 1}, {1e-6}}, "siemens", "g");
    cube.commit();
    expect_input_error(run_ohmgrid({"solve", path("cube.h5")}),
                       "cube.h5:/conductance_siemens: error[CIR020]: has 3 dimensions");
}

TEST_F(BadInput, OfArraysNamesLinesWithoutAPath) {
    expect_input_error(
        run_ohmgrid({"solve", array_file(path("a.h5"), {1e-6, 1e-6}, {1}, {1}, {0, 0})}),
        "every driver is floating");
    for (const char* backend : {"fast", "reference", "ngspice"}) {
        expect_input_error(
            run_ohmgrid({"solve", array_file(path("b.h5"), {1e-6, 0}, {1}, {0}, {0, 1}),
                         "--backend", backend}),
            "column 1 (counted from 0) floats and has no path to a driver or to ground");
    }
}

TEST_F(BadInput, OfCellsNamesTheRowOfTheTableOrTheLineOfTheNetlist) {
    write_file(path("array.csv"), "1e-6\n");
    write_file(path("falls.csv"), "voltage (V),current at 1e-06 S (A)\n0,0\n0.1,2e-7\n0.2,1e-7\n");
    expect_input_error(run_ohmgrid({"solve", path("array.csv"), "--cell", path("falls.csv")}),
                       "row 3");
    write_file(path("cell.sp"),
               "* a cell\n.subckt cell w b g=1u\nR1 w b {1/g}\nT1 w 0 b 0\n"
               ".ends\n");
    expect_input_error(run_ohmgrid({"netlist", path("cell.sp"), "--characterise"}),
                       "cell.sp:4:1: error[CIR150]");
    expect_input_error(run_ohmgrid({"solve", path("array.csv"), "--set", "device.law.kind=ohm"}),
                       "\"ohm\" is none of: linear, sinh");
    expect_input_error(run_ohmgrid({"solve", path("array.csv"), "--set", "device.law.kind=table"}),
                       "CIR108");
    expect_input_error(run_ohmgrid({"solve", path("array.csv"), "--set", "array.wire=1 ohm"}),
                       "unknown key array.wire");
}

TEST_F(BadInput, OfTimesAndBandsIsRefused) {
    write_file(path("array.csv"), "1e-6\n");
    const auto with = [&](std::vector<std::string> options) {
        options.insert(options.begin(),
                       {"solve", path("array.csv"), "--set", "array.column_wire_capacitance=1 fF",
                        "--set", "array.sense=1 kohm"});
        return run_ohmgrid(options);
    };
    expect_input_error(with({"--settling", "--lsb", "0 A"}), "CIR135");
    expect_input_error(with({"--settling", "--lsb", "1 V"}), "expected a current (ampere)");
    expect_input_error(with({"--transient", "--stop", "0 s"}), "CIR132");
    expect_input_error(with({"--transient", "--points", "1"}), "--points 1");
    expect_input_error(with({"--vector", "1"}), "the array has 1 input vectors");
    expect_input_error(with({"--phase", "8"}), "the array is read in 1 phases");
}

}  // namespace
}  // namespace ohmgrid
