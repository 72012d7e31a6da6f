#include "sim/circuit/iv_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/subprocess.hpp"

namespace ohmgrid {
namespace {

using ::testing::HasSubstr;

IvTable one_state(std::vector<double> volt, const std::vector<double>& ampere) {
    return {.volt = std::move(volt),
            .state_siemens = {1.0},
            .current_ampere = Eigen::Map<const RowMajorMatrix>(
                ampere.data(), 1, static_cast<Eigen::Index>(ampere.size())),
            .origin = {}};
}

std::string complaint_about(const IvTable& table) {
    try {
        table.check("cell.csv");
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

TEST(IvTable, NamesTheRowWhereACurrentFalls) {
    EXPECT_THAT(complaint_about(one_state({0, 0.1, 0.2, 0.3}, {0, 2, 1, 3})),
                HasSubstr("cell.csv: error[CIR102]: row 3: the current of state 1 S falls from 2 A "
                          "to 1 A"));
}

TEST(IvTable, NamesTheRowWhereVoltagesDoNotRise) {
    EXPECT_THAT(complaint_about(one_state({0, 0.1, 0.1}, {0, 1, 2})),
                HasSubstr("row 3: the voltage 0.1 V does not rise"));
}

TEST(IvTable, RefusesSizesThatDisagreeStatesOutOfOrderAndWhatIsNotFinite) {
    EXPECT_THAT(complaint_about(one_state({0, 1}, {0, 1, 2})), HasSubstr("CIR101"));
    EXPECT_THAT(complaint_about(one_state({0}, {0})), HasSubstr("CIR101"));
    EXPECT_THAT(complaint_about(one_state({0, 1}, {0, NAN})), HasSubstr("CIR103"));
    IvTable states{.volt = {0, 1},
                   .state_siemens = {2, 1},
                   .current_ampere = RowMajorMatrix::Zero(2, 2),
                   .origin = {}};
    EXPECT_THAT(complaint_about(states), HasSubstr("states do not rise"));
}

TEST(IvTable, SurvivesItsFileWithEveryDigit) {
    const TemporaryFolder scratch;
    IvTable table{.volt = {-0.1, 0, 1.0 / 3},
                  .state_siemens = {1e-9, 1e-5},
                  .current_ampere = RowMajorMatrix(2, 3),
                  .origin = {"made by a test", "temperature 300 K"}};
    table.current_ampere << -1e-10, 0, 1e-9 / 3, -1e-6, 1e-20, 2e-5 / 7;
    const auto path = scratch.path() / "cell.csv";
    write_file(path, to_csv(table));
    const IvTable back = read_iv_table(path);
    EXPECT_EQ(back.volt, table.volt);
    EXPECT_EQ(back.state_siemens, table.state_siemens);
    EXPECT_EQ(back.current_ampere, table.current_ampere);
    EXPECT_EQ(back.origin, table.origin);
}

TEST(IvTable, NamesTheLineThatCannotBeRead) {
    const TemporaryFolder scratch;
    const auto path = scratch.path() / "cell.csv";
    const auto complaint = [&path](const std::string& text) {
        write_file(path, text);
        try {
            read_iv_table(path);
        } catch (const InputError& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    const std::string head = "# a comment\nvoltage (V),current at 1 S (A)\n";
    EXPECT_THAT(complaint(head + "0,0\n0.1,abc\n"), HasSubstr("cell.csv:4:1: error[CIR104]"));
    EXPECT_THAT(complaint(head + "0,0,7\n"), HasSubstr("3 numbers where the head has 2"));
    EXPECT_THAT(complaint("volts,amperes\n"), HasSubstr("not a head line"));
    EXPECT_THAT(complaint("voltage (V),current at 1 mS (A)\n"), HasSubstr("1 mS"));
    EXPECT_THAT(complaint("# nothing\n"), HasSubstr("there is no head line"));
    EXPECT_THAT(complaint(head + "0,1\n1,0\n"), HasSubstr("row 2: the current"));
}

/// Points (0,0) (1,1) (3,2) (4,5): differences 1, 1/2, 3. By Fritsch and Butland's formula the
/// slopes are 7/6 at the left end, 9/(5/1 + 4/(1/2)) = 9/13, 9/(4/(1/2) + 5/3) = 27/29, and 23/6 at
/// the right end; a cubic's middle value is the mean plus h (s0 - s1) / 8, its middle slope
/// 3/2 d - (s0 + s1) / 4.
TEST(IvInterpolant, FollowsThePublishedFormula) {
    const IvInterpolant curve(one_state({0, 1, 3, 4}, {0, 1, 2, 5}));
    const double s[] = {7.0 / 6, 9.0 / 13, 27.0 / 29, 23.0 / 6};
    EXPECT_NEAR(curve.at(1, 0.5).ampere, 0.5 + (s[0] - s[1]) / 8, 1e-15);
    EXPECT_NEAR(curve.at(1, 2).ampere, 1.5 + 2 * (s[1] - s[2]) / 8, 1e-15);
    EXPECT_NEAR(curve.at(1, 3.5).ampere, 3.5 + (s[2] - s[3]) / 8, 1e-15);
    EXPECT_NEAR(curve.at(1, 2).siemens, 0.75 - (s[1] + s[2]) / 4, 1e-15);
    EXPECT_DOUBLE_EQ(curve.at(1, 3).ampere, 2);
    EXPECT_NEAR(curve.at(1, 3).siemens, s[2], 1e-15);
    EXPECT_DOUBLE_EQ(curve.at(1, 4).ampere, 5);
}

TEST(IvInterpolant, IsExactOnAStraightLineAndGoesOnAlongItsEnds) {
    const IvInterpolant curve(one_state({0, 0.3, 1}, {0, 0.6, 2}));
    for (const double v : {-1.0, 0.0, 0.1, 0.3, 0.77, 1.0, 5.0}) {
        EXPECT_NEAR(curve.at(1, v).ampere, 2 * v, 1e-14) << v;
        EXPECT_NEAR(curve.at(1, v).siemens, 2, 1e-14) << v;
    }
}

TEST(IvInterpolant, NeverFallsWhereThePointsDoNot) {
    const IvInterpolant curve(one_state({-1, -0.9, 0, 0.1, 0.2, 1.5}, {-5, 0, 0, 0, 8, 8.001}));
    double before = curve.at(1, -1.2).ampere;
    for (double v = -1.2; v < 1.8; v += 0.001) {
        const auto point = curve.at(1, v);
        EXPECT_GE(point.ampere, before - 1e-12) << v;
        EXPECT_GE(point.siemens, 0) << v;
        before = point.ampere;
    }
    EXPECT_EQ(curve.at(1, -0.5).ampere, 0);
}

TEST(IvInterpolant, MixesNeighbouringStatesAndScalesOutsideThem) {
    IvTable table{.volt = {0, 1},
                  .state_siemens = {2, 4},
                  .current_ampere = RowMajorMatrix(2, 2),
                  .origin = {}};
    table.current_ampere << 0, 1, 0, 5;
    const IvInterpolant curve(table);
    EXPECT_DOUBLE_EQ(curve.at(2, 1).ampere, 1);
    EXPECT_DOUBLE_EQ(curve.at(3, 1).ampere, 3);
    EXPECT_DOUBLE_EQ(curve.at(4, 1).ampere, 5);
    EXPECT_DOUBLE_EQ(curve.at(1, 1).ampere, 0.5);
    EXPECT_DOUBLE_EQ(curve.at(8, 1).ampere, 10);
    EXPECT_DOUBLE_EQ(curve.at(0, 1).ampere, 0);
}

}  // namespace
}  // namespace ohmgrid
