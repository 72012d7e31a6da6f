#include "sim/device/measured.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/hdf5.hpp"
#include "sim/io/subprocess.hpp"
#include "tests/unit/device/statistics.hpp"

namespace ohmgrid {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* two_levels =
    "cell,target_siemens,measured_siemens\n"
    "0,1e-5,1.1e-5\n1,1e-5,0.9e-5\n2,1e-5,1.3e-5\n3,1e-5,1.0e-5\n"
    "0,5e-5,5.0e-5\n1,5e-5,5.6e-5\n";

MeasuredConductances read(const std::string& text) {
    const TemporaryFolder folder;
    write_file(folder.path() / "cells.csv", text);
    return read_measured(folder.path() / "cells.csv");
}

std::string refusal(const std::string& text) {
    try {
        (void)read(text);
    } catch (const InputError& error) {
        return error.what();
    }
    return "nothing was refused";
}

TEST(Measured, GroupsTheCellsOfACsvFileByLevel) {
    const MeasuredConductances m = read(two_levels);
    ASSERT_EQ(m.levels.size(), 2U);
    EXPECT_EQ(m.time_second, std::vector<double>{0});
    EXPECT_EQ(m.levels[0].samples_siemens[0],
              (std::vector<double>{0.9e-5, 1.0e-5, 1.1e-5, 1.3e-5}));
    EXPECT_NEAR(m.levels[0].mean(0), 1.075e-5, 1e-18);
    EXPECT_NEAR(m.levels[1].standard_deviation(0), 0.6e-5 / std::sqrt(2.0), 1e-18);
}

TEST(Measured, ReadsWholeArraysAndTimesFromHdf5) {
    const TemporaryFolder folder;
    {
        Hdf5Writer file(folder.path() / "array.h5");
        file.write<double>("/target_siemens", {{2, 2}, {1e-5, 5e-5, 1e-5, 5e-5}}, "S", "aim");
        file.write<double>("/measured_siemens",
                           {{2, 2, 2}, {1.1e-5, 5e-5, 1.2e-5, 6e-5, 1e-5, 4e-5, 1e-5, 5e-5}}, "S",
                           "found");
        file.write<double>("/time_second", {{2}, {1, 3600}}, "s", "when");
        file.commit();
    }
    const MeasuredConductances m = read_measured(folder.path() / "array.h5");
    EXPECT_EQ(m.time_second, (std::vector<double>{1, 3600}));
    EXPECT_EQ(m.levels[1].samples_siemens[0], (std::vector<double>{5e-5, 6e-5}));
    EXPECT_EQ(m.levels[1].samples_siemens[1], (std::vector<double>{4e-5, 5e-5}));
}

TEST(Measured, RefusesWhatItCannotUseWithPlaceAndRemedy) {
    EXPECT_THAT(refusal("target,measured\n"), AllOf(HasSubstr("cells.csv:1:1: error[DEV020]"),
                                                    HasSubstr("no column target_siemens")));
    EXPECT_THAT(refusal("target_siemens,measured_siemens\n1e-5,x\n"),
                AllOf(HasSubstr("cells.csv:2"), HasSubstr("'x' is not a number")));
    EXPECT_THAT(refusal("target_siemens,measured_siemens\n1e-5,-1e-6\n"), HasSubstr("DEV020"));
    EXPECT_THAT(refusal("target_siemens,measured_siemens\n1e-5\n"),
                HasSubstr("column 2 is missing"));
    EXPECT_THAT(refusal("target_siemens,measured_siemens\n"), HasSubstr("no measured cell"));
    EXPECT_THAT(refusal("target_siemens,measured_siemens,time_second\n"
                        "1e-5,1e-5,1\n1e-5,1e-5,1\n5e-5,5e-5,1\n5e-5,5e-5,1\n"
                        "1e-5,1e-5,60\n1e-5,1e-5,60\n"),
                AllOf(HasSubstr("DEV021"), HasSubstr("the level 5e-05 S has no value at 60 s")));
    EXPECT_THAT(refusal("target_siemens,measured_siemens\n1e-5,1e-5\n"),
                AllOf(HasSubstr("DEV021"), HasSubstr("only one value")));
}

DeviceModel measured_device(double time_second = -1) {
    DeviceModel device;
    device.g_min_siemens = 1e-5;
    device.g_max_siemens = 5e-5;
    device.drift.time_second = time_second;
    return with_measured(std::move(device), read(two_levels));
}

/// At a measured level cells are those measured, each with the same share of 1/4.
TEST(Measured, DrawsTheEmpiricalDistribution) {
    const RowMajorMatrix g = drawn(measured_device(), 1e-5);
    for (const double found : {0.9e-5, 1.0e-5, 1.1e-5, 1.3e-5}) {
        expect_share(g, found - 1e-9, found + 1e-9, 0.25);
    }
}

/// Half way between levels a cell at rank u has the mean error of both levels' cells at that rank:
/// (-1 + 0)/2, (0 + 0)/2, (1 + 6)/2 and (3 + 6)/2 uS.
TEST(Measured, InterpolatesErrorsBetweenLevels) {
    const RowMajorMatrix g = drawn(measured_device(), 3e-5);
    for (const double error : {-0.5e-6, 0.0, 3.5e-6, 4.5e-6}) {
        expect_share(g, 3e-5 + error - 1e-9, 3e-5 + error + 1e-9, 0.25);
    }
}

/// Two times: cells keep their rank, the errors move along a straight line over ln t.
TEST(Measured, InterpolatesBetweenTimes) {
    MeasuredConductances m{{1, 100}, {{1e-5, {{0.9e-5, 1.1e-5}, {0.5e-5, 1.5e-5}}}}};
    EXPECT_NEAR(measured_quantile_siemens(m, 1e-5, 10, 0.25), 0.7e-5, 1e-18);
    EXPECT_NEAR(measured_quantile_siemens(m, 1e-5, 100, 0.75), 1.5e-5, 1e-18);
    EXPECT_NEAR(measured_deviation_siemens(m, 1e-5, 10), (0.1e-5 + 0.5e-5) / 2 * std::sqrt(2.0),
                1e-18);
}

TEST(Measured, MakesLevelsOfTheMeansIfAsked) {
    DeviceModel device;
    device.measured_means_are_levels = true;
    device = with_measured(std::move(device), read(two_levels));
    ASSERT_EQ(device.levels_siemens.size(), 2U);
    EXPECT_NEAR(device.level_siemens(0, 2), 1.075e-5, 1e-18);
    EXPECT_NEAR(device.g_max_siemens, 5.3e-5, 1e-18);
}

TEST(Measured, RefusesATableThatLacksALevelOrATime) {
    DeviceModel device;
    device.g_min_siemens = 1e-5;
    device.g_max_siemens = 9e-5;
    device.measured_file = "cells.csv";
    device.levels_siemens = {1e-5, 4e-5, 9e-5};
    const auto message = [&] {
        try {
            (void)with_measured(device, read(two_levels));
        } catch (const InputError& error) {
            return std::string(error.what());
        }
        return std::string("nothing was refused");
    };
    EXPECT_THAT(message(), AllOf(HasSubstr("cells.csv: error[DEV022]"),
                                 HasSubstr("lack the level 4e-05 S, 9e-05 S")));
    device.levels_siemens = {1e-5, 5e-5};
    device.drift.time_second = 60;
    EXPECT_THAT(message(), HasSubstr("DEV012"));
}

}  // namespace
}  // namespace ohmgrid
