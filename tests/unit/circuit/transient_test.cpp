#include "sim/circuit/transient.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numbers>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

using Eigen::Index;
using Eigen::VectorXd;
using ::testing::HasSubstr;

/// One cell of conductance g on a word line with capacitance C behind a driver of resistance R and
/// an ideal bit line: one pole with tau = C / (1/R + g).
constexpr double g_siemens = 1e-4;
constexpr double driver_ohm = 2e3;
constexpr double wire_farad = 1e-15;
constexpr double tau_second = wire_farad / (1 / driver_ohm + g_siemens);
constexpr double final_ampere = 0.5 * g_siemens / (1 + g_siemens * driver_ohm);

Crossbar one_pole() {
    return {.conductance_siemens = RowMajorMatrix::Constant(1, 1, g_siemens),
            .driver_ohm = driver_ohm};
}
const ArrayCapacitance word_line_only{.row_wire_farad = wire_farad};
const VectorXd half_volt = VectorXd::Constant(1, 0.5);

TEST(Transient, OnePoleChargesAsAnExponential) {
    const Transient t = solve_transient(one_pole(), LinearLaw{}, word_line_only, half_volt,
                                        step_waveform(), {.stop_second = 10 * tau_second});
    ASSERT_GT(t.second.size(), 20U);
    EXPECT_EQ(t.column_current_ampere(0, 0), 0);
    for (std::size_t k = 0; k < t.second.size(); ++k) {
        EXPECT_NEAR(t.column_current_ampere(static_cast<Index>(k), 0),
                    final_ampere * -std::expm1(-t.second[k] / tau_second), 3e-6 * final_ampere);
    }
}

/// The error falls with the tolerance: the method and its estimate belong together.
TEST(Transient, ErrorFollowsTheTolerance) {
    const auto error = [](double tolerance) {
        const Transient t =
            solve_transient(one_pole(), LinearLaw{}, word_line_only, half_volt, step_waveform(),
                            {.stop_second = 2 * tau_second, .tolerance = tolerance});
        return std::abs(t.column_current_ampere(t.column_current_ampere.rows() - 1, 0) /
                            (final_ampere * -std::expm1(-2.0)) -
                        1);
    };
    EXPECT_LT(error(1e-4), 1e-3);
    EXPECT_LT(error(1e-7), 1e-6);
    EXPECT_LT(error(1e-10), 1e-9);
}

/// A ramp of rate 1/T into one pole: v = (t - tau (1 - exp(-t / tau))) / T.
TEST(Transient, FollowsARampAndAPulse) {
    const double rise_second = 3 * tau_second;
    const std::vector<double> asked{tau_second, 2 * tau_second, rise_second};
    const Transient t = solve_transient(
        one_pole(), LinearLaw{}, word_line_only, half_volt, pulse_waveform(tau_second, rise_second),
        {.stop_second = 30 * tau_second, .output_second = asked, .tolerance = 1e-8});
    ASSERT_EQ(t.second, asked);
    for (std::size_t k = 0; k < asked.size(); ++k) {
        const double expected = final_ampere *
                                (asked[k] + tau_second * std::expm1(-asked[k] / tau_second)) /
                                rise_second;
        EXPECT_NEAR(t.column_current_ampere(static_cast<Index>(k), 0), expected,
                    1e-7 * final_ampere);
    }
    EXPECT_NEAR(t.final_nodes.row_volt(0, 0), 0, 1e-8);
}

/// An open word line is a uniform ladder of N sections R, C. By its modes v_n = sin((n + 1) q_k)
/// with q_k = (2 k - 1) pi / (2 N + 1), decaying at 4 / (R C) sin^2(q_k / 2).
TEST(Transient, LadderFollowsItsModes) {
    constexpr Index n = 12;
    constexpr double ohm = 50;
    const Crossbar ladder{.conductance_siemens = RowMajorMatrix::Zero(1, n), .row_wire_ohm = ohm};
    const double stop_second = 20 * ohm * wire_farad;
    const Transient t =
        solve_transient(ladder, LinearLaw{}, word_line_only, VectorXd::Constant(1, 1.0),
                        step_waveform(), {.stop_second = stop_second, .tolerance = 1e-8});
    for (Index j = 0; j < n; ++j) {
        double expected = 1;
        for (Index k = 1; k <= n; ++k) {
            const double q = static_cast<double>(2 * k - 1) * std::numbers::pi / (2 * n + 1);
            double weight = 0;  // projection of the all-ones start on mode k
            for (Index m = 1; m <= n; ++m) weight += std::sin(static_cast<double>(m) * q);
            weight /= (2.0 * n + 1) / 4;
            const double rate = 4 / (ohm * wire_farad) * std::pow(std::sin(q / 2), 2);
            expected -=
                weight * std::sin(static_cast<double>(j + 1) * q) * std::exp(-rate * stop_second);
        }
        EXPECT_NEAR(t.final_nodes.row_volt(0, j), expected, 1e-7);
    }
}

