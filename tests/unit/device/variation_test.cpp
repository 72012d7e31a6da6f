#include "sim/device/variation.hpp"

#include <gtest/gtest.h>

#include "tests/unit/device/statistics.hpp"

namespace ohmgrid {
namespace {

RowMajorMatrix field(const VariationSpec& spec, std::uint32_t array, std::int64_t trial = 0) {
    return relative_variation(spec, 60, 80, {.seed = 3, .trial = {trial}}, array);
}

/// Mean over many arrays of the product of two cells' differences, with its standard error from the
/// scatter of the arrays.
void expect_covariance(const VariationSpec& spec, Eigen::Index down, Eigen::Index across,
                       double expected) {
    std::vector<double> products;
    for (std::uint32_t array = 0; array < 400; ++array) {
        const RowMajorMatrix v = field(spec, array);
        products.push_back((v.topLeftCorner(60 - down, 80 - across).array() *
                            v.bottomRightCorner(60 - down, 80 - across).array())
                               .mean());
    }
    const SampleMoments m = moments_of(products);
    EXPECT_NEAR(m.mean, expected, 5 * m.error_of_mean()) << down << ' ' << across;
}

TEST(Variation, CorrelatesExponentiallyInBothDirections) {
    const VariationSpec spec{.correlated = 0.1, .correlation_length = 4};
    for (const auto& [down, across] :
         {std::pair{0, 0}, std::pair{1, 0}, std::pair{0, 1}, std::pair{3, 5}, std::pair{8, 0}}) {
        expect_covariance(spec, down, across, 0.01 * std::exp(-(down + across) / 4.0));
    }
    expect_covariance({.correlated = 0.1, .correlation_length = 0.05}, 1, 0, 0);
}

TEST(Variation, SharesRowsColumnsAndArrays) {
    expect_covariance({.row = 0.1}, 0, 7, 0.01);
    expect_covariance({.row = 0.1}, 1, 0, 0);
    expect_covariance({.column = 0.1}, 7, 0, 0.01);
    expect_covariance({.column = 0.1}, 0, 1, 0);
    expect_covariance({.array = 0.1}, 5, 5, 0.01);
    expect_covariance({.cell = 0.1}, 0, 0, 0.01);
    expect_covariance({.cell = 0.1}, 0, 1, 0);
}

/// The slope is one per chip: the same in all its arrays, and over 4000 chips normal with the
/// deviation asked for.
TEST(Variation, HasTheWaferGradientOfTheChip) {
    const VariationSpec spec{.gradient = 0.05};
    EXPECT_EQ(field(spec, 0), field(spec, 9));
    RowMajorMatrix across(4000, 1);
    RowMajorMatrix down(4000, 1);
    for (Eigen::Index trial = 0; trial < across.rows(); ++trial) {
        const RowMajorMatrix v = field(spec, 0, trial);
        across(trial, 0) = v(0, 79) - v(0, 0);
        down(trial, 0) = v(59, 0) - v(0, 0);
        ASSERT_NEAR(v(10, 79) - v(10, 0), across(trial, 0), 1e-15);
        ASSERT_NEAR(v.mean(), 0, 1e-15);
    }
    expect_moments(across, 0, 0.05);
    expect_moments(down, 0, 0.05);
}

}  // namespace
}  // namespace ohmgrid
