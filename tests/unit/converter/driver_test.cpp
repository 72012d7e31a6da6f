#include "sim/converter/driver.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace ohmgrid {
namespace {

double variance(const Eigen::VectorXd& values) {
    const double mean = values.mean();
    return (values.array() - mean).square().sum() / static_cast<double>(values.size() - 1);
}

/// Sample variances of n normal values scatter by sqrt(2 / (n - 1)): five of these are allowed.
void expect_variance(const Eigen::VectorXd& values, double expected) {
    const double scatter = std::sqrt(2 / static_cast<double>(values.size() - 1));
    EXPECT_NEAR(variance(values) / expected, 1, 5 * scatter);
}

constexpr std::int64_t many_rows = 4000;

TEST(Drivers, WithoutErrorsPutWholeNumbersOnTheirLines) {
    const RowMajorMatrix levels = driver_levels({}, 4, 5, {}, 0);
    for (Eigen::Index row = 0; row < 5; ++row) {
        for (Eigen::Index q = 0; q < 16; ++q) EXPECT_EQ(levels(row, q), static_cast<double>(q));
    }
    const DriverSpec poor{.gain_sigma = 0.1, .element_sigma = 0.1};
    const VirtualChip chip{.sources = ErrorSources::all().without(ErrorSource::drivers)};
    EXPECT_EQ(driver_levels(poor, 4, 5, chip, 0), levels);
}

TEST(Drivers, ThermometerLevelsScatterWithTheRootOfTheirElements) {
    const DriverSpec drivers{.element_sigma = 0.02};
    const RowMajorMatrix levels = driver_levels(drivers, 4, many_rows, {.seed = 3}, 7);
    EXPECT_EQ(levels.col(0).norm(), 0);
    for (const Eigen::Index q : {1, 4, 15}) {
        expect_variance(levels.col(q), static_cast<double>(q) * 0.02 * 0.02);
        expect_variance(levels.col(q) - levels.col(q - 1), 0.02 * 0.02);
    }
}

TEST(Drivers, BinaryLevelsScatterMostWhereAllElementsSwitch) {
    const DriverSpec drivers{.elements = DriverElements::binary, .element_sigma = 0.02};
    const RowMajorMatrix levels = driver_levels(drivers, 4, many_rows, {.seed = 3}, 7);
    expect_variance(levels.col(8) - levels.col(7), 15 * 0.02 * 0.02);
    expect_variance(levels.col(9) - levels.col(8), 0.02 * 0.02);
}

TEST(Drivers, PulsesDifferByTheirEdgesOnly) {
    const DriverSpec drivers{.elements = DriverElements::pulse_width, .edge_sigma = 0.1};
    const RowMajorMatrix levels = driver_levels(drivers, 4, many_rows, {.seed = 3}, 7);
    expect_variance(levels.col(1), 0.01);
    EXPECT_LT((levels.col(15) - levels.col(1)).array().abs().maxCoeff(), 14 + 1e-12);
    EXPECT_GT((levels.col(15) - levels.col(1)).array().abs().minCoeff(), 14 - 1e-12);
    EXPECT_EQ(levels.col(0).norm(), 0);
}

TEST(Drivers, BitSerialInputsSeeTheGainOfTheirDriver) {
    const DriverSpec drivers{.gain_sigma = 0.03};
    const RowMajorMatrix levels = driver_levels(drivers, 1, many_rows, {.seed = 3}, 7);
    expect_variance(levels.col(1), 0.03 * 0.03);
    EXPECT_NE(levels, driver_levels(drivers, 1, many_rows, {.seed = 3}, 8));
}

}  // namespace
}  // namespace ohmgrid
