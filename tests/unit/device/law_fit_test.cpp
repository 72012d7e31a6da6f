#include "sim/device/law_fit.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/device/statistics.hpp"

namespace ohmgrid {
namespace {

/// Cells of `device` at eight levels, measured at the given times (the same chip each time).
MeasuredConductances measured_chip(DeviceModel device, const std::vector<double>& times) {
    MeasuredConductances out{.time_second = times, .levels = {}};
    for (int k = 1; k <= 8; ++k) {
        const double aim = 12.5 * k * micro;
        MeasuredLevel level{aim, {}};
        for (const double time : times) {
            device.drift.time_second = time;
            const RowMajorMatrix g = program_array(device, RowMajorMatrix::Constant(50, 100, aim),
                                                   {.seed = 9}, static_cast<std::uint32_t>(k));
            std::vector<double> samples(g.data(), g.data() + g.size());
            std::sort(samples.begin(), samples.end());
            level.samples_siemens.push_back(std::move(samples));
        }
        out.levels.push_back(std::move(level));
    }
    return out;
}

/// Three points of error 1 on the line 1 + 2 x, one moved by 3: by hand, intercept 2, slope 2,
/// errors sqrt(5/6) and sqrt(1/2) and chi-square 6.
TEST(LawFit, SolvesASmallRegressionByHand) {
    const WeightedFit fit = weighted_fit({{1, 1, 1}, {0, 1, 2}}, {1, 6, 5}, {1, 1, 1});
    EXPECT_NEAR(fit.coefficients[0], 2, 1e-12);
    EXPECT_NEAR(fit.coefficients[1], 2, 1e-12);
    EXPECT_NEAR(fit.standard_errors[0], std::sqrt(5.0 / 6), 1e-12);
    EXPECT_NEAR(fit.standard_errors[1], std::sqrt(0.5), 1e-12);
    EXPECT_NEAR(fit.chi_square, 6, 1e-12);
    EXPECT_EQ(fit.degrees_of_freedom(), 1U);
}

/// Laws come back from 5000 drawn cells per level, within 5 of the errors that the fit states.
TEST(LawFit, FindsTheLawThatCellsWereDrawnFrom) {
    DeviceModel device = plain_device();
    device.programming.error = {.kind = SigmaKind::constant, .sigma_ratio = 0.02};
    const SigmaFit constant = fit_programming_error(measured_chip(device, {1})).front();
    EXPECT_EQ(constant.name, "constant");
    EXPECT_NEAR(constant.fit.coefficients[0], 2 * micro, 5 * constant.fit.standard_errors[0]);

    device.programming.error = {.kind = SigmaKind::proportional, .sigma_ratio = 0.05};
    const SigmaFit proportional = fit_programming_error(measured_chip(device, {1})).front();
    EXPECT_EQ(proportional.name, "proportional");
    EXPECT_NEAR(proportional.law.sigma_ratio, 0.05,
                5 * proportional.fit.standard_errors[0] / (100 * micro));

    const std::vector<double> c{0.5 * micro, 6 * micro, -5 * micro};
    device.programming.error = {
        .kind = SigmaKind::polynomial, .reference_siemens = 100 * micro, .polynomial_siemens = c};
    const SigmaFit parabola = fit_programming_error(measured_chip(device, {1})).front();
    EXPECT_EQ(parabola.name, "polynomial of degree 2");
    for (std::size_t k = 0; k < 3; ++k) {
        EXPECT_NEAR(parabola.law.polynomial_siemens[k], c[k], 5 * parabola.fit.standard_errors[k]);
    }
    // 7 degrees of freedom less 2: chi-square within 5 deviations of its mean.
    EXPECT_LT(parabola.fit.chi_square, 5 + 5 * std::sqrt(2 * 5.0));
}

TEST(LawFit, FindsTheExponentAndItsSpread) {
    DeviceModel device = plain_device();
    device.programming.error = {.kind = SigmaKind::proportional, .sigma_ratio = 0.02};
    device.drift.kind = DriftKind::power;
    device.drift.reference_second = 1;
    device.drift.exponent = {.constant = 0.05, .log_slope = -0.01};
    device.drift.exponent_spread.constant = 0.01;
    const std::vector<double> times{1, 10, 100, 1000, 10000};
    const DriftFit fit = fit_drift(measured_chip(device, times)).front();
    EXPECT_EQ(fit.name, "power");
    // ln E[t^-nu] = -mu ln t + spread^2 ln^2 t / 2 bends the line by less than 0.0005.
    EXPECT_NEAR(fit.drift.exponent.constant, 0.05, 5 * fit.exponent.standard_errors[0] + 5e-4);
    EXPECT_NEAR(fit.drift.exponent.log_slope, -0.01, 5 * fit.exponent.standard_errors[1] + 1e-4);
    EXPECT_NEAR(fit.drift.exponent_spread.constant, 0.01, 5e-4);
}

TEST(LawFit, FindsALogarithmicShift) {
    DeviceModel device = plain_device();
    device.programming.error = {.kind = SigmaKind::constant, .sigma_ratio = 0.002};
    device.drift.kind = DriftKind::logarithmic;
    device.drift.reference_second = 1;
    device.drift.shift_siemens = -0.1 * micro;
    device.drift.spread_slope_siemens = 0.02 * micro;
    const DriftFit fit = fit_drift(measured_chip(device, {1, 10, 100, 1000})).front();
    EXPECT_EQ(fit.name, "logarithmic");
    EXPECT_NEAR(fit.drift.shift_siemens, -0.1 * micro, 5 * fit.exponent.standard_errors[0]);
    EXPECT_NEAR(fit.drift.spread_slope_siemens, 0.02 * micro, 0.001 * micro);
    EXPECT_TRUE(fit_drift(measured_chip(device, {1, 10})).empty());
}

}  // namespace
}  // namespace ohmgrid
