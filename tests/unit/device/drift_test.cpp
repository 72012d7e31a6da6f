#include "sim/device/drift.hpp"

#include <gtest/gtest.h>

#include <numbers>

#include "tests/unit/device/statistics.hpp"

namespace ohmgrid {
namespace {

DeviceModel power_law(double mean, double spread, double time_second) {
    DeviceModel device = plain_device();
    device.drift.kind = DriftKind::power;
    device.drift.reference_second = 20;
    device.drift.time_second = time_second;
    device.drift.exponent.constant = mean;
    device.drift.exponent_spread.constant = spread;
    return device;
}

TEST(Drift, FollowsThePowerLawExactlyWithoutSpread) {
    const DeviceModel device = power_law(0.06, 0, 20 * 1e4);
    const double expected = 50 * micro * std::pow(1e4, -0.06);
    EXPECT_LT((drawn(device, 50 * micro).array() / expected - 1).abs().maxCoeff(), 1e-14);
    EXPECT_EQ(drawn(power_law(0.06, 0, 20), 50 * micro), all_at(50 * micro));
    EXPECT_EQ(drawn(power_law(0.06, 0, -1), 50 * micro), all_at(50 * micro));
}

/// ln G is normal with deviation spread * ln(t/t0) while exponents stay far above 0.
TEST(Drift, SpreadsLogarithmsAsExponentsSpread) {
    const RowMajorMatrix g = drawn(power_law(0.1, 0.01, 20 * 1e3), 50 * micro);
    expect_moments((g.array() / (50 * micro)).log().matrix(), -0.1 * std::log(1e3),
                   0.01 * std::log(1e3));
}

/// Exponents are |N(m, s)|; the closed forms hold for folded normals, here with m = s.
TEST(Drift, HasTheMomentsOfAFoldedExponent) {
    const DeviceModel device = power_law(0.05, 0.05, 20 * 1e5);
    const DriftStatistics expected = drift_statistics(device.drift, 100 * micro, 50 * micro);
    expect_moments(
        drawn(device, 50 * micro), 50 * micro * expected.mean_factor,
        50 * micro *
            std::sqrt(expected.mean_square_factor - expected.mean_factor * expected.mean_factor));
    // The same mean by Simpson's rule over the density of N(0.05, 0.05).
    double mean = 0;
    constexpr int steps = 4000;
    for (int i = 0; i <= steps; ++i) {
        const double z = -10 + 20.0 * i / steps;
        const double weight = i == 0 || i == steps ? 1 : (i % 2 == 1 ? 4 : 2);
        mean += weight * std::exp(-z * z / 2 - std::abs(0.05 + 0.05 * z) * std::log(1e5)) /
                std::sqrt(2 * std::numbers::pi) * (20.0 / steps / 3);
    }
    EXPECT_NEAR(expected.mean_factor, mean, 1e-6);
}

/// IBM's phase-change model at two states (Nandakumar et al. 2019): the clipped logarithms give
/// 0.0244 + 0.0155 ln 10 = 0.0601 at g = 0.1 and the lower clip 0.049 at g = 1.
TEST(Drift, LetsTheExponentDependOnTheState) {
    StateCurve mean{.constant = 0.0244, .log_slope = -0.0155, .low = 0.049, .high = 0.1};
    EXPECT_NEAR(mean.at(0.1), 0.0244 + 0.0155 * std::log(10.0), 1e-15);
    EXPECT_EQ(mean.at(1), 0.049);
    EXPECT_EQ(mean.at(0), 0.1);
    mean.split = 0.5;
    mean.polynomial = {0.0736, -0.0126, -0.0436};
    EXPECT_NEAR(mean.at(0.8), 0.0736 - 0.0126 * 0.8 - 0.0436 * 0.64, 1e-15);
    const StateCurve noise{.scale = 0.0088, .power = -0.65, .high = 0.2};
    EXPECT_NEAR(noise.at(0.25), 0.0088 / std::pow(0.25, 0.65), 1e-15);
    EXPECT_EQ(noise.at(0.001), 0.2);
}

/// CMO/HfOx: at 1 h the mean moves by -0.089 ln 3600 uS and spreads by 0.042 ln 3600 + 0.412 uS.
TEST(Drift, MovesAndSpreadsLogarithmically) {
    DeviceModel device = plain_device();
    device.drift.kind = DriftKind::logarithmic;
    device.drift.time_second = 3600;
    device.drift.shift_siemens = -0.089 * micro;
    device.drift.spread_siemens = 0.412 * micro;
    device.drift.spread_slope_siemens = 0.042 * micro;
    const double log_time = std::log(3600.0);
    expect_moments(drawn(device, 50 * micro), (50 - 0.089 * log_time) * micro,
                   (0.412 + 0.042 * log_time) * micro);
}

DeviceModel tabulated(double time_second, bool logarithmic) {
    DeviceModel device = plain_device();
    device.programming.error = {.kind = SigmaKind::polynomial,
                                .reference_siemens = 100 * micro,
                                .polynomial_siemens = {1 * micro, 2 * micro}};
    device.drift.kind = DriftKind::tabulated;
    device.drift.reference_second = 1;
    device.drift.times_second = {1, 100, 10000};
    device.drift.logarithmic_times = logarithmic;
    device.drift.time_second = time_second;
    device.drift.unit_siemens = 10 * micro;
    device.drift.shift = {0, 0, 0.1, 0.02, 0.3, 0.04};
    device.drift.sigma_siemens = {1 * micro, 2 * micro, 3 * micro, 2 * micro, 5 * micro, 4 * micro};
    return device;
}

/// At 50 uS = 5 units and half of g_max: shift (0.1 + 0.02 * 5) * 10 uS and error 3 + 2/2 uS at
/// 100 s; half way to 10000 s the mean of both rows.
TEST(Drift, ReadsShiftAndErrorFromATableOfTimes) {
    expect_moments(drawn(tabulated(1, false), 50 * micro), 50 * micro, 2 * micro);
    expect_moments(drawn(tabulated(100, false), 50 * micro), 52 * micro, 4 * micro);
    expect_moments(drawn(tabulated(10000, false), 50 * micro), 55 * micro, 7 * micro);
    expect_moments(drawn(tabulated(5050, false), 50 * micro), 53.5 * micro, 5.5 * micro);
    expect_moments(drawn(tabulated(1000, true), 50 * micro), 53.5 * micro, 5.5 * micro);
}

TEST(Drift, ChangesConductanceWithTemperature) {
    DeviceModel device = plain_device();
    device.temperature = {.kelvin = 350,
                          .reference_kelvin = 300,
                          .coefficient_low_per_kelvin = 2e-3,
                          .coefficient_high_per_kelvin = -1e-3};
    EXPECT_DOUBLE_EQ(drawn(device, 1 * micro)(0, 0), 1.1 * micro);
    EXPECT_DOUBLE_EQ(drawn(device, 100 * micro)(0, 0), 95 * micro);
    EXPECT_NEAR(drawn(device, 50.5 * micro)(0, 0), 50.5 * 1.025 * micro, 1e-18);
}

}  // namespace
}  // namespace ohmgrid
