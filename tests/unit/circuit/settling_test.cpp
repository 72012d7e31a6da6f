#include "sim/circuit/settling.hpp"

#include <gtest/gtest.h>

#include <numbers>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

const ArrayCapacitance capacitance{
    .row_wire_farad = 2e-16, .column_wire_farad = 3e-16, .cell_farad = 1e-16};

Crossbar sample(Index rows, Index columns) {
    std::srand(11);
    return {.conductance_siemens = (RowMajorMatrix::Random(rows, columns).array() + 1.02) * 5e-5,
            .row_wire_ohm = 5,
            .column_wire_ohm = 8,
            .driver_ohm = 200,
            .sense_ohm = 100};
}

/// G and C of an array with wires, driver and sense resistance, entry by entry: word-line nodes
/// first, then bit-line nodes.
double dense_time_constant(const Crossbar& c, const ArrayCapacitance& farad) {
    const Index cells = c.rows() * c.columns();
    MatrixXd g = MatrixXd::Zero(2 * cells, 2 * cells);
    MatrixXd cap = g;
    const auto w = [&](Index i, Index j) { return i * c.columns() + j; };
    const auto b = [&](Index i, Index j) { return cells + w(i, j); };
    const auto join = [](MatrixXd& m, Index p, Index q, double value) {
        m(p, p) += value;
        m(q, q) += value;
        m(p, q) -= value;
        m(q, p) -= value;
    };
    for (Index i = 0; i < c.rows(); ++i) {
        for (Index j = 0; j < c.columns(); ++j) {
            join(g, w(i, j), b(i, j), c.conductance_siemens(i, j));
            join(cap, w(i, j), b(i, j), farad.cell_farad);
            cap(w(i, j), w(i, j)) += farad.row_wire_farad;
            cap(b(i, j), b(i, j)) += farad.column_wire_farad;
            if (j > 0) join(g, w(i, j - 1), w(i, j), 1 / c.row_wire_ohm);
            if (i > 0) join(g, b(i - 1, j), b(i, j), 1 / c.column_wire_ohm);
        }
        g(w(i, 0), w(i, 0)) += 1 / c.drive_end_ohm();
    }
    for (Index j = 0; j < c.columns(); ++j) {
        if (c.column_floats(j)) continue;
        g(b(c.rows() - 1, j), b(c.rows() - 1, j)) += 1 / c.sense_end_ohm();
    }
    // C x = tau G x, G symmetric positive definite
    const Eigen::GeneralizedSelfAdjointEigenSolver<MatrixXd> eigen(cap, g);
    return eigen.eigenvalues().maxCoeff();
}

TEST(SlowestTimeConstant, AgreesWithADenseEigensolver) {
    for (const auto& [rows, columns] : {std::pair<Index, Index>{1, 1}, {4, 7}, {9, 6}}) {
        Crossbar crossbar = sample(rows, columns);
        const TimeConstant found = slowest_time_constant(crossbar, capacitance);
        const double expected = dense_time_constant(crossbar, capacitance);
        EXPECT_NEAR(found.second, expected, 1e-9 * expected) << rows << " x " << columns;
        EXPECT_LE(found.relative_error, 1e-9);
    }
    Crossbar floating = sample(6, 6);
    floating.floating_columns = {false, true, false, false, true, false};
    const double expected = dense_time_constant(floating, capacitance);
    EXPECT_NEAR(slowest_time_constant(floating, capacitance).second, expected, 1e-9 * expected);
}

/// Many equal columns decay equally fast; the largest eigenvalue is nearly multiple.
TEST(SlowestTimeConstant, IsFoundAmongManyEqualModes) {
    Crossbar crossbar = sample(8, 8);
    crossbar.conductance_siemens.setConstant(1e-7);
    crossbar.row_wire_ohm = 1e-3;
    const double expected = dense_time_constant(crossbar, capacitance);
    EXPECT_NEAR(slowest_time_constant(crossbar, capacitance).second, expected, 1e-9 * expected);
}

/// A uniform RC ladder, open at its end: tau = R C / (4 sin^2(pi / (2 (2 N + 1)))).
TEST(SlowestTimeConstant, OfALadderIsTheTextbookOne) {
    constexpr Index n = 40;
    const Crossbar ladder{.conductance_siemens = RowMajorMatrix::Zero(1, n), .row_wire_ohm = 7};
    const TimeConstant found = slowest_time_constant(ladder, {.row_wire_farad = 1e-15});
    const double sine = std::sin(std::numbers::pi / (2.0 * (2 * n + 1)));
    EXPECT_NEAR(found.second, 7e-15 / (4 * sine * sine), 1e-9 * found.second);
    EXPECT_NEAR(found.mode.row_volt(0, n - 1), 1, 1e-12);
}

TEST(SlowestTimeConstant, TakesIdealWiresAndMissingCapacitances) {
    // Word lines held, bit lines one node each: tau = columns' C over sense and cell conductance.
    Crossbar crossbar = sample(5, 3);
    crossbar.row_wire_ohm = crossbar.driver_ohm = crossbar.column_wire_ohm = 0;
    const VectorXd line_siemens =
        crossbar.conductance_siemens.colwise().sum().transpose().array() + 1 / crossbar.sense_ohm;
    EXPECT_NEAR(
        slowest_time_constant(crossbar, capacitance).second,
        5 * (capacitance.column_wire_farad + capacitance.cell_farad) / line_siemens.minCoeff(),
        1e-24);
    EXPECT_EQ(slowest_time_constant(sample(3, 3), {}).second, 0);
    const double cells_only = slowest_time_constant(sample(4, 4), {.cell_farad = 1e-16}).second;
    EXPECT_NEAR(cells_only, dense_time_constant(sample(4, 4), {.cell_farad = 1e-16}),
                1e-9 * cells_only);
}

