#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/inference/evaluation.hpp"
#include "sim/montecarlo/study_spec.hpp"

namespace ohmgrid {

/// What a set of trials says about one scalar. Formulas and sources: docs/models/montecarlo.md.
struct Summary {
    std::int64_t trials = 0;
    double mean = 0;
    double standard_deviation = 0;  ///< of one chip; the square is unbiased for both samplings
    double standard_error = 0;      ///< of the mean
    Interval student = {};          ///< 95 % interval of the mean, Student's t
    Interval bootstrap = {};        ///< 95 % interval of the mean, BCa
    double least = 0;
    double most = 0;
    std::array<double, 5> percentiles{};  ///< at `percentile_shares`

    [[nodiscard]] const Interval& interval(MeanInterval kind) const {
        return kind == MeanInterval::student ? student : bootstrap;
    }
};

inline constexpr std::array percentile_shares{0.05, 0.25, 0.5, 0.75, 0.95};

/// Share of good chips with its Clopper-Pearson interval.
struct Yield {
    double threshold = 0;
    std::int64_t passing = 0;
    std::int64_t trials = 0;  ///< independent ones: the first of every pair in antithetic sampling
    double share = 0;
    Interval interval_95 = {};
};

/// Independent values whose mean is that of the trials: the trials themselves, or the means of
/// antithetic pairs (values 2k and 2k + 1).
std::vector<double> independent_units(std::span<const double> values, Sampling sampling);

/// @param values one per trial, at least two units
/// @param seed   of the bootstrap's resampling
Summary summarise(std::span<const double> values, Sampling sampling, std::uint64_t seed);

/// 95 % interval of the mean of independent values by Student's t.
Interval student_interval(std::span<const double> units);

/// 95 % interval of the mean by the bias-corrected and accelerated bootstrap (2000 resamples).
Interval bootstrap_interval(std::span<const double> units, std::uint64_t seed);

/// The value below which a `share` of the sorted values lies, interpolated (Hyndman & Fan's type
/// 7).
double percentile(std::span<const double> sorted, double share);

/// Chips at least (or at most) as good as the threshold.
Yield yield_at(double threshold, Better better, std::span<const double> values, Sampling sampling);

/// The mean and its interval after the first n trials.
struct ConvergencePoint {
    std::int64_t trials = 0;
    double mean = 0;
    Interval interval_95 = {};
};

/// Student's intervals at up to `points` evenly spaced numbers of trials, the last being all.
std::vector<ConvergencePoint> convergence(std::span<const double> values, Sampling sampling,
                                          std::int64_t points = 50);

}  // namespace ohmgrid
