#include "sim/montecarlo/statistics.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "sim/core/contract.hpp"
#include "sim/random/random_stream.hpp"

namespace ohmgrid {
namespace {

constexpr double tail = 0.025;  // on either side of a 95 % interval

/// Counted from the first value, so that the mean of equal values is that value.
double mean_of(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) sum += value - values.front();
    return values.front() + sum / static_cast<double>(values.size());
}

double squares_about(double mean, std::span<const double> values) {
    double sum = 0;
    for (const double value : values) sum += (value - mean) * (value - mean);
    return sum;
}

double standard_error_of(std::span<const double> units) {
    const auto n = static_cast<double>(units.size());
    return std::sqrt(squares_about(mean_of(units), units) / (n * (n - 1)));
}

/// Means of resampled values, ascending. Sample b draws its members from element b of the stream.
std::vector<double> resampled_means(std::span<const double> units, std::uint64_t seed) {
    constexpr std::uint32_t resamples = 2000;
    const auto count = static_cast<std::uint32_t>(units.size());
    std::vector<double> means;
    for (std::uint32_t b = 0; b < resamples; ++b) {
        const RandomStream stream(seed, Purpose::resampling, TrialId{0}, b);
        double sum = 0;
        for (std::uint32_t i = 0; i < count; ++i) sum += units[stream.below(count, i)];
        means.push_back(sum / count);
    }
    std::sort(means.begin(), means.end());
    return means;
}

/// A sixth of the skewness of the jackknifed means. Source: Efron & Tibshirani, An Introduction to
/// the Bootstrap, 1993, eq. (14.15); for a mean the jackknife differences are (x_i - mean)/(n - 1).
double acceleration(std::span<const double> units) {
    const double mean = mean_of(units);
    double cubes = 0;
    for (const double value : units) cubes += std::pow(value - mean, 3);
    return cubes / (6 * std::pow(squares_about(mean, units), 1.5));
}

}  // namespace

std::vector<double> independent_units(std::span<const double> values, Sampling sampling) {
    if (sampling == Sampling::independent) return {values.begin(), values.end()};
    std::vector<double> means;
    for (std::size_t i = 0; i + 1 < values.size(); i += 2) {
        means.push_back(0.5 * (values[i] + values[i + 1]));
    }
    return means;
}

Interval student_interval(std::span<const double> units) {
    const boost::math::students_t t(static_cast<double>(units.size()) - 1);
    const double reach =
        boost::math::quantile(boost::math::complement(t, tail)) * standard_error_of(units);
    const double mean = mean_of(units);
    return {mean - reach, mean + reach};
}

Interval bootstrap_interval(std::span<const double> units, std::uint64_t seed) {
    const auto [least, most] = std::minmax_element(units.begin(), units.end());
    if (*least == *most) return {*least, *most};
    const std::vector<double> means = resampled_means(units, seed);
    const auto count = static_cast<double>(means.size());
    const double mean = mean_of(units);
    const auto [first, last] = std::equal_range(means.begin(), means.end(), mean);
    const double below =
        static_cast<double>(first - means.begin()) + 0.5 * static_cast<double>(last - first);
    const boost::math::normal standard;
    const double bias =
        boost::math::quantile(standard, std::clamp(below, 0.5, count - 0.5) / count);
    const double skew = acceleration(units);
    const auto share_at = [&](double z) {
        const double shifted = bias + z;
        return boost::math::cdf(standard, bias + shifted / (1 - skew * shifted));
    };
    const double z = boost::math::quantile(standard, tail);
    return {percentile(means, share_at(z)), percentile(means, share_at(-z))};
}

double percentile(std::span<const double> sorted, double share) {
    OHMGRID_EXPECT(!sorted.empty());
    const double position = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] +
           (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Summary summarise(std::span<const double> values, Sampling sampling, std::uint64_t seed) {
    const std::vector<double> units = independent_units(values, sampling);
    OHMGRID_EXPECT(units.size() > 1);
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    Summary summary{.trials = std::ssize(values),
                    .mean = mean_of(values),
                    .standard_error = standard_error_of(units),
                    .student = student_interval(units),
                    .bootstrap = bootstrap_interval(units, seed),
                    .least = sorted.front(),
                    .most = sorted.back()};
    // E[sum (x - mean)^2] = n variance - n variance_of_mean, whatever the correlation of pairs.
    summary.standard_deviation =
        std::sqrt(squares_about(summary.mean, values) / static_cast<double>(values.size()) +
                  summary.standard_error * summary.standard_error);
    for (std::size_t i = 0; i < percentile_shares.size(); ++i) {
        summary.percentiles[i] = percentile(sorted, percentile_shares[i]);
    }
    return summary;
}

Yield yield_at(double threshold, Better better, std::span<const double> values, Sampling sampling) {
    Yield yield{.threshold = threshold};
    const std::size_t step = sampling == Sampling::antithetic ? 2 : 1;
    for (std::size_t i = 0; i < values.size(); i += step) {
        const bool passes =
            better == Better::higher ? values[i] >= threshold : values[i] <= threshold;
        yield.passing += passes ? 1 : 0;
        ++yield.trials;
    }
    yield.share = static_cast<double>(yield.passing) / static_cast<double>(yield.trials);
    yield.interval_95 = interval_95(yield.passing, yield.trials);
    return yield;
}

std::vector<ConvergencePoint> convergence(std::span<const double> values, Sampling sampling,
                                          std::int64_t points) {
    const std::int64_t unit = sampling == Sampling::antithetic ? 2 : 1;
    const std::int64_t units = std::ssize(values) / unit;
    std::vector<ConvergencePoint> curve;
    std::int64_t last = 1;
    for (std::int64_t k = 1; k <= points; ++k) {
        const std::int64_t count = std::max<std::int64_t>(2, units * k / points);
        if (count == last || count > units) continue;
        last = count;
        const auto first_trials = values.first(static_cast<std::size_t>(count * unit));
        curve.push_back({count * unit, mean_of(first_trials),
                         student_interval(independent_units(first_trials, sampling))});
    }
    return curve;
}

}  // namespace ohmgrid
