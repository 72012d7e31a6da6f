#include "sim/random/short_normal.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <numbers>

namespace ohmgrid {
namespace {

/// How far z is from the quantile of upper tail probability p, by Newton's step on erfc.
double distance_from_quantile(double z, double p) {
    const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
    return (std::erfc(z / std::numbers::sqrt2) / 2 - p) / density;
}

TEST(ShortNormal, IsTheQuantileInTheMiddleOfEveryInterval) {
    for (std::uint32_t interval = short_normal::divided_intervals; interval < 32768; ++interval) {
        const double p = (interval + 0.5) / 65536;
        const auto z =
            static_cast<double>(short_normal_of(static_cast<std::uint16_t>(interval), 7));
        ASSERT_LT(std::abs(distance_from_quantile(z, p)), 4e-5) << interval;
    }
}

TEST(ShortNormal, DividesTheTailsBySixteenMoreBits) {
    for (std::uint32_t interval = 0; interval < short_normal::divided_intervals; ++interval) {
        for (std::uint32_t more = 0; more < 65536; ++more) {
            const double p = (interval + (more + 0.5) / 65536) / 65536;
            const auto z = static_cast<double>(short_normal_of(static_cast<std::uint16_t>(interval),
                                                               static_cast<std::uint16_t>(more)));
            ASSERT_LT(std::abs(distance_from_quantile(z, p)), 4e-5) << interval << ' ' << more;
        }
    }
}

/// All numbers there are, each with its probability: no sampling error.
TEST(ShortNormal, HasTheMomentsOfTheStandardNormalDistribution) {
    double moment[3] = {};  // 2nd, 4th, 6th
    for (std::uint32_t interval = 0; interval < 32768; ++interval) {
        const bool is_divided = interval < short_normal::divided_intervals;
        const std::uint32_t parts = is_divided ? 65536 : 1;
        for (std::uint32_t more = 0; more < parts; ++more) {
            const auto bits = static_cast<std::uint16_t>(interval);
            const auto low = static_cast<std::uint16_t>(more);
            const auto z = static_cast<double>(short_normal_of(bits, low));
            ASSERT_EQ(static_cast<double>(
                          short_normal_of(static_cast<std::uint16_t>(bits | 0x8000U), low)),
                      -z);
            const double share = 1 / (32768.0 * parts);
            for (int k = 0; k < 3; ++k) moment[k] += share * std::pow(z, 2 * (k + 1));
        }
    }
    EXPECT_NEAR(moment[0], 1, 1e-5);
    EXPECT_NEAR(moment[1], 3, 1e-4);
    EXPECT_NEAR(moment[2], 15, 2e-3);
}

}  // namespace
}  // namespace ohmgrid
