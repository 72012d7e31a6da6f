#include "sim/montecarlo/statistics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <numeric>

#include "sim/random/random_stream.hpp"

namespace ohmgrid {
namespace {

using ::testing::ElementsAre;

double mean_of(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Standard error of the mean of independent values.
double error_of(const std::vector<double>& values) {
    const double mean = mean_of(values);
    double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    const auto n = static_cast<double>(values.size());
    return std::sqrt(squares / (n * (n - 1)));
}

std::vector<double> exponentials(std::uint32_t study, std::uint32_t count) {
    const RandomStream stream(3, Purpose::test, TrialId{study}, 0);
    std::vector<double> values;
    for (std::uint32_t i = 0; i < count; ++i) values.push_back(-std::log(stream.uniform_open(i)));
    return values;
}

/// Quantiles of Student's t at 0.975 in closed form: one degree of freedom tan(0.475 pi), two
/// degrees 0.95 / sqrt(2 * 0.975 * 0.025).
TEST(StudentInterval, HasTheClosedFormForTwoAndThreeValues) {
    const Interval two = student_interval(std::vector<double>{1, 3});
    EXPECT_NEAR(two.high - 2, std::tan(0.475 * M_PI) * 1.0, 1e-9);
    EXPECT_NEAR(two.low + two.high, 4, 1e-12);
    const Interval three = student_interval(std::vector<double>{1, 2, 3});
    EXPECT_NEAR(three.high - 2, 0.95 / std::sqrt(2 * 0.975 * 0.025) / std::sqrt(3.0), 1e-9);
}

/// For normal values the interval covers the mean in 95 % of all studies, exactly; 4000 studies of
/// 5 values, 5 sigma of a binomial share.
TEST(StudentInterval, CoversTheMeanOfNormalValuesInNineteenOfTwentyStudies) {
    constexpr int studies = 4000;
    int covered = 0;
    for (std::uint32_t s = 0; s < studies; ++s) {
        const RandomStream stream(1, Purpose::test, TrialId{s}, 0);
        std::vector<double> values;
        for (std::uint32_t i = 0; i < 5; ++i) values.push_back(7 + 2 * stream.normal(i));
        const Interval interval = student_interval(values);
        covered += interval.low <= 7 && 7 <= interval.high ? 1 : 0;
    }
    EXPECT_NEAR(static_cast<double>(covered) / studies, 0.95, 5 * std::sqrt(0.95 * 0.05 / studies));
}

/// The mean of n exponential values has the exact interval 2 n m / chi2(2n) quantiles. BCa is
/// second-order correct and must come nearer to its (asymmetric) ends than Student's t.
TEST(BootstrapInterval, FollowsTheSkewOfExponentialValues) {
    constexpr std::uint32_t count = 30;
    constexpr std::uint32_t studies = 60;
    const boost::math::chi_squared chi2(2.0 * count);
    const double low_factor = 2.0 * count / quantile(complement(chi2, 0.025));
    const double high_factor = 2.0 * count / quantile(chi2, 0.025);
    double student_miss = 0, bootstrap_miss = 0;
    for (std::uint32_t s = 0; s < studies; ++s) {
        const std::vector<double> values = exponentials(s, count);
        const double mean = mean_of(values);
        const Interval student = student_interval(values);
        const Interval bootstrap = bootstrap_interval(values, s);
        student_miss += (student.low + student.high) / mean - low_factor - high_factor;
        bootstrap_miss += (bootstrap.low + bootstrap.high) / mean - low_factor - high_factor;
    }
    // The exact interval reaches 0.106 further up than down; t is symmetric.
    EXPECT_NEAR(student_miss / studies, 2 - low_factor - high_factor, 1e-9);
    EXPECT_LT(std::abs(bootstrap_miss), 0.5 * std::abs(student_miss));
}

TEST(BootstrapInterval, CoversTheMeanOfSkewedValues) {
    constexpr std::uint32_t studies = 300;
    int covered = 0;
    for (std::uint32_t s = 0; s < studies; ++s) {
        const Interval interval = bootstrap_interval(exponentials(1000 + s, 40), s);
        covered += interval.low <= 1 && 1 <= interval.high ? 1 : 0;
    }
    // Nominal 0.95; at 40 values BCa is known to fall short by one or two per cent (Efron &
    // Tibshirani 1993, table 14.2). 5 sigma below 0.93.
    EXPECT_GT(static_cast<double>(covered) / studies, 0.93 - 5 * std::sqrt(0.93 * 0.07 / studies));
}

TEST(BootstrapInterval, OfEqualValuesHasNoWidth) {
    const Interval interval = bootstrap_interval(std::vector<double>(5, 0.25), 1);
    EXPECT_EQ(interval.low, 0.25);
    EXPECT_EQ(interval.high, 0.25);
}

TEST(Summary, OfEqualValuesHasNoSpread) {
    const Summary summary = summarise(std::vector<double>(7, 0.1), Sampling::independent, 1);
    EXPECT_EQ(summary.mean, 0.1);
    EXPECT_EQ(summary.standard_deviation, 0);
    EXPECT_EQ(summary.student.high, 0.1);
}

/// Type 7 of Hyndman & Fan: position (n - 1) p between the sorted values.
TEST(Percentile, InterpolatesBetweenSortedValues) {
    const std::vector<double> values{1, 2, 3, 4};
    EXPECT_DOUBLE_EQ(percentile(values, 0), 1);
    EXPECT_DOUBLE_EQ(percentile(values, 0.25), 1.75);
    EXPECT_DOUBLE_EQ(percentile(values, 0.5), 2.5);
    EXPECT_DOUBLE_EQ(percentile(values, 1), 4);
}

/// Clopper and Pearson's definition: at the lower end so many or more good chips have probability
/// 0.025, at the upper end so many or fewer.
TEST(Yield, HasTheIntervalThatClopperAndPearsonDefine) {
    const std::vector<double> values{0.95, 0.9, 0.85, 0.95, 0.8, 0.91, 0.7, 0.6, 0.5, 0.4};
    const Yield yield = yield_at(0.9, Better::higher, values, Sampling::independent);
    EXPECT_EQ(yield.passing, 4);
    EXPECT_DOUBLE_EQ(yield.share, 0.4);
    const auto at_most = [](double p, int k) {
        double sum = 0;
        for (int i = 0; i <= k; ++i) {
            sum += std::exp(std::lgamma(11) - std::lgamma(i + 1) - std::lgamma(11 - i)) *
                   std::pow(p, i) * std::pow(1 - p, 10 - i);
        }
        return sum;
    };
    EXPECT_NEAR(1 - at_most(yield.interval_95.low, 3), 0.025, 1e-9);
    EXPECT_NEAR(at_most(yield.interval_95.high, 4), 0.025, 1e-9);
}

TEST(Yield, WhereLessIsBetterCountsChipsAtMostAtTheThreshold) {
    const std::vector<double> errors{0.1, 0.2, 0.3};
    EXPECT_EQ(yield_at(0.2, Better::lower, errors, Sampling::independent).passing, 2);
    const Yield all = yield_at(0.3, Better::lower, errors, Sampling::independent);
    EXPECT_DOUBLE_EQ(all.interval_95.high, 1);
    EXPECT_NEAR(all.interval_95.low, std::cbrt(0.025), 1e-9);
}

/// Mirrored trials are not independent, so only the first of every pair is counted.
TEST(Yield, CountsOneChipOfEveryAntitheticPair) {
    const std::vector<double> values{1, 0, 1, 0, 0, 1};
    const Yield yield = yield_at(0.5, Better::higher, values, Sampling::antithetic);
    EXPECT_EQ(yield.trials, 3);
    EXPECT_EQ(yield.passing, 2);
}

/// exp(z) has mean e^(1/2) and variance e^2 - e. Over 3000 antithetic studies of 8 chips the mean
/// of the means, of the squared standard deviations and of the squared standard errors must be
/// those values (5 standard errors), and the pairs must beat independent chips.
TEST(AntitheticSampling, IsUnbiasedAndHelpsWhereTheScalarIsMonotone) {
    std::vector<double> means, variances, squared_errors, independent_means;
    for (std::uint32_t s = 0; s < 3000; ++s) {
        std::vector<double> values, independent;
        for (std::uint32_t i = 0; i < 8; ++i) {
            const Side side = i % 2 == 0 ? Side::plain : Side::mirrored;
            const RandomStream stream(5, Purpose::test, TrialId{s}, i / 2, side);
            values.push_back(std::exp(stream.normal(0)));
            independent.push_back(
                std::exp(RandomStream(6, Purpose::test, TrialId{s}, i).normal(0)));
        }
        const Summary summary = summarise(values, Sampling::antithetic, s);
        means.push_back(summary.mean);
        variances.push_back(summary.standard_deviation * summary.standard_deviation);
        squared_errors.push_back(summary.standard_error * summary.standard_error);
        independent_means.push_back(mean_of(independent));
    }
    EXPECT_NEAR(mean_of(means), std::exp(0.5), 5 * error_of(means));
    EXPECT_NEAR(mean_of(variances), std::exp(2) - std::exp(1), 5 * error_of(variances));
    // Pair mean (e^z + e^-z)/2: variance (e^2 - e)/2 + (1 - e)/2; four pairs.
    const double variance_of_mean = ((std::exp(2) - std::exp(1)) + (1 - std::exp(1))) / 2 / 4;
    EXPECT_NEAR(mean_of(squared_errors), variance_of_mean, 5 * error_of(squared_errors));
    EXPECT_LT(error_of(means), 0.85 * error_of(independent_means));
}

/// A linear scalar is known exactly from a single pair.
TEST(AntitheticSampling, LeavesNoErrorInTheMeanOfALinearScalar) {
    std::vector<double> values;
    for (std::uint32_t i = 0; i < 8; ++i) {
        const Side side = i % 2 == 0 ? Side::plain : Side::mirrored;
        values.push_back(3 + RandomStream(5, Purpose::test, TrialId{i / 2}, 0, side).normal(0));
    }
    const Summary summary = summarise(values, Sampling::antithetic, 1);
    EXPECT_NEAR(summary.mean, 3, 1e-12);
    EXPECT_LT(summary.standard_error, 1e-12);
    EXPECT_GT(summary.standard_deviation, 0.1);
}

TEST(Convergence, EndsWithAllTrialsAndNarrows) {
    const std::vector<double> values = exponentials(1, 400);
    const auto curve = convergence(values, Sampling::independent, 20);
    ASSERT_EQ(curve.size(), 20U);
    EXPECT_EQ(curve.back().trials, 400);
    EXPECT_NEAR(curve.back().mean, mean_of(values), 1e-12);
    EXPECT_DOUBLE_EQ(curve.back().interval_95.low, student_interval(values).low);
    const auto width = [](const ConvergencePoint& p) {
        return p.interval_95.high - p.interval_95.low;
    };
    EXPECT_LT(width(curve.back()), 0.5 * width(curve.front()));
}

TEST(IndependentUnits, AreTheMeansOfAntitheticPairs) {
    const std::vector<double> values{1, 3, 5, 9};
    EXPECT_THAT(independent_units(values, Sampling::antithetic), ElementsAre(2, 7));
    EXPECT_THAT(independent_units(values, Sampling::independent), ElementsAre(1, 3, 5, 9));
}

}  // namespace
}  // namespace ohmgrid