/// One pole: |I - I_final| = I_final exp(-t / tau) reaches the band at tau ln(I_final / band).
/// A cell in series with a driver of R = 1 kohm and a capacitance C behind it: the current is
/// V g / (1 + g R) (1 - exp(-t / tau)) with tau = C / (g + 1 / R).
TEST(ColumnDelay, OfOnePoleIsItsTimeConstant) {
    const Crossbar one{.conductance_siemens = RowMajorMatrix::Constant(1, 1, 1e-4),
                       .driver_ohm = 1000};
    const ArrayCapacitance farad{.row_wire_farad = 1e-12};
    EXPECT_NEAR(column_delay_second(one, farad, VectorXd::Constant(1, 0.3))(0), 1e-12 / 1.1e-3,
                1e-21);
}

/// The integral of what the current lacks, from the transient itself by the trapezoidal rule. A
/// ramp delays everything by half of its length.
TEST(ColumnDelay, IsTheAreaAboveTheTransient) {
    const Crossbar crossbar = sample(6, 5);
    const VectorXd input = VectorXd::LinSpaced(6, 0.1, 0.4);
    const double tau = slowest_time_constant(crossbar, capacitance).second;
    const double rise = tau;
    constexpr Index points = 4000;
    TransientOptions options{.stop_second = 25 * tau, .tolerance = 1e-9};
    for (Index k = 0; k <= points; ++k) {
        const auto share = static_cast<double>(k) / points;
        options.output_second.push_back(25 * tau * share * share);  // denser at the start
    }
    const Transient course =
        solve_transient(crossbar, LinearLaw{}, capacitance, input, step_waveform(rise), options);
    const Eigen::RowVectorXd final = course.column_current_ampere.row(points);
    Eigen::RowVectorXd area = Eigen::RowVectorXd::Zero(5);
    for (Index k = 0; k < points; ++k) {
        const auto at = static_cast<std::size_t>(k);
        area += (course.second[at + 1] - course.second[at]) *
                (final - 0.5 * (course.column_current_ampere.row(k) +
                                course.column_current_ampere.row(k + 1)));
    }
    const Eigen::RowVectorXd expected = area.cwiseQuotient(final).array() - rise / 2;
    const Eigen::RowVectorXd delay = column_delay_second(crossbar, capacitance, input);
    EXPECT_LT((delay - expected).cwiseAbs().maxCoeff(), 1e-4 * tau);
}

TEST(SettlingTime, OfOnePoleIsItsLogarithm) {
    const Crossbar crossbar{.conductance_siemens = RowMajorMatrix::Constant(1, 1, 1e-4),
                            .driver_ohm = 2e3};
    const double tau_second = 1e-15 / (5e-4 + 1e-4);
    const double full_ampere = 0.5 * 1e-4 / 1.2;
    for (const double fraction : {0.1, 1e-3, 1e-5}) {
        const Settling found = settling_time(crossbar, LinearLaw{}, {.row_wire_farad = 1e-15},
                                             VectorXd::Constant(1, 0.5), fraction * full_ampere);
        const double expected = tau_second * std::log(1 / fraction);
        EXPECT_NEAR(found.time_constant_second, tau_second, 1e-9 * tau_second);
        EXPECT_NEAR(found.single_pole_second, expected, 1e-6 * expected);
        EXPECT_NEAR(found.second, expected, 1e-3 * expected) << fraction;
    }
}

TEST(SettlingTime, IsTheLastMomentOutsideTheBand) {
    const Crossbar crossbar = sample(8, 8);
    const VectorXd volt = VectorXd::Constant(8, 0.3);
    const double full_ampere =
        solve_nonlinear(crossbar, SinhLaw{2}, volt.transpose()).column_current_ampere.maxCoeff();
    const double band_ampere = full_ampere / 1024;
    const Settling found = settling_time(crossbar, SinhLaw{2}, capacitance, volt, band_ampere);
    const double t = found.second;
    const Transient around = solve_transient(
        crossbar, SinhLaw{2}, capacitance, volt, step_waveform(),
        {.stop_second = 1.03 * t, .output_second = {0.97 * t, 1.03 * t}, .tolerance = 1e-8});
    const RowMajorMatrix gap =
        (around.column_current_ampere.rowwise() - found.column_current_ampere).cwiseAbs();
    EXPECT_GT(gap.row(0).maxCoeff(), band_ampere);
    EXPECT_LT(gap.row(1).maxCoeff(), band_ampere);
    EXPECT_EQ(found.column_second.maxCoeff(), t);
}

TEST(SettlingTime, RefusesABandThatIsNone) {
    EXPECT_THROW(
        settling_time(sample(2, 2), LinearLaw{}, capacitance, VectorXd::Constant(2, 0.1), 0),
        InputError);
}

}  // namespace
}  // namespace ohmgrid
