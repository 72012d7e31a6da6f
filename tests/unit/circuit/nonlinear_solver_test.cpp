#include "sim/circuit/nonlinear_solver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/circuit/line_solver.hpp"
#include "sim/core/error.hpp"
#include "tests/unit/circuit/reference_cases.hpp"

namespace ohmgrid {
namespace {

using Eigen::Index;
using ::testing::HasSubstr;

double deviation(const RowMajorMatrix& a, const RowMajorMatrix& b) {
    return (a - b).cwiseAbs().maxCoeff() / b.cwiseAbs().maxCoeff();
}

/// Conductances between 1 and 100 uS and inputs between 0 and `volt`, from Eigen's own generator
/// with a fixed seed.
struct Sample {
    Crossbar crossbar;
    RowMajorMatrix input_volt;
};
Sample sample(Index rows, Index columns, double volt, double wire_ohm = 5) {
    std::srand(7);
    return {{.conductance_siemens = (RowMajorMatrix::Random(rows, columns).array() + 1.02) * 0.5e-4,
             .row_wire_ohm = wire_ohm,
             .column_wire_ohm = 2 * wire_ohm,
             .driver_ohm = 100,
             .sense_ohm = 50},
            (RowMajorMatrix::Random(2, rows).array() + 1) * volt / 2};
}

TransistorLaw transistor(double gate_volt) {
    return {.transistor = {.threshold_volt = 0.4, .alpha = 1.4, .drive_ampere = 2e-4},
            .gate_volt = {gate_volt}};
}

TabulatedLaw table() {
    IvTable t{.volt = {-1.2, -0.5, -0.1, 0, 0.2, 0.5, 1.2},
              .state_siemens = {5e-5},
              .current_ampere = RowMajorMatrix(1, 7),
              .origin = {}};
    t.current_ampere << -3e-4, -4e-5, -6e-6, 0, 1e-5, 4e-5, 2e-4;
    return {IvInterpolant(t)};
}

std::vector<CellLaw> all_laws() {
    return {LinearLaw{}, SinhLaw{4},      CubicLaw{{1e-6}, {2e-6}},
            table(),     transistor(1.1), transistor(0.6)};
}

/// Largest unbalanced current of any node when wires and cells are added up one by one.
double unbalanced_ampere(const Crossbar& c, const RowMajorMatrix& input_volt, const NodeVoltages& n,
                         const RowMajorMatrix& cell_ampere) {
    const Index last_row = c.rows() - 1;
    const Index last_column = c.columns() - 1;
    double worst = 0;
    for (Index i = 0; i <= last_row; ++i) {
        for (Index j = 0; j <= last_column; ++j) {
            const double left = j == 0 ? (input_volt(0, i) - n.row_volt(i, 0)) / c.drive_end_ohm()
                                       : (n.row_volt(i, j - 1) - n.row_volt(i, j)) / c.row_wire_ohm;
            const double right =
                j == last_column ? 0 : (n.row_volt(i, j) - n.row_volt(i, j + 1)) / c.row_wire_ohm;
            const double above =
                i == 0 ? 0 : (n.column_volt(i - 1, j) - n.column_volt(i, j)) / c.column_wire_ohm;
            const double below =
                i == last_row ? n.column_volt(i, j) / c.sense_end_ohm()
                              : (n.column_volt(i, j) - n.column_volt(i + 1, j)) / c.column_wire_ohm;
            worst = std::max({worst, std::abs(left - right - cell_ampere(i, j)),
                              std::abs(above + cell_ampere(i, j) - below)});
        }
    }
    return worst;
}

TEST(NonlinearSolver, AgreesWithEveryReferenceCase) {
    if (!has_reference_file("reference_nonlinear.h5")) {
        GTEST_SKIP() << "skipped: ../shared/reference/circuit/reference_nonlinear.h5 absent";
    }
    for (const ReferenceCase& c : reference_cases("reference_nonlinear.h5")) {
        const NonlinearSolution found =
            solve_nonlinear(c.crossbar, SinhLaw{c.sinh_b_per_volt}, c.input_volt);
        for (Index k = 0; k < c.input_volt.rows(); ++k) {
            EXPECT_LT(deviation(found.column_current_ampere.row(k), c.column_current_ampere.row(k)),
                      1e-11)
                << c.name;
        }
        EXPECT_LE(found.iterations, 12) << c.name;
    }
}

TEST(NonlinearSolver, SlowTwinAgreesUnderEveryLaw) {
    const auto [crossbar, input_volt] = sample(7, 9, 1);
    for (const CellLaw& law : all_laws()) {
        const auto fast = solve_nonlinear(crossbar, law, input_volt);
        const auto slow =
            solve_nonlinear(crossbar, law, input_volt, {.linear = LinearMethod::reference});
        EXPECT_LT(deviation(fast.column_current_ampere, slow.column_current_ampere), 1e-11)
            << name_of(law);
    }
}

TEST(NonlinearSolver, ObeysKirchhoffsLawAtEveryNodeUnderEveryLaw) {
    const auto [crossbar, input_volt] = sample(8, 6, 1);
    for (const CellLaw& law : all_laws()) {
        const auto found = solve_nonlinear(crossbar, law, input_volt, {}, Detail::nodes);
        const RowMajorMatrix ampere = respond(law, crossbar, found.nodes[0]).ampere;
        EXPECT_LT(unbalanced_ampere(crossbar, input_volt, found.nodes[0], ampere),
                  1e-10 * ampere.maxCoeff())
            << name_of(law);
        EXPECT_LT(deviation(found.column_current_ampere.row(0), ampere.colwise().sum()), 1e-10);
    }
}

TEST(NonlinearSolver, IsTheLinearSolverForLinearCells) {
    const auto [crossbar, input_volt] = sample(12, 5, 0.3);
    const auto found = solve_nonlinear(crossbar, LinearLaw{}, input_volt);
    EXPECT_EQ(found.iterations, 1);
    EXPECT_LT(deviation(found.column_current_ampere,
                        LineSolver(crossbar).solve(input_volt).column_current_ampere),
              1e-13);
}

TEST(NonlinearSolver, DeliversThePowerItDissipates) {
    const auto [crossbar, input_volt] = sample(10, 10, 1);
    for (const CellLaw& law : all_laws()) {
        const auto found = solve_nonlinear(crossbar, law, input_volt, {}, Detail::nodes);
        const PowerBalance power = power_balance(crossbar, input_volt.row(1).transpose(),
                                                 found.nodes[1], found.cells[1].ampere);
        EXPECT_NEAR(power.dissipated_watt(), power.delivered_watt, 1e-10 * power.delivered_watt)
            << name_of(law);
    }
}

/// With ideal wires every cell sees its input, so a column is the plain sum of its cells' laws.
TEST(NonlinearSolver, IsASumOfCellsWhenWiresAreFree) {
    auto [crossbar, input_volt] = sample(6, 4, 1, 0);
    crossbar.driver_ohm = 0;
    crossbar.sense_ohm = 0;
    for (const CellLaw& law : all_laws()) {
        const auto found = solve_nonlinear(crossbar, law, input_volt);
        for (Index j = 0; j < 4; ++j) {
            double sum = 0;
            for (Index i = 0; i < 6; ++i) {
                sum += cell_point(law, crossbar, i, j, input_volt(0, i), 0).ampere;
            }
            EXPECT_NEAR(found.column_current_ampere(0, j), sum, 1e-14 * std::abs(sum));
        }
    }
}

/// One cell of i = (g/b) sinh(b v) behind a resistor: v solved by bisection.
TEST(NonlinearSolver, FindsTheOperatingPointOfOneSteepCell) {
    constexpr double g = 1e-4;
    constexpr double b = 30;
    const Crossbar crossbar{.conductance_siemens = RowMajorMatrix::Constant(1, 1, g),
                            .driver_ohm = 1e3};
    double low = 0;
    double high = 2;
    for (int step = 0; step < 200; ++step) {
        const double v = (low + high) / 2;
        ((2 - v) / 1e3 > g / b * std::sinh(b * v) ? low : high) = v;
    }
    const auto found = solve_nonlinear(crossbar, SinhLaw{b}, RowMajorMatrix::Constant(1, 1, 2.0));
    EXPECT_NEAR(found.column_current_ampere(0, 0), (2 - low) / 1e3, 1e-13);
}

/// b V = 60: exp(60) overflows nothing and ideal wires give the plain law.
TEST(NonlinearSolver, FollowsExponentialsFarUp) {
    constexpr double b = 40;
    auto [crossbar, input_volt] = sample(6, 5, 1.5);
    const auto found = solve_nonlinear(crossbar, SinhLaw{b}, input_volt, {}, Detail::nodes);
    const RowMajorMatrix ampere = respond(SinhLaw{b}, crossbar, found.nodes[1]).ampere;
    EXPECT_LT(unbalanced_ampere(crossbar, input_volt.row(1), found.nodes[1], ampere),
              1e-10 * ampere.maxCoeff());

    crossbar.row_wire_ohm = crossbar.driver_ohm = 0;
    crossbar.column_wire_ohm = crossbar.sense_ohm = 0;
    const auto ideal = solve_nonlinear(crossbar, SinhLaw{b}, input_volt);
    EXPECT_LT(deviation(ideal.column_current_ampere.row(0),
                        respond(SinhLaw{b}, crossbar,
                                {input_volt.row(0).transpose().replicate(1, 5),
                                 RowMajorMatrix::Zero(6, 5)})
                            .ampere.colwise()
                            .sum()),
              1e-12);
}

TEST(NonlinearSolver, StartsFromTheAnswerBeforeWhenInputsHardlyChange) {
    const auto [crossbar, input_volt] = sample(9, 9, 1);
    const RowMajorMatrix first = input_volt.topRows(1);
    RowMajorMatrix two(2, 9);
    two << first, first * 1.0001;
    const auto together = solve_nonlinear(crossbar, SinhLaw{8}, two, {}, Detail::nodes);
    const auto alone = solve_nonlinear(crossbar, SinhLaw{8}, two.bottomRows(1));
    EXPECT_LT(deviation(together.column_current_ampere.bottomRows(1), alone.column_current_ampere),
              1e-12);
}

TEST(NonlinearSolver, TakesFloatingColumnsAndUnselectedRows) {
    auto [crossbar, input_volt] = sample(5, 6, 1);
    crossbar.floating_columns = {false, true, false, false, true, false};
    const auto sinh = solve_nonlinear(crossbar, SinhLaw{3}, input_volt);
    EXPECT_EQ(sinh.column_current_ampere(0, 1), 0);
    EXPECT_GT(sinh.column_current_ampere(0, 0), 0);

    crossbar.floating_columns.clear();
    TransistorLaw one_row = transistor(1.2);
    one_row.gate_volt = {0, 0, 1.2, 0, 0};
    RowMajorMatrix only_third = RowMajorMatrix::Zero(1, 5);
    only_third(0, 2) = input_volt(0, 2);
    Crossbar third = crossbar;
    for (const Index i : {0, 1, 3, 4}) third.conductance_siemens.row(i).setZero();
    EXPECT_LT(
        deviation(solve_nonlinear(crossbar, one_row, input_volt.topRows(1)).column_current_ampere,
                  solve_nonlinear(third, transistor(1.2), only_third).column_current_ampere),
        1e-12);
}

TEST(NonlinearSolver, AnswersDoNotDependOnTheVectorsBefore) {
    const auto [crossbar, input_volt] = sample(9, 9, 1);
    for (const CellLaw& law : all_laws()) {
        const auto together = solve_nonlinear(crossbar, law, input_volt);
        const auto alone = solve_nonlinear(crossbar, law, input_volt.bottomRows(1));
        EXPECT_LT(
            deviation(together.column_current_ampere.bottomRows(1), alone.column_current_ampere),
            1e-11)
            << name_of(law);
    }
}

TEST(NonlinearSolver, SaysHowFarItCameWhenItDoesNotConverge) {
    const auto [crossbar, input_volt] = sample(4, 4, 1);
    try {
        solve_nonlinear(crossbar, SinhLaw{8}, input_volt, {.max_iterations = 2});
        FAIL() << "nothing was thrown";
    } catch (const NumericalError& error) {
        EXPECT_THAT(error.what(), HasSubstr("error[CIR120]: input vector 0: "));
        EXPECT_THAT(error.what(), HasSubstr("2 Newton steps, residual "));
        EXPECT_THAT(error.what(), HasSubstr("tolerance 1e-12"));
    }
}

TEST(NonlinearSolver, RefusesCellsOutsideTheirTable) {
    const auto [crossbar, input_volt] = sample(3, 3, 2.5);
    EXPECT_THROW(solve_nonlinear(crossbar, table(), input_volt), InputError);
}

}  // namespace
}  // namespace ohmgrid
