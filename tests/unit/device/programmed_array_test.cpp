#include "sim/device/programmed_array.hpp"

#include <gtest/gtest.h>

#include <numbers>

#include "tests/unit/device/statistics.hpp"

namespace ohmgrid {
namespace {

DeviceModel device_with(SigmaLaw programming) {
    DeviceModel device = plain_device();
    device.programming.error = std::move(programming);
    return device;
}

/// A device in which everything goes wrong at once.
DeviceModel bad_device() {
    DeviceModel device = device_with({.kind = SigmaKind::constant, .sigma_ratio = 0.02});
    device.variation = {.cell = 0.03,
                        .correlated = 0.02,
                        .correlation_length = 5,
                        .row = 0.01,
                        .column = 0.01,
                        .array = 0.01,
                        .gradient = 0.02};
    device.drift.kind = DriftKind::power;
    device.drift.time_second = 1000;
    device.drift.exponent.constant = 0.05;
    device.drift.exponent_spread.constant = 0.01;
    device.read_noise.error = {.kind = SigmaKind::proportional, .sigma_ratio = 0.01};
    device.read_noise.timing = NoiseTiming::lasting;
    device.telegraph = {.share = 0.1, .amplitude = 0.2};
    device.faults = {.stuck_low = 0.01, .stuck_high = 0.01, .open = 0.01};
    return device;
}

TEST(ProgrammedArray, ReturnsTheTargetsOfAnIdealDeviceUnchanged) {
    const RowMajorMatrix targets = RowMajorMatrix::Random(20, 30).cwiseAbs() * 100 * micro;
    EXPECT_EQ(program_array(plain_device(), targets, {}, 0), targets);
    VirtualChip chip;
    chip.sources = ErrorSources::none();
    EXPECT_EQ(program_array(bad_device(), targets, chip, 0), targets);
}

TEST(ProgrammedArray, SpreadsCellsAsTheLawSays) {
    const auto expect_deviation = [](const SigmaLaw& law, double deviation) {
        expect_moments(drawn(device_with(law), 60 * micro), 60 * micro, deviation);
    };
    expect_deviation({.kind = SigmaKind::constant, .sigma_ratio = 0.02}, 2 * micro);
    expect_deviation({.kind = SigmaKind::proportional, .sigma_ratio = 0.05}, 3 * micro);
    expect_deviation({.kind = SigmaKind::inverse, .sigma_ratio = 0.03}, 5 * micro);
    expect_deviation({.kind = SigmaKind::polynomial,
                      .reference_siemens = 20 * micro,
                      .polynomial_siemens = {1 * micro, 0.5 * micro, -0.1 * micro}},
                     (1 + 0.5 * 3 - 0.1 * 9) * micro);
    expect_deviation({.kind = SigmaKind::saturating,
                      .amplitude_siemens = 4 * micro,
                      .decay_siemens = 30 * micro},
                     4 * (1 - std::exp(-2.0)) * micro);
    expect_deviation({.kind = SigmaKind::logarithmic,
                      .reference_siemens = 0.6 * micro,
                      .amplitude_siemens = 1 * micro},
                     2 * micro);
    expect_deviation({.kind = SigmaKind::table,
                      .state_siemens = {10 * micro, 50 * micro, 90 * micro},
                      .sigma_siemens = {1 * micro, 2 * micro, 6 * micro}},
                     3 * micro);
}

/// Tails of the normal law beyond 3 and 4 deviations: 270 and 6.3 of 100000 cells.
TEST(ProgrammedArray, HasTheTailsOfTheNormalDistribution) {
    const RowMajorMatrix g =
        drawn(device_with({.kind = SigmaKind::constant, .sigma_ratio = 0.02}), 50 * micro);
    for (const double k : {1.0, 2.0, 3.0, 4.0}) {
        expect_share(g, (50 - 2 * k) * micro, (50 + 2 * k) * micro, std::erf(k / std::sqrt(2.0)));
    }
}

TEST(ProgrammedArray, DrawsUniformErrorsInsideTheirWidth) {
    DeviceModel device = device_with({.kind = SigmaKind::constant, .sigma_ratio = 0.02});
    device.programming.shape = ErrorShape::uniform;
    const RowMajorMatrix g = drawn(device, 50 * micro);
    expect_moments(g, 50 * micro, 2 * micro);
    EXPECT_GE(g.minCoeff(), (50 - 2 * std::sqrt(3.0)) * micro);
    EXPECT_LE(g.maxCoeff(), (50 + 2 * std::sqrt(3.0)) * micro);
}

/// CrossSim's convention: an error around 1 uS cut off at zero has, with s = sigma and m = the aim,
/// the mean m Phi(m/s) + s phi(m/s) and a share Phi(-m/s) of cells at exactly zero.
TEST(ProgrammedArray, CutsOffAtZeroAndIfAskedAtTheTop) {
    DeviceModel device = device_with({.kind = SigmaKind::constant, .sigma_ratio = 0.02});
    const RowMajorMatrix low = drawn(device, 1 * micro);
    const double density = std::exp(-0.125) / std::sqrt(2 * std::numbers::pi);
    const SampleMoments m = moments_of(low);
    EXPECT_NEAR(m.mean, (normal_below(0.5) + 2 * density) * micro, 5 * m.error_of_mean());
    expect_share(low, 0, 0, normal_below(-0.5));
    EXPECT_GT(drawn(device, 100 * micro).maxCoeff(), 105 * micro);
    device.most_siemens = 100 * micro;
    EXPECT_EQ(drawn(device, 100 * micro).maxCoeff(), 100 * micro);
    expect_share(drawn(device, 100 * micro), 100 * micro, 100 * micro, 0.5);
}

TEST(ProgrammedArray, CanTakeResetCellsAsExact) {
    DeviceModel device = device_with({.kind = SigmaKind::constant, .sigma_ratio = 0.02});
    device.programming.reset_cells_err = false;
    EXPECT_EQ(drawn(device, 1 * micro), all_at(1 * micro));
    EXPECT_NE(drawn(device, 2 * micro), all_at(2 * micro));
}

/// sigma 2 uS read back at 1 uS: a normal distribution cut at half a deviation, whose variance is
/// s^2 (1 - 2 a phi(a) / erf(a / sqrt 2)), a = 0.5.
TEST(ProgrammedArray, ReadsBackUntilTheToleranceIsMet) {
    DeviceModel device = device_with({.kind = SigmaKind::constant, .sigma_ratio = 0.02});
    device.programming.tolerance_siemens = 1 * micro;
    device.programming.attempts = 100;
    const double accepted = std::erf(0.5 / std::sqrt(2.0));
    EXPECT_DOUBLE_EQ(acceptance(device.programming, 2 * micro), accepted);
    const RowMajorMatrix g = drawn(device, 50 * micro);
    EXPECT_LE((g.array() - 50 * micro).abs().maxCoeff(), 1 * micro);
    const double density = std::exp(-0.125) / std::sqrt(2 * std::numbers::pi);
    expect_moments(g, 50 * micro, 2 * micro * std::sqrt(1 - 2 * 0.5 * density / accepted));
    // After three attempts a share (1 - p)^3 of the cells is still outside.
    device.programming.attempts = 3;
    expect_share(drawn(device, 50 * micro), 49 * micro, 51 * micro, 1 - std::pow(1 - accepted, 3));
}

/// Lasting and cycle-to-cycle parts: two writings of one chip correlate with
/// s_d^2 / (s_d^2 + s_c^2), writings of two chips not at all (standard error 1 / sqrt(n)).
TEST(ProgrammedArray, KeepsDeviceToDeviceAndCycleToCycleApart) {
    DeviceModel device = device_with({.kind = SigmaKind::constant, .sigma_ratio = 0.02});
    device.variation.cell = 0.06;
    const RowMajorMatrix first = drawn(device, 50 * micro);
    const double lasting = 3.0 * 3.0;
    const double cycle = 2.0 * 2.0;
    expect_moments(first, 50 * micro, std::sqrt(lasting + cycle) * micro);
    device.programming.cycle = 1;
    const RowMajorMatrix second = drawn(device, 50 * micro);
    const RowMajorMatrix other = drawn(device, 50 * micro, {.seed = 11, .trial = {1}});
    const auto correlation = [](const RowMajorMatrix& a, const RowMajorMatrix& b) {
        return ((a.array() - a.mean()) * (b.array() - b.mean())).mean() /
               (moments_of(a).deviation * moments_of(b).deviation);
    };
    const double error = 5 / std::sqrt(1e5);
    EXPECT_NEAR(correlation(first, second), lasting / (lasting + cycle), error);
    EXPECT_NEAR(correlation(first, other), 0, error);
}

TEST(ProgrammedArray, DependsOnSeedTrialArrayAndNothingElse) {
    const DeviceModel device = bad_device();
    const RowMajorMatrix g = drawn(device, 50 * micro, {.seed = 1}, 4);
    EXPECT_EQ(drawn(device, 50 * micro, {.seed = 1}, 4), g);
    EXPECT_NE(drawn(device, 50 * micro, {.seed = 2}, 4), g);
    EXPECT_NE(drawn(device, 50 * micro, {.seed = 1}, 5), g);
    EXPECT_NE(drawn(device, 50 * micro, {.seed = 1, .trial = {1}}, 4), g);
}

/// What one source draws is the same whether or not others are there: each step of the bad device
/// alone undoes to the same factors as within it.
TEST(ProgrammedArray, NoSourceMovesTheNumbersOfAnother) {
    const RowMajorMatrix aim = all_at(50 * micro);
    const auto with = [&](const DeviceModel& device, std::initializer_list<ErrorSource> sources) {
        VirtualChip chip{.seed = 5, .sources = ErrorSources::none()};
        for (const ErrorSource source : sources) chip.sources = chip.sources.with(source);
        return program_array(device, aim, chip, 0);
    };
    const DeviceModel device = bad_device();
    const RowMajorMatrix programmed = with(device, {ErrorSource::programming});
    const RowMajorMatrix drifted = with(device, {ErrorSource::drift});
    const RowMajorMatrix both = with(device, {ErrorSource::programming, ErrorSource::drift});
    EXPECT_LT((both.array() / programmed.array() - drifted.array() / aim.array()).abs().maxCoeff(),
              1e-14);
    const RowMajorMatrix faulty = with(device, {ErrorSource::faults});
    const RowMajorMatrix all = with(device, {ErrorSource::programming, ErrorSource::drift,
                                             ErrorSource::read_noise, ErrorSource::faults});
    for (Eigen::Index i = 0; i < aim.size(); ++i) {
        if (faulty.data()[i] == aim.data()[i]) continue;
        ASSERT_EQ(all.data()[i], faulty.data()[i]);
    }
    DeviceModel fewer = device;
    fewer.variation = {};
    const RowMajorMatrix cycle = with(fewer, {ErrorSource::programming});
    fewer = device;
    fewer.programming = {};
    const RowMajorMatrix lasting = with(fewer, {ErrorSource::programming});
    EXPECT_LT((programmed - cycle - lasting + aim).cwiseAbs().maxCoeff(), 1e-19);
}

}  // namespace
}  // namespace ohmgrid
