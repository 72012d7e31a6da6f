#include "sim/device/faults.hpp"

#include <gtest/gtest.h>

#include "tests/unit/device/statistics.hpp"

namespace ohmgrid {
namespace {

DeviceModel faulty_device(FaultSpec faults) {
    DeviceModel device = plain_device();
    device.faults = faults;
    return device;
}

TEST(Faults, OccurAsOftenAsAsked) {
    const RowMajorMatrix g =
        drawn(faulty_device({.stuck_low = 0.02, .stuck_high = 0.03, .open = 0.01}), 50 * micro);
    expect_share(g, 1 * micro, 1 * micro, 0.02);
    expect_share(g, 100 * micro, 100 * micro, 0.03);
    expect_share(g, 0, 0, 0.01);
    expect_share(g, 50 * micro, 50 * micro, 0.94);
    EXPECT_EQ(drawn(faulty_device({.open = 1}), 50 * micro), all_at(0));
}

/// Squares of 3 x 3: the share of faulty cells stays p, and two cells one column apart, which share
/// 6 of their 9 squares each, are both sound with (1 - p)^(2 - 6/9). Cells repeat the same squares,
/// so the standard error comes from the scatter of 500 arrays.
TEST(Faults, ClusterWithoutBecomingMore) {
    const DeviceModel device = faulty_device({.stuck_low = 0.04, .stuck_high = 0.06, .cluster = 3});
    const RowMajorMatrix aim = RowMajorMatrix::Constant(64, 64, 50 * micro);
    std::vector<double> low, high, sound_pairs, apart_pairs, corner;
    for (std::uint32_t array = 0; array < 500; ++array) {
        const RowMajorMatrix g = program_array(device, aim, {.seed = 2}, array);
        const Eigen::ArrayXXd sound = (g.array() == 50 * micro).cast<double>();
        low.push_back((g.array() == 1 * micro).cast<double>().mean());
        high.push_back((g.array() == 100 * micro).cast<double>().mean());
        sound_pairs.push_back((sound.leftCols(63) * sound.rightCols(63)).mean());
        apart_pairs.push_back((sound.leftCols(60) * sound.rightCols(60)).mean());
        corner.push_back(1 - sound(0, 0));
    }
    const auto expect_mean = [](const std::vector<double>& values, double expected) {
        const SampleMoments m = moments_of(values);
        EXPECT_NEAR(m.mean, expected, 5 * m.error_of_mean());
    };
    expect_mean(low, 0.04);
    expect_mean(high, 0.06);
    expect_mean(sound_pairs, std::pow(0.9, 2 - 6.0 / 9));
    expect_mean(apart_pairs, 0.81);
    expect_mean(corner, 0.1);
}

}  // namespace
}  // namespace ohmgrid