/// A jump of the word line passes through the cell's capacitance at once: capacitive divider.
TEST(Transient, ChargeIsSharedWithinAJump) {
    const Crossbar crossbar{.conductance_siemens = RowMajorMatrix::Constant(1, 1, 1e-9),
                            .sense_ohm = 1e6};
    const ArrayCapacitance c{.column_wire_farad = 3e-15, .cell_farad = 1e-15};
    const Transient t =
        solve_transient(crossbar, LinearLaw{}, c, VectorXd::Constant(1, 1.0), step_waveform(),
                        {.stop_second = 1e-14, .output_second = {1e-14}});
    const double decay = std::exp(-1e-14 / (4e-15 * 1e6));
    EXPECT_NEAR(t.column_current_ampere(0, 0), 0.25 / 1e6 * decay, 1e-4 * 0.25 / 1e6);
}

TEST(Transient, EndsInTheSteadyStateOfNonlinearCells) {
    std::srand(5);
    const Crossbar crossbar{
        .conductance_siemens = (RowMajorMatrix::Random(5, 4).array() + 1.1) * 4e-5,
        .row_wire_ohm = 10,
        .column_wire_ohm = 20,
        .driver_ohm = 300,
        .sense_ohm = 100};
    const ArrayCapacitance c{
        .row_wire_farad = 2e-16, .column_wire_farad = 1e-16, .cell_farad = 3e-17};
    const VectorXd volt = VectorXd::Random(5).array() + 1;
    const TransistorLaw one_t_one_r{.transistor = {.alpha = 1.4}, .gate_volt = {1.5}};
    for (const CellLaw& law : std::vector<CellLaw>{SinhLaw{3}, one_t_one_r}) {
        const Transient t =
            solve_transient(crossbar, law, c, volt, step_waveform(1e-13), {.stop_second = 1e-10});
        const auto steady = solve_nonlinear(crossbar, law, volt.transpose()).column_current_ampere;
        const auto last = t.column_current_ampere.bottomRows(1);
        EXPECT_LT((last - steady).cwiseAbs().maxCoeff(), 1e-8 * steady.maxCoeff()) << name_of(law);
        EXPECT_EQ(t.second.back(), 1e-10);
    }
}

TEST(Transient, WithoutCapacitanceTheArrayFollowsAtOnce) {
    const Transient t = solve_transient(one_pole(), LinearLaw{}, {}, half_volt, step_waveform(1e-9),
                                        {.stop_second = 2e-9, .output_second = {0.5e-9, 1.5e-9}});
    EXPECT_NEAR(t.column_current_ampere(0, 0), final_ampere / 2, 1e-12 * final_ampere);
    EXPECT_NEAR(t.column_current_ampere(1, 0), final_ampere, 1e-12 * final_ampere);
}

TEST(Transient, RefusesNonsense) {
    const auto attempt = [](const ArrayCapacitance& c, const Waveform& w,
                            const TransientOptions& options) {
        try {
            solve_transient(one_pole(), LinearLaw{}, c, half_volt, w, options);
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    const Waveform step = step_waveform();
    EXPECT_THAT(attempt({.cell_farad = -1}, step, {.stop_second = 1}), HasSubstr("CIR130"));
    EXPECT_THAT(attempt({}, {{1, 0}, {0, 1}}, {.stop_second = 1}), HasSubstr("CIR131"));
    EXPECT_THAT(attempt({}, step, {.stop_second = 0}), HasSubstr("CIR132"));
    EXPECT_THAT(attempt({}, step, {.stop_second = 1, .output_second = {2}}), HasSubstr("CIR132"));
    EXPECT_THAT(attempt(word_line_only, step, {.stop_second = 1, .max_steps = 3}),
                HasSubstr("CIR133"));
}

}  // namespace
}  // namespace ohmgrid
