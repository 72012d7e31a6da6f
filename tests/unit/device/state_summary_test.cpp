#include "sim/device/state_summary.hpp"

#include <gtest/gtest.h>

#include "tests/unit/device/statistics.hpp"

namespace ohmgrid {
namespace {

/// 100000 drawn cells agree with the closed form at `time_second` (5 standard errors).
void expect_agreement(DeviceModel device, double aim_siemens, double time_second) {
    device.drift.time_second = time_second;
    const StateSummary summary = summarise_state(device, aim_siemens, {time_second});
    expect_moments(drawn(device, aim_siemens), summary.mean_siemens[0],
                   summary.deviation_siemens[0]);
}

DeviceModel erring_device() {
    DeviceModel device = plain_device();
    device.programming.error = {.kind = SigmaKind::constant, .sigma_ratio = 0.02};
    device.variation.cell = 0.03;
    return device;
}

TEST(StateSummary, AgreesWithDrawsOfEveryKindOfDrift) {
    DeviceModel device = erring_device();
    expect_agreement(device, 50 * micro, 1);
    device.drift.kind = DriftKind::power;
    device.drift.exponent.constant = 0.06;
    device.drift.exponent_spread.constant = 0.02;
    expect_agreement(device, 50 * micro, 1e5);
    device.drift.kind = DriftKind::logarithmic;
    device.drift.shift_siemens = -0.1 * micro;
    device.drift.spread_siemens = 0.4 * micro;
    device.drift.spread_slope_siemens = 0.3 * micro;
    expect_agreement(device, 50 * micro, 1e5);
}

TEST(StateSummary, AgreesWithDrawsOfReadBackNoiseAndTraps) {
    DeviceModel device = erring_device();
    device.variation = {};
    device.programming.tolerance_siemens = 1.5 * micro;
    device.programming.attempts = 100;
    expect_agreement(device, 50 * micro, 1);
    device = erring_device();
    device.read_noise.error = {.kind = SigmaKind::proportional, .sigma_ratio = 0.01};
    device.read_noise.bandwidth_second = 1e-6;
    device.read_noise.timing = NoiseTiming::lasting;
    expect_agreement(device, 50 * micro, 100);
    device.telegraph = {.share = 0.4, .amplitude = 0.3};
    expect_agreement(device, 50 * micro, 100);
}

TEST(StateSummary, ShowsListedLevelsElseEvenOnes) {
    DeviceModel device = plain_device();
    EXPECT_EQ(shown_states(device, 3).size(), 3U);
    EXPECT_DOUBLE_EQ(shown_states(device, 3)[1], 50.5 * micro);
    device.levels_siemens = {1 * micro, 7 * micro};
    EXPECT_EQ(shown_states(device, 3), device.levels_siemens);
    EXPECT_EQ(shown_times(device), std::vector<double>{1});
    device.drift.kind = DriftKind::power;
    EXPECT_EQ(shown_times(device).size(), 5U);
}

}  // namespace
}  // namespace ohmgrid
