#include <gtest/gtest.h>

#include "tests/support/crosssim_network.hpp"

namespace ohmgrid {
namespace {

const RunContext two_threads{.threads = 2};

CrossSimRow row_named(const std::string& name) {
    for (const CrossSimRow& row : crosssim_rows()) {
        if (row.name() == name) return row;
    }
    ADD_FAILURE() << "no row " << name;
    return CrossSimRow(CsvRow({}, {}));
}

TEST(CrossSimNetwork, HasTheSameFloatNetwork) {
    OHMGRID_NEEDS_SHARED();
    const CrossSimRow row = row_named("fp_digital");
    const CrossSimComparison ours = CrossSimNetwork(two_threads).compare(row);
    EXPECT_EQ(ours.agreement, 1);
    EXPECT_DOUBLE_EQ(ours.accuracy, row.accuracy());
}

/// 8-bit weights, inputs as good as unquantised, no converters: nothing of CrossSim's is unknown.
/// (benchmarks/crosssim_table prints every row.)
TEST(CrossSimNetwork, PredictsTheSameClassesWhereEverySettingIsOnRecord) {
    OHMGRID_NEEDS_SHARED();
    const CrossSimRow row = row_named("w8_i32_noadc");
    const CrossSimComparison ours = CrossSimNetwork(two_threads).compare(row);
    EXPECT_GE(ours.agreement, 0.99);
    EXPECT_NEAR(ours.accuracy, row.accuracy(), 0.006);
    EXPECT_LT(ours.score_difference, 0.001);
}

/// Input ranges found again from the class scores of other rows, which have no converters: as many
/// predictions agree as where all is known.
TEST(CrossSimNetwork, PredictsTheSameClassesWithInputRangesFoundOnOtherRows) {
    OHMGRID_NEEDS_SHARED();
    CrossSimNetwork network(two_threads);
    for (const char* name : {"w8_i8_adc8_calshipped", "adc7_cal_own_rows1152",
                             "adc6_cal_own_rows128", "adc8_cal_own_rows64"}) {
        const CrossSimRow row = row_named(name);
        const CrossSimComparison ours = network.compare(row);
        EXPECT_GE(ours.agreement, 0.99) << name;
        EXPECT_NEAR(ours.accuracy, row.accuracy(), 0.006) << name;
        EXPECT_LT(ours.score_difference, 0.035) << name;
    }
}

/// On the edge between broken and whole every rounding error counts: with adc.values = "whole"
/// three images in a hundred get another class with ten bits on 1152 rows.
TEST(CrossSimNetwork, BreaksAndRecoversWithConverterBitsAsCrossSimDoes) {
    OHMGRID_NEEDS_SHARED();
    CrossSimNetwork network(two_threads);
    for (const char* name : {"adc8_max_rows1152", "adc10_max_rows1152", "adc6_max_rows128",
                             "adc8_max_rows128", "adc10_max_rows64", "adc4_cal_own_rows1152"}) {
        const CrossSimRow row = row_named(name);
        const CrossSimComparison ours = network.compare(row);
        EXPECT_GE(ours.agreement, 0.99) << name;
        EXPECT_NEAR(ours.accuracy, row.accuracy(), 0.006) << name;
        EXPECT_LT(ours.score_difference, 0.05) << name;
    }
}

}  // namespace
}  // namespace ohmgrid
