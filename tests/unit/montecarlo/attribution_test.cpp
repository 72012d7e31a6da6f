#include "sim/montecarlo/attribution.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <numeric>

#include "tests/unit/montecarlo/analytic_study.hpp"

namespace ohmgrid {
namespace {

using ChipScalar = std::function<double(const VirtualChip&)>;

constexpr ErrorSource first = ErrorSource::programming;
constexpr ErrorSource second = ErrorSource::faults;
constexpr ErrorSource third = ErrorSource::converter_static;

ErrorSources three_sources() { return ErrorSources::only(first).with(second).with(third); }

std::vector<SourceEffect> attributed(const ChipScalar& scalar, ErrorSources present,
                                     std::int64_t trials, std::uint64_t seed) {
    std::map<Point, double> known;
    for (const Point& point : attribution_points(present, trials)) {
        known[point] = scalar(chip_at(point, seed));
    }
    return attribute(
        present, trials, [&known](const Point& point) { return known.at(point); }, seed);
}

/// Mean and its standard error over independent repetitions of a whole study.
struct Repeated {
    double mean = 0;
    double error = 0;
};
Repeated repeated(const std::vector<double>& values) {
    const auto n = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    double squares = 0;
    for (const double v : values) squares += (v - mean) * (v - mean);
    return {mean, std::sqrt(squares / (n * (n - 1)))};
}

/// The estimates over 25 studies of 400 chips lie within 5 standard errors of the true indices.
void expect_indices(const ChipScalar& scalar, const std::vector<double>& first_order,
                    const std::vector<double>& total) {
    std::vector<std::vector<double>> firsts(3), totals(3);
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        const auto effects = attributed(scalar, three_sources(), 400, seed);
        ASSERT_EQ(effects.size(), 3U);
        for (std::size_t i = 0; i < 3; ++i) {
            firsts[i].push_back(effects[i].first_order->value);
            totals[i].push_back(effects[i].total->value);
        }
    }
    for (std::size_t i = 0; i < 3; ++i) {
        const Repeated f = repeated(firsts[i]);
        const Repeated t = repeated(totals[i]);
        // Ratios of means carry a bias of order 1/400 beside their random error.
        EXPECT_NEAR(f.mean, first_order[i], 5 * f.error + 0.0025) << "source " << i;
        EXPECT_NEAR(t.mean, total[i], 5 * t.error + 0.0025) << "source " << i;
    }
}

/// y = 3 z1 + 2 z2 + z3: shares 9/14, 4/14, 1/14, no interactions.
TEST(SobolIndices, OfALinearModelAreItsSharesOfTheVariance) {
    expect_indices(
        [](const VirtualChip& chip) {
            return 5 + 3 * drawn_normal(chip, first) + 2 * drawn_normal(chip, second) +
                   drawn_normal(chip, third);
        },
        {9.0 / 14, 4.0 / 14, 1.0 / 14}, {9.0 / 14, 4.0 / 14, 1.0 / 14});
}

/// Ishigami's function with a = 7, b = 0.1. Its indices follow from V1 = (1 + b pi^4 / 5)^2 / 2,
/// V2 = a^2 / 8, V13 = 8 b^2 pi^8 / 225. Source: Saltelli et al., Sensitivity Analysis, 2000.
TEST(SobolIndices, OfIshigamisFunctionAreTheAnalyticOnes) {
    constexpr double a = 7, b = 0.1, pi = std::numbers::pi;
    const double v1 = 0.5 * std::pow(1 + b * std::pow(pi, 4) / 5, 2);
    const double v2 = a * a / 8;
    const double v13 = 8 * b * b * std::pow(pi, 8) / 225;
    const double v = v1 + v2 + v13;
    expect_indices(
        [](const VirtualChip& chip) {
            const auto x = [&chip](ErrorSource source) {
                if (!chip.sources.has(source)) return 0.0;
                const double u = chip.stream(source, Purpose::test, 0)
                                     .uniform_open(static_cast<std::uint32_t>(source));
                return pi * (2 * u - 1);
            };
            const double s2 = std::sin(x(second));
            return std::sin(x(first)) * (1 + b * std::pow(x(third), 4)) + a * s2 * s2;
        },
        {v1 / v, v2 / v, 0}, {(v1 + v13) / v, v2 / v, v13 / v});
}

/// y = z1 z2: no source alone moves the mean of the others, both together do everything.
TEST(SobolIndices, SeeAPureInteractionInTheTotalOnly) {
    expect_indices(
        [](const VirtualChip& chip) {
            return drawn_normal(chip, first) * drawn_normal(chip, second);
        },
        {0, 0, 0}, {1, 1, 0});
}

/// Of 80 studies of 60 chips nearly all intervals hold the true share; percentile bootstrap falls a
/// little short of 95 %, hence the bound 80 %.
TEST(SobolIndices, HaveIntervalsThatHoldTheTruth) {
    int held = 0;
    constexpr int studies = 80;
    for (std::uint64_t seed = 100; seed < 100 + studies; ++seed) {
        const auto effects = attributed(
            [](const VirtualChip& chip) {
                return 3 * drawn_normal(chip, first) + 2 * drawn_normal(chip, second);
            },
            ErrorSources::only(first).with(second), 60, seed);
        const Interval interval = effects[0].total->interval_95;
        held += interval.low <= 9.0 / 13 && 9.0 / 13 <= interval.high ? 1 : 0;
    }
    EXPECT_GE(held, studies * 8 / 10);
}

/// Errors that add up: what a source costs alone is what its removal gives back. Wires act on every
/// chip alike, so their effect is known without error and they have no share of the variance.
TEST(OneAtATime, SeparatesWhatSourcesCost) {
    const ErrorSources present = ErrorSources::only(first).with(second).with(ErrorSource::wires);
    const auto effects = attributed(
        [](const VirtualChip& chip) {
            return 10 - 2 * std::abs(drawn_normal(chip, first)) + drawn_normal(chip, second) -
                   (chip.sources.has(ErrorSource::wires) ? 4 : 0);
        },
        present, 4000, 3);
    ASSERT_EQ(effects.size(), 3U);
    const double cost = 2 * std::sqrt(2 / std::numbers::pi);  // 2 E|z|
    const double error = 2 * std::sqrt((1 - 2 / std::numbers::pi) / 4000);
    EXPECT_NEAR(effects[0].alone.value, -cost, 5 * error);
    EXPECT_NEAR(effects[0].removed.value, cost, 5 * error);
    EXPECT_LE(effects[0].alone.interval_95.low, -cost);
    EXPECT_GE(effects[0].alone.interval_95.high, -cost);
    EXPECT_NEAR(effects[1].alone.value, 0, 5 / std::sqrt(4000.0));
    EXPECT_EQ(effects[2].source, ErrorSource::wires);
    EXPECT_DOUBLE_EQ(effects[2].alone.value, -4);
    EXPECT_NEAR(effects[2].removed.value, 4, 1e-12);
    EXPECT_FALSE(effects[2].total.has_value());
}

TEST(Attribution, HasNoIndicesWhereNoTwoChipsDiffer) {
    const auto effects = attributed([](const VirtualChip&) { return 1.0; }, three_sources(), 5, 1);
    EXPECT_FALSE(effects.front().first_order.has_value());
    EXPECT_EQ(effects.front().alone.value, 0);
}

/// With one source, the chip without it is the perfect one, the chip with it alone the full one and
/// the exchanged one the donor: two chips per trial and the perfect one.
TEST(Attribution, EvaluatesEqualChipsOnce) {
    EXPECT_EQ(attribution_points(ErrorSources::only(first), 10).size(), 21U);
    const ErrorSources wires_too = ErrorSources::only(first).with(ErrorSource::wires);
    // own, donor, without wires per trial; perfect and wires alone once
    EXPECT_EQ(attribution_points(wires_too, 10).size(), 32U);
    // own, donor, and for each of three sources without, alone, exchanged; perfect once
    EXPECT_EQ(attribution_points(three_sources(), 10).size(), 111U);
}

TEST(Attribution, BaseChipsAreThoseOfTheStudy) {
    const auto points = attribution_points(three_sources(), 3);
    for (std::int64_t trial = 0; trial < 3; ++trial) {
        EXPECT_TRUE(points.contains(study_point(Sampling::independent, trial)));
    }
}

}  // namespace
}  // namespace ohmgrid
