#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/io/atomic_file.hpp"
#include "sim/io/subprocess.hpp"
#include "tests/support/program.hpp"

namespace ohmgrid {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// What is said about a device file with these lines after its name: code 2, nothing on stdout.
std::string refusal(const std::string& lines) {
    const TemporaryFolder folder;
    const std::string file = (folder.path() / "device.toml").string();
    write_file(file, "schema = \"ohmgrid.device/1\"\nbase = \"reram/hfox-1t1r.toml\"\n" + lines);
    const Outcome checked = run_ohmgrid({"validate", file});
    EXPECT_EQ(checked.code, ExitCode::bad_input) << lines;
    const Outcome shown = run_ohmgrid({"devices", file});
    EXPECT_EQ(shown.code, ExitCode::bad_input) << lines;
    EXPECT_EQ(shown.out, "");
    EXPECT_EQ(shown.err, checked.err);
    EXPECT_THAT(checked.err, HasSubstr("device.toml:"));
    return checked.err;
}

TEST(DeviceInput, RefusesNegativeDeviations) {
    EXPECT_THAT(refusal("[programming]\nlaw = \"constant\"\nsigma = -0.01\n"),
                AllOf(HasSubstr("device.toml:5:"), HasSubstr("device.programming.sigma"),
                      HasSubstr("-0.01 is outside 0 .. 10")));
    EXPECT_THAT(refusal("[read_noise]\nsigma = \"-1 %\"\n"), HasSubstr("device.read_noise.sigma"));
    EXPECT_THAT(refusal("[variation]\ncell = -0.1\n"), HasSubstr("device.variation.cell"));
}

TEST(DeviceInput, RefusesARangeUpsideDown) {
    EXPECT_THAT(refusal("[states]\ng_min = \"200 uS\"\ng_max = \"100 uS\"\n"),
                AllOf(HasSubstr("DEV001"), HasSubstr("device.toml:4:"), HasSubstr("Swap the two")));
    EXPECT_THAT(refusal("[states]\nleast = \"3 uS\"\nmost = \"2 uS\"\n"), HasSubstr("DEV001"));
}

TEST(DeviceInput, RefusesLevelsOutOfOrderDoubledOrOutside) {
    const std::string range = "[states]\ng_min = \"1 uS\"\ng_max = \"100 uS\"\n";
    EXPECT_THAT(refusal(range + "levels = [\"1 uS\", \"60 uS\", \"30 uS\", \"100 uS\"]\n"),
                AllOf(HasSubstr("DEV003"), HasSubstr("device.toml:6:")));
    EXPECT_THAT(refusal(range + "levels = [\"1 uS\", \"30 uS\", \"30 uS\", \"100 uS\"]\n"),
                HasSubstr("hold a level twice"));
    EXPECT_THAT(refusal(range + "levels = [\"1 uS\", \"110 uS\"]\n"),
                HasSubstr("leave the range from g_min to g_max"));
}

TEST(DeviceInput, RefusesLevelsThatCellsDoNotHave) {
    const Outcome outcome = run_ohmgrid({"cost", source_file("docs/examples/run.toml"), "--set",
                                         "device.states.levels=[\"2 uS\", \"30 uS\", \"100 uS\"]",
                                         "--set", "array.cell_bits=2"});
    EXPECT_EQ(outcome.code, ExitCode::bad_input);
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("DEV004"), HasSubstr("has 3 levels"),
                                   HasSubstr("cells of 2 bits hold 4")));
}

TEST(DeviceInput, RefusesTimesBeforeTheReference) {
    EXPECT_THAT(refusal("[drift]\nlaw = \"power\"\nreference = \"20 s\"\ntime = \"5 s\"\n"),
                AllOf(HasSubstr("DEV012"), HasSubstr("5 s, before the reference of 20 s")));
    EXPECT_THAT(refusal("[drift]\nlaw = \"power\"\nreference = \"0 s\"\n"), HasSubstr("DEV012"));
    EXPECT_THAT(refusal("[drift]\nlaw = \"tabulated\"\nreference = \"1 s\"\n"
                        "times = [\"1 s\", \"60 s\"]\ntime = \"2 min\"\n"),
                HasSubstr("120 s, outside of the tabulated 1 .. 60 s"));
}

