#include "sim/device/column_noise.hpp"

#include <gtest/gtest.h>

#include "sim/random/random_stream.hpp"
#include "tests/unit/device/statistics.hpp"

namespace ohmgrid {
namespace {

DeviceModel noisy_device() {
    DeviceModel device = plain_device();
    device.read_noise.error = {.kind = SigmaKind::proportional, .sigma_ratio = 0.05};
    return device;
}

/// 100000 reads of an 8 x 3 array with a normal drawn for every cell: the column sums have the
/// closed form's deviations and, with four moments, the normal shape; columns do not correlate.
TEST(ColumnNoise, EqualsDrawsOfEveryCell) {
    const DeviceModel device = noisy_device();
    RowMajorMatrix siemens(8, 3);
    for (Eigen::Index i = 0; i < siemens.size(); ++i) {
        siemens.data()[i] = (10 + 3 * static_cast<double>(i)) * micro;
    }
    const std::vector<double> input{0.2, 0, 0.1, 0.2, -0.15, 0.05, 0.2, 0.2};
    const std::vector<double> expected = column_noise(input, read_variance(device, siemens));
    constexpr Eigen::Index reads = 100000;
    RowMajorMatrix found(reads, 3);
    std::vector<double> normal(24);
    for (Eigen::Index read = 0; read < reads; ++read) {
        RandomStream(2, Purpose::test, {}, static_cast<std::uint32_t>(read)).normals(0, normal);
        for (Eigen::Index j = 0; j < 3; ++j) {
            found(read, j) = 0;
            for (Eigen::Index i = 0; i < 8; ++i) {
                const double g = siemens(i, j);
                found(read, j) += input[static_cast<std::size_t>(i)] *
                                  (g + read_noise_siemens(device, g) *
                                           normal[static_cast<std::size_t>(3 * i + j)]);
            }
        }
    }
    const auto n = static_cast<double>(reads);
    for (Eigen::Index j = 0; j < 3; ++j) {
        double mean = 0;
        for (Eigen::Index i = 0; i < 8; ++i) {
            mean += input[static_cast<std::size_t>(i)] * siemens(i, j);
        }
        const double sigma = expected[static_cast<std::size_t>(j)];
        expect_moments(found.col(j), mean, sigma);
        const double kurtosis =
            moments_of(RowMajorMatrix(found.col(j))).fourth / (sigma * sigma * sigma * sigma);
        EXPECT_NEAR(kurtosis, 3, 5 * std::sqrt(96 / n));
    }
    const Eigen::ArrayXd a = found.col(0).array() - found.col(0).mean();
    const Eigen::ArrayXd b = found.col(1).array() - found.col(1).mean();
    EXPECT_NEAR((a * b).mean() / std::sqrt(a.square().mean() * b.square().mean()), 0,
                5 / std::sqrt(n));
}

TEST(ColumnNoise, IsZeroWithoutNoiseAndWithoutInput) {
    const RowMajorMatrix siemens = RowMajorMatrix::Constant(4, 2, 50 * micro);
    const std::vector<double> input(4, 0.2);
    EXPECT_EQ(column_noise(input, read_variance(plain_device(), siemens)),
              std::vector<double>(2, 0));
    EXPECT_EQ(column_noise(std::vector<double>(4, 0), read_variance(noisy_device(), siemens)),
              std::vector<double>(2, 0));
}

}  // namespace
}  // namespace ohmgrid
