#include "sim/device/sram_cell.hpp"

#include <gtest/gtest.h>

#include "tests/unit/device/statistics.hpp"

namespace ohmgrid {
namespace {

DeviceModel sram_device() {
    DeviceModel device;
    device.kind = DeviceKind::sram;
    device.g_min_siemens = 1e-9;
    device.g_max_siemens = 20 * micro;
    device.sram = {.nominal_volt = 0.9,
                   .threshold_volt = 0.4,
                   .alpha = 1.3,
                   .swing_volt_per_decade = 0.09,
                   .width_metre = 64e-9,
                   .length_metre = 32e-9,
                   .stack = 2};
    return device;
}

/// Pelgrom: A_vt = 0.1 mV um on 64 nm x 32 nm is 2.21 mV, so small that the drive law is linear:
/// sigma(G) / G = alpha sigma(V_th) / (V - V_th) / sqrt(stack), and gains add in squares.
TEST(SramCell, SpreadsOnCurrentsAsPelgromSays) {
    DeviceModel device = sram_device();
    const double area = 64e-9 * 32e-9;
    device.sram.pelgrom_volt_metre = 1e-10;
    device.sram.gain_pelgrom_metre = 1e-10;
    EXPECT_NEAR(device.sram.threshold_deviation_volt(), 2.2097e-3, 1e-7);
    const double from_threshold = 1.3 * 1e-10 / std::sqrt(area) / 0.5;
    const double from_gain = 1e-10 / std::sqrt(area);
    const double relative = std::hypot(from_threshold, from_gain) / std::sqrt(2.0);
    const RowMajorMatrix g = drawn(device, 20 * micro);
    const SampleMoments m = moments_of(g);
    // Second order: a series connection is limited by its weaker part; of the order relative^2.
    EXPECT_NEAR(m.mean, 20 * micro, 20 * micro * 2 * relative * relative);
    EXPECT_NEAR(m.deviation, 20 * micro * relative,
                5 * m.error_of_deviation() + 20 * micro * relative * relative);
}

/// One transistor with a large mismatch: G is a monotone function of a normal, so its quantiles are
/// those of the drive law; a cell whose threshold exceeds the supply is off.
TEST(SramCell, FollowsTheDriveLawForLargeMismatch) {
    DeviceModel device = sram_device();
    device.sram.stack = 1;
    device.sram.pelgrom_volt_metre = 0.15 * std::sqrt(64e-9 * 32e-9);  // 150 mV
    const RowMajorMatrix g = drawn(device, 20 * micro);
    for (const double k : {-2.0, -1.0, 0.0, 1.0, 2.0}) {
        const double at = 20 * micro * std::pow((0.5 - 0.15 * k) / 0.5, 1.3);
        expect_share(g, at, 1, normal_below(k));
    }
    expect_share(g, 0, 0, normal_below(-0.5 / 0.15));
}

/// ln of the leakage is normal with ln(10) sigma(V_th) / swing.
TEST(SramCell, LeaksLogNormally) {
    DeviceModel device = sram_device();
    device.sram.pelgrom_volt_metre = 0.03 * std::sqrt(64e-9 * 32e-9);
    const RowMajorMatrix g = drawn(device, 1e-9);
    expect_moments((g.array() / 1e-9).log().matrix(), 0, std::log(10.0) * 0.03 / 0.09);
}

TEST(SramCell, DrivesLessFromALowerSupply) {
    DeviceModel device = sram_device();
    device.sram.supply_volt = 0.7;
    EXPECT_NEAR(drawn(device, 20 * micro)(0, 0), 20 * micro * std::pow(0.3 / 0.5, 1.3), 1e-18);
    EXPECT_EQ(drawn(device, 1e-9)(0, 0), 1e-9);
}

}  // namespace
}  // namespace ohmgrid
