#include "sim/device/noise.hpp"

#include <gtest/gtest.h>

#include "sim/random/random_stream.hpp"
#include "tests/unit/device/statistics.hpp"

namespace ohmgrid {
namespace {

TEST(ReadNoise, GivesTheDeviationOfOneRead) {
    DeviceModel device = plain_device();
    EXPECT_EQ(read_noise_siemens(device, 50 * micro), 0);
    device.read_noise.error = {.kind = SigmaKind::constant, .sigma_ratio = 0.03};
    EXPECT_DOUBLE_EQ(read_noise_siemens(device, 50 * micro), 3 * micro);
    device.read_noise.relative.constant = 0.08;
    EXPECT_DOUBLE_EQ(read_noise_siemens(device, 50 * micro), 5 * micro);  // 3-4-5
    EXPECT_EQ(drawn(device, 50 * micro), all_at(50 * micro));
}

/// IBM's phase-change memory 20 s after writing: Q = 0.0088 / g^0.65 of G, grown by
/// sqrt(ln((20 + 250e-9) / 500e-9)).
TEST(ReadNoise, AccumulatesOneOverFNoiseAndKeepsIt) {
    DeviceModel device = plain_device();
    device.drift.reference_second = 20;
    device.read_noise.relative = {.scale = 0.0088, .power = -0.65, .high = 0.2};
    device.read_noise.bandwidth_second = 250e-9;
    device.read_noise.timing = NoiseTiming::lasting;
    const double q = 0.0088 / std::pow(0.5, 0.65);
    const double sigma = 50 * micro * q * std::sqrt(std::log((20 + 250e-9) / 500e-9));
    expect_moments(drawn(device, 50 * micro), 50 * micro, sigma);
    EXPECT_EQ(read_noise_siemens(device, 50 * micro), 0);
    device.read_noise.timing = NoiseTiming::each_read;
    EXPECT_NEAR(read_noise_siemens(device, 50 * micro), sigma, 1e-12 * sigma);
    EXPECT_EQ(drawn(device, 50 * micro), all_at(50 * micro));
}

/// 100000 reads of max(0, G + sigma z) have the mean that program_array gives the cell and the
/// deviation that read_noise_siemens states, for cells at, near and far from 0 S.
TEST(ReadNoise, CanBeCutAtZero) {
    DeviceModel device = plain_device();
    device.read_noise.error = {.kind = SigmaKind::constant, .sigma_ratio = 0.02};
    device.read_noise.cut_at_zero = true;
    std::vector<double> reads(100000);
    for (const double g : {0.0, 1 * micro, 3 * micro, 50 * micro}) {
        RandomStream(6, Purpose::test, {}, 0).normals(0, reads);
        for (double& read : reads) read = std::max(0.0, g + 2 * micro * read);
        const SampleMoments m = moments_of(reads);
        const double cell = program_array(device, RowMajorMatrix::Constant(1, 1, g), {}, 0)(0, 0);
        EXPECT_NEAR(cell, m.mean, 5 * m.error_of_mean()) << g;
        EXPECT_NEAR(read_noise_siemens(device, cell), m.deviation, 5 * m.error_of_deviation()) << g;
    }
}

/// A trap in 30 % of the cells, filled for tau_e / (tau_c + tau_e) = 1/4 of the time.
TEST(TelegraphNoise, FillsTrapsAsOftenAsTheirTimesSay) {
    DeviceModel device = plain_device();
    device.telegraph = {.share = 0.3, .amplitude = 0.2, .capture_second = 3, .emission_second = 1};
    const RowMajorMatrix g = drawn(device, 50 * micro);
    expect_share(g, 39.999 * micro, 40.001 * micro, 0.3 * 0.25);
    expect_share(g, 50 * micro, 50 * micro, 1 - 0.3 * 0.25);
}

/// The autocovariance of a two-state Markov process: p (1 - p) exp(-t / tau), 1/tau = 1/3 + 1.
TEST(TelegraphNoise, ForgetsItsStateExponentially) {
    TelegraphSpec spec{.share = 1, .amplitude = 0.2, .capture_second = 3, .emission_second = 1};
    const auto filled = [&](double elapsed) {
        spec.elapsed_second = elapsed;
        RowMajorMatrix g = all_at(1);
        apply_telegraph_noise(spec, {.seed = 4}, 0, g);
        return Eigen::ArrayXXd((g.array() < 0.9).cast<double>());
    };
    const Eigen::ArrayXXd now = filled(0);
    for (const double elapsed : {0.0, 0.3, 1.0, 50.0}) {
        const Eigen::ArrayXXd product = (now - 0.25) * (filled(elapsed) - 0.25);
        const SampleMoments m = moments_of(RowMajorMatrix(product.matrix()));
        EXPECT_NEAR(m.mean, 0.25 * 0.75 * std::exp(-elapsed * 4 / 3), 5 * m.error_of_mean())
            << elapsed;
    }
}

}  // namespace
}  // namespace ohmgrid
