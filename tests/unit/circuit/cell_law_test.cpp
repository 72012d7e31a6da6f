#include "sim/circuit/cell_law.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

using ::testing::HasSubstr;

constexpr double g_siemens = 2e-5;

Crossbar one_cell(double siemens = g_siemens) {
    return {.conductance_siemens = RowMajorMatrix::Constant(1, 1, siemens)};
}

CellPoint point(const CellLaw& law, double row_volt, double column_volt = 0) {
    return cell_point(law, one_cell(), 0, 0, row_volt, column_volt);
}

TabulatedLaw bent_table() {
    IvTable table{.volt = {-1, -0.4, 0, 0.4, 1},
                  .state_siemens = {1e-5, 4e-5},
                  .current_ampere = RowMajorMatrix(2, 5),
                  .origin = {}};
    table.current_ampere << -2e-5, -5e-6, 0, 3e-6, 1e-5, -5e-5, -2e-5, 0, 2e-5, 6e-5;
    return {IvInterpolant(table)};
}

TransistorLaw transistor(double gate_volt, double alpha = 2) {
    return {.transistor = {.threshold_volt = 0.4,
                           .alpha = alpha,
                           .drive_ampere = 1e-4,
                           .saturation_volt = 0.8,
                           .modulation_per_volt = 0.05},
            .gate_volt = {gate_volt}};
}

std::vector<CellLaw> all_laws() {
    return {LinearLaw{},  SinhLaw{3},         CubicLaw{{4e-6}, {-3e-6}}, CubicLaw{{-4e-6}, {5e-6}},
            bent_table(), transistor(1.2, 2), transistor(1.2, 1.3),      transistor(0.7, 1.3)};
}

TEST(CellLaw, DerivativesAreThoseOfTheCurrent) {
    constexpr double h = 1e-6;
    for (const CellLaw& law : all_laws()) {
        for (const double w : {-0.83, -0.31, 0.07, 0.52, 0.93}) {
            for (const double b : {-0.04, 0.0, 0.11}) {
                const CellPoint p = point(law, w, b);
                const double by_row =
                    (point(law, w + h, b).ampere - point(law, w - h, b).ampere) / (2 * h);
                const double by_column =
                    -(point(law, w, b + h).ampere - point(law, w, b - h).ampere) / (2 * h);
                EXPECT_NEAR(p.row_siemens, by_row, 1e-5 * g_siemens)
                    << name_of(law) << w << ' ' << b;
                EXPECT_NEAR(p.column_siemens, by_column, 1e-5 * g_siemens) << name_of(law);
            }
        }
    }
}

TEST(CellLaw, CurrentNeverFallsWithTheVoltage) {
    for (const CellLaw& law : all_laws()) {
        for (double w = -3; w < 3; w += 0.01) {
            const CellPoint p = point(law, w, 0.05);
            EXPECT_GE(p.row_siemens, 0) << name_of(law) << w;
            EXPECT_GE(p.column_siemens, 0) << name_of(law) << w;
            EXPECT_GE(point(law, w + 0.01, 0.05).ampere, p.ampere) << name_of(law) << w;
        }
    }
}

TEST(CellLaw, SinhTendsToTheLinearLawAsBVanishes) {
    for (const double v : {-1.0, 0.2, 0.9}) {
        EXPECT_DOUBLE_EQ(point(SinhLaw{0}, v).ampere, g_siemens * v);
        EXPECT_NEAR(point(SinhLaw{1e-9}, v).ampere, g_siemens * v, 1e-15 * g_siemens);
        EXPECT_DOUBLE_EQ(point(SinhLaw{0}, v).row_siemens, g_siemens);
    }
}

/// sinh(1) = 1.1752011936438014 (DLMF 4.35).
TEST(CellLaw, SinhHasItsZeroBiasConductance) {
    EXPECT_DOUBLE_EQ(point(SinhLaw{5}, 0.2).ampere, g_siemens / 5 * 1.1752011936438014);
    EXPECT_DOUBLE_EQ(point(SinhLaw{5}, 0).row_siemens, g_siemens);
}

