#include "sim/device/programmed_array.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace ohmgrid {
namespace {

constexpr double micro = 1e-6;

DeviceModel device_of(SigmaLaw programming) {
    DeviceModel device;
    device.g_min_siemens = 1 * micro;
    device.g_max_siemens = 100 * micro;
    device.programming = std::move(programming);
    return device;
}

RowMajorMatrix all_at(double siemens) { return RowMajorMatrix::Constant(200, 500, siemens); }

struct Moments {
    double mean = 0;
    double deviation = 0;
};

Moments moments(const RowMajorMatrix& m) {
    const double mean = m.mean();
    return {mean, std::sqrt((m.array() - mean).square().mean())};
}

/// 100000 cells: the standard errors of mean and deviation are sigma / sqrt(n), sigma / sqrt(2 n).
void expect_normal_error(const DeviceModel& device, double target, double sigma) {
    const RowMajorMatrix g = program_array(device, all_at(target), {.seed = 7}, 3);
    const auto n = static_cast<double>(g.size());
    const Moments found = moments(g);
    EXPECT_NEAR(found.mean, target, 5 * sigma / std::sqrt(n));
    EXPECT_NEAR(found.deviation, sigma, 5 * sigma / std::sqrt(2 * n));
}

TEST(ProgrammedArray, ReturnsTheTargetsOfAnIdealDeviceUnchanged) {
    const RowMajorMatrix targets = RowMajorMatrix::Random(20, 30).cwiseAbs() * 100 * micro;
    EXPECT_EQ(program_array(device_of({}), targets, {}, 0), targets);
    VirtualChip chip;
    chip.sources = ErrorSources::none();
    EXPECT_EQ(program_array(device_of({.kind = SigmaKind::constant, .sigma_ratio = 0.1}), targets,
                            chip, 0),
              targets);
}

TEST(ProgrammedArray, SpreadsCellsAsTheLawSays) {
    expect_normal_error(device_of({.kind = SigmaKind::constant, .sigma_ratio = 0.02}), 60 * micro,
                        2 * micro);
    expect_normal_error(device_of({.kind = SigmaKind::proportional, .sigma_ratio = 0.05}),
                        60 * micro, 3 * micro);
    expect_normal_error(device_of({.kind = SigmaKind::polynomial,
                                   .reference_siemens = 20 * micro,
                                   .polynomial_siemens = {1 * micro, 0.5 * micro, -0.1 * micro}}),
                        60 * micro, (1 + 0.5 * 3 - 0.1 * 9) * micro);
}

TEST(ProgrammedArray, DependsOnSeedTrialArrayAndNothingElse) {
    const DeviceModel device = device_of({.kind = SigmaKind::constant, .sigma_ratio = 0.02});
    const RowMajorMatrix g = program_array(device, all_at(50 * micro), {.seed = 1}, 4);
    EXPECT_EQ(program_array(device, all_at(50 * micro), {.seed = 1}, 4), g);
    EXPECT_NE(program_array(device, all_at(50 * micro), {.seed = 2}, 4), g);
    EXPECT_NE(program_array(device, all_at(50 * micro), {.seed = 1}, 5), g);
    EXPECT_NE(program_array(device, all_at(50 * micro), {.seed = 1, .trial = {1}}, 4), g);
}

}  // namespace
}  // namespace ohmgrid