TEST(DeviceInput, RefusesTablesWhoseNumbersDoNotFit) {
    const std::string table = "[drift]\nlaw = \"tabulated\"\nreference = \"1 s\"\n";
    EXPECT_THAT(refusal(table + "times = [\"60 s\", \"1 s\"]\n"), HasSubstr("DEV013"));
    EXPECT_THAT(refusal(table + "times = [\"1 s\", \"60 s\"]\nshift = [0.1, 0.2, 0.3]\n"),
                HasSubstr("has 3 coefficients for 2 times"));
    EXPECT_THAT(refusal(table + "times = [\"1 s\", \"60 s\"]\nsigmas = [\"1 uS\", \"2 uS\"]\n"),
                HasSubstr("device.programming.law needs 0"));
    EXPECT_THAT(refusal("[programming]\nlaw = \"table\"\nstates = [\"1 uS\", \"90 uS\"]\n"
                        "sigmas = [\"1 uS\"]\n"),
                AllOf(HasSubstr("DEV010"), HasSubstr("has 1 values for 2 states")));
    EXPECT_THAT(refusal("[programming]\nlaw = \"table\"\nstates = [\"9 uS\", \"3 uS\"]\n"
                        "sigmas = [\"1 uS\", \"1 uS\"]\n"),
                HasSubstr("do not ascend"));
    EXPECT_THAT(refusal("[programming]\nlaw = \"polynomial\"\n"), HasSubstr("has no coefficients"));
    EXPECT_THAT(refusal("[programming]\ntolerance = \"1 uS\"\n"), HasSubstr("DEV015"));
}

TEST(DeviceInput, RefusesMoreFaultsThanCells) {
    EXPECT_THAT(refusal("[faults]\nstuck_low = 0.5\nstuck_high = 0.4\nopen = 0.2\n"),
                AllOf(HasSubstr("DEV011"), HasSubstr("at most 1")));
    EXPECT_THAT(refusal("[faults]\nopen = 1.5\n"), HasSubstr("1.5 is outside 0 .. 1"));
}

TEST(DeviceInput, RefusesASupplyThatTurnsNoCellOn) {
    EXPECT_THAT(refusal("kind = \"sram\"\n[sram]\nsupply = \"0.3 V\"\nthreshold = \"0.4 V\"\n"),
                AllOf(HasSubstr("DEV014"), HasSubstr("does not exceed the threshold of 0.4 V")));
}

TEST(DeviceInput, RefusesMeasurementsThatLackALevelOrContradictALaw) {
    const TemporaryFolder folder;
    const std::string cells = (folder.path() / "cells.csv").string();
    write_file(cells,
               "target_siemens,measured_siemens\n1e-5,1e-5\n1e-5,1.1e-5\n"
               "5e-5,5e-5\n5e-5,6e-5\n");
    const std::string device = (folder.path() / "device.toml").string();
    const auto refused = [&](const std::string& lines) {
        write_file(device, "schema = \"ohmgrid.device/1\"\nbase = \"reram/hfox-1t1r.toml\"\n" +
                               lines + "[measured]\nfile = \"cells.csv\"\n");
        const Outcome outcome = run_ohmgrid({"validate", device});
        EXPECT_EQ(outcome.code, ExitCode::bad_input);
        return outcome.err;
    };
    EXPECT_THAT(refused("[states]\ng_min = \"10 uS\"\ng_max = \"90 uS\"\n"),
                AllOf(HasSubstr("cells.csv: error[DEV022]"), HasSubstr("lack the level 9e-05 S")));
    EXPECT_THAT(refused("[states]\ng_min = \"10 uS\"\ng_max = \"50 uS\"\n"
                        "levels = [\"10 uS\", \"30 uS\", \"50 uS\"]\n"),
                HasSubstr("lack the level 3e-05 S"));
    EXPECT_THAT(refused("[programming]\nlaw = \"constant\"\nsigma = 0.1\n"), HasSubstr("DEV016"));
    EXPECT_THAT(run_ohmgrid({"fit", folder.path() / "none.csv"}).err, HasSubstr("none.csv"));
    EXPECT_EQ(run_ohmgrid({"fit", folder.path() / "none.csv"}).code, ExitCode::file_system);
}

TEST(DeviceInput, NamesTheReplacedSectionsFile) {
    const Outcome outcome = run_ohmgrid({"validate", source_file("docs/examples/run.toml"), "--set",
                                         "device.base=reram/no-such.toml"});
    EXPECT_NE(outcome.code, ExitCode::done);
    EXPECT_THAT(outcome.err, HasSubstr("reram/no-such.toml"));
    EXPECT_EQ(run_ohmgrid({"validate", source_file("docs/examples/run.toml"), "--set",
                           "device.base=pcm/nandakumar2019.toml", "--set", "device.drift.time=1 d"})
                  .code,
              ExitCode::done);
}

}  // namespace
}  // namespace ohmgrid