TEST(CellLaw, CubicIsItsPolynomialWhereItRises) {
    EXPECT_DOUBLE_EQ(point(CubicLaw{{1e-6}, {2e-6}}, 0.5).ampere, 1e-5 + 0.25e-6 + 0.25e-6);
    // Slope 2e-5 - 6e-5 v^2 vanishes at 0.57735 V, where the current is 2/3 of 1.1547e-5 A.
    const double peak = 2e-5 / 1.5 / std::sqrt(3.0);
    EXPECT_NEAR(point(CubicLaw{{0}, {-2e-5}}, 0.9).ampere, peak, 1e-19);
}

TEST(CellLaw, CubicTakesOneCoefficientPerCell) {
    const Crossbar two{.conductance_siemens = RowMajorMatrix::Constant(1, 2, g_siemens)};
    const CubicLaw law{{0}, {1e-6, 3e-6}};
    EXPECT_DOUBLE_EQ(cell_point(law, two, 0, 0, 1, 0).ampere, 2.1e-5);
    EXPECT_DOUBLE_EQ(cell_point(law, two, 0, 1, 1, 0).ampere, 2.3e-5);
}

TEST(CellLaw, AnOpenCellCarriesNothingUnderAnyLaw) {
    for (const CellLaw& law : all_laws()) {
        const CellPoint p = cell_point(law, one_cell(0), 0, 0, 0.7, 0.1);
        EXPECT_EQ(p.ampere, 0) << name_of(law);
        EXPECT_EQ(p.row_siemens, 0) << name_of(law);
    }
}

TEST(CellLaw, AllCellsAtOnceAreTheSingleCells) {
    Crossbar crossbar{.conductance_siemens = RowMajorMatrix(2, 3)};
    crossbar.conductance_siemens << 1e-5, 0, 3e-5, 4e-5, 2e-6, 6e-5;
    const NodeVoltages nodes{RowMajorMatrix::Random(2, 3), 0.1 * RowMajorMatrix::Random(2, 3)};
    for (const CellLaw& law : all_laws()) {
        const CellResponse all = respond(law, crossbar, nodes);
        for (Eigen::Index i = 0; i < 2; ++i) {
            for (Eigen::Index j = 0; j < 3; ++j) {
                const CellPoint p =
                    cell_point(law, crossbar, i, j, nodes.row_volt(i, j), nodes.column_volt(i, j));
                EXPECT_EQ(all.ampere(i, j), p.ampere);
                EXPECT_EQ(all.row_siemens(i, j), p.row_siemens);
                EXPECT_EQ(all.column_siemens(i, j), p.column_siemens);
            }
        }
    }
}

TEST(CellLaw, RefusesParametersOutsideTheirRangeAndListsOfTheWrongLength) {
    const auto complaint = [](const CellLaw& law) {
        try {
            check(law, one_cell());
        } catch (const InputError& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_THAT(complaint(SinhLaw{-1}), HasSubstr("error[CIR107]: b of the sinh law is -1"));
    EXPECT_THAT(complaint(CubicLaw{{1, 2}, {0}}), HasSubstr("c2 of the cubic law: 2 values"));
    EXPECT_THAT(complaint(CubicLaw{{0}, {NAN}}), HasSubstr("not finite"));
    EXPECT_THAT(complaint(TransistorLaw{{}, {}}), HasSubstr("gate voltages: 0 values"));
    EXPECT_THAT(complaint(transistor(1, 2.5)),
                HasSubstr("error[CIR106]: access transistor: alpha"));
    for (const CellLaw& law : all_laws()) EXPECT_EQ(complaint(law), "") << name_of(law);
}

TEST(CellLaw, RefusesAnswersWhereTheLawIsNotValid) {
    const auto complaint = [](const CellLaw& law, double volt) {
        try {
            check_operating_range(
                law, one_cell(),
                {RowMajorMatrix::Constant(1, 1, volt), RowMajorMatrix::Zero(1, 1)});
        } catch (const InputError& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_EQ(complaint(bent_table(), 1), "");
    EXPECT_THAT(complaint(bent_table(), 1.1),
                HasSubstr("error[CIR105]: cell (0, 0) works at 1.1 V, where its table law is not "
                          "valid (-1 V .. 1 V)"));
    EXPECT_EQ(complaint(CubicLaw{{0}, {-2e-5}}, 0.577), "");
    EXPECT_THAT(complaint(CubicLaw{{0}, {-2e-5}}, -0.578), HasSubstr("CIR105"));
    EXPECT_EQ(complaint(SinhLaw{8}, 100), "");
}

/// KP W/L = 2e-4 A/V^2, threshold 0.5 V, gate 1.5 V: at 0.3 V drain the square law gives
/// 2e-4 (1.0 * 0.3 - 0.3^2 / 2) = 5.1e-5 A; saturated 1e-4 A times 1 + 0.1 * 2.
TEST(AccessTransistor, FollowsTheSquareLaw) {
    EXPECT_NEAR(square_law(2e-4, 0.5).at(0.3, 0, 1.5).ampere, 5.1e-5, 1e-19);
    EXPECT_NEAR(square_law(2e-4, 0.5, 0.1).at(2, 0, 1.5).ampere, 1.2e-4, 1e-18);
    EXPECT_EQ(square_law(2e-4, 0.5).at(0.3, 0, 0.5).ampere, 0);
}

/// drive 1e-4 A, alpha 1.5, V_x 0.9 V: at 0.64 V overdrive it saturates at 1e-4 * 0.512 A above
/// 0.9 * 0.64^0.75 V; at half that voltage it carries three quarters.
TEST(AccessTransistor, FollowsTheAlphaPowerLaw) {
    const AccessTransistor t{
        .threshold_volt = 0.3, .alpha = 1.5, .drive_ampere = 1e-4, .saturation_volt = 0.9};
    const double saturation_volt = 0.9 * std::pow(0.64, 0.75);
    EXPECT_NEAR(t.at(1, 0, 0.94).ampere, 5.12e-5, 1e-18);
    EXPECT_NEAR(t.at(saturation_volt / 2, 0, 0.94).ampere, 0.75 * 5.12e-5, 1e-18);
}

TEST(AccessTransistor, WorksBothWays) {
    const AccessTransistor t = square_law(2e-4, 0.5, 0.03);
    for (const double v : {0.05, 0.4, 1.7}) {
        EXPECT_EQ(t.at(v, 0.1, 1.5).ampere, -t.at(0.1, v, 1.5).ampere);
        EXPECT_EQ(t.at(v, 0.1, 1.5).drain_siemens, t.at(0.1, v, 1.5).source_siemens);
    }
}

/// The transistor above carries 5.1e-5 A at 0.3 V, so 1e-4 S in series drop another 0.51 V.
TEST(SeriesPoint, FindsTheNodeBetweenResistorAndTransistor) {
    const AccessTransistor t = square_law(2e-4, 0.5);
    EXPECT_NEAR(series_point(t, 1e-4, 0.81, 0, 1.5).ampere, 5.1e-5, 1e-18);
    EXPECT_NEAR(series_point(t, 1e9, 0.3, 0, 1.5).ampere, 5.1e-5, 1e-17);
    EXPECT_NEAR(series_point(t, 1e-12, 0.3, 0, 1.5).ampere, 0.3e-12, 1e-20);
    EXPECT_EQ(series_point(t, 1e-4, 0.81, 0, 0.2).ampere, 0);
    EXPECT_EQ(series_point(t, 1e-4, 0.2, 0.2, 1.5).ampere, 0);
}

}  // namespace
}  // namespace ohmgrid
