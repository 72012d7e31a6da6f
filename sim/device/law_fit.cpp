#include "sim/device/law_fit.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace ohmgrid {
namespace {

double square(double x) { return x * x; }

/// Deviation of every level at the first time, and its standard error.
struct Deviations {
    std::vector<double> g_siemens;
    std::vector<double> sigma_siemens;
    std::vector<double> error_siemens;
};

Deviations deviations_of(const MeasuredConductances& measured) {
    Deviations d;
    for (const MeasuredLevel& level : measured.levels) {
        const double s = level.standard_deviation(0);
        const auto n = static_cast<double>(level.samples_siemens[0].size());
        d.g_siemens.push_back(level.target_siemens);
        d.sigma_siemens.push_back(s);
        d.error_siemens.push_back(s / std::sqrt(2 * (n - 1)));
    }
    return d;
}

/// Powers `first` .. `last` of G / g_max at every level.
std::vector<std::vector<double>> powers(const Deviations& d, int first, int last) {
    std::vector<std::vector<double>> basis;
    for (int k = first; k <= last; ++k) {
        std::vector<double>& row = basis.emplace_back();
        for (const double g : d.g_siemens) row.push_back(std::pow(g / d.g_siemens.back(), k));
    }
    return basis;
}

SigmaFit sigma_fit(const Deviations& d, int first, int last) {
    SigmaFit out;
    out.fit = weighted_fit(powers(d, first, last), d.sigma_siemens, d.error_siemens);
    const double g_max = d.g_siemens.back();
    if (last == 0 || first == 1) {
        out.name = last == 0 ? "constant" : "proportional";
        out.law.kind = last == 0 ? SigmaKind::constant : SigmaKind::proportional;
        out.law.sigma_ratio = out.fit.coefficients[0] / g_max;
    } else {
        out.name = fmt::format("polynomial of degree {}", last);
        out.law.kind = SigmaKind::polynomial;
        out.law.reference_siemens = g_max;
        out.law.polynomial_siemens = out.fit.coefficients;
    }
    for (std::size_t i = 0; i < d.g_siemens.size(); ++i) {
        const double fitted = standard_deviation_siemens(out.law, d.g_siemens[i], g_max);
        const double miss = std::abs(fitted - d.sigma_siemens[i]) / d.sigma_siemens[i];
        out.largest_miss = std::max(out.largest_miss, fitted > 0 ? miss : 1e9);
    }
    return out;
}

/// What one level says about its change in time.
struct LevelDrift {
    double g_siemens = 0;
    WeightedFit line;   ///< intercept and slope over ln(t / t0)
    double growth = 0;  ///< slope of the variance over ln^2(t / t0)
    double growth_error = 0;
};

/// `logarithmic`: of the conductance itself instead of its logarithm.
LevelDrift level_drift(const MeasuredConductances& m, const MeasuredLevel& level,
                       bool logarithmic) {
    const std::size_t times = m.time_second.size();
    std::vector<double> ones(times, 1.0);
    std::vector<double> log_time, log_square, y, y_error, variance, variance_error;
    for (std::size_t t = 0; t < times; ++t) {
        const auto n = static_cast<double>(level.samples_siemens[t].size());
        const double mean = level.mean(t);
        const double scale = logarithmic ? 1 : mean;
        const double s = level.standard_deviation(t) / scale;
        log_time.push_back(std::log(m.time_second[t] / m.time_second[0]));
        log_square.push_back(square(log_time.back()));
        y.push_back(logarithmic ? mean : std::log(mean));
        y_error.push_back(s / std::sqrt(n));
        variance.push_back(s * s);
        variance_error.push_back(s * s * std::sqrt(2 / (n - 1)));
    }
    LevelDrift out{.g_siemens = level.target_siemens,
                   .line = weighted_fit({ones, log_time}, y, y_error)};
    const WeightedFit growth = weighted_fit({ones, log_square}, variance, variance_error);
    out.growth = growth.coefficients[1];
    out.growth_error = growth.standard_errors[1];
    return out;
}

/// Square root of the levels' mean growth of variance, weighted; 0 if it shrinks.
double common_spread(const std::vector<LevelDrift>& levels) {
    double sum = 0;
    double weight = 0;
    for (const LevelDrift& level : levels) {
        sum += level.growth / square(level.growth_error);
        weight += 1 / square(level.growth_error);
    }
    return std::sqrt(std::max(sum / weight, 0.0));
}

DriftFit drift_fit(const MeasuredConductances& m, DriftKind kind) {
    const bool logarithmic = kind == DriftKind::logarithmic;
    std::vector<LevelDrift> levels;
    for (const MeasuredLevel& level : m.levels) {
        if (logarithmic || level.mean(0) > 0) levels.push_back(level_drift(m, level, logarithmic));
    }
    const double g_max = m.levels.back().target_siemens;
    std::vector<double> slope, error, ones, log_g;
    for (const LevelDrift& level : levels) {
        slope.push_back((logarithmic ? 1 : -1) * level.line.coefficients[1]);
        error.push_back(level.line.standard_errors[1]);
        ones.push_back(1);
        log_g.push_back(std::log(std::max(level.g_siemens / g_max, 1e-7)));
    }
    DriftFit out;
    out.name = logarithmic ? "logarithmic" : "power";
    const bool bends = !logarithmic && levels.size() >= 3;
    out.exponent =
        bends ? weighted_fit({ones, log_g}, slope, error) : weighted_fit({ones}, slope, error);
    out.spread = common_spread(levels);
    out.chi_square = out.exponent.chi_square;
    for (const LevelDrift& level : levels) out.chi_square += level.line.chi_square;
    out.drift.kind = kind;
    out.drift.reference_second = m.time_second.front();
    if (logarithmic) {
        out.drift.shift_siemens = out.exponent.coefficients[0];
        out.drift.spread_slope_siemens = out.spread;
    } else {
        out.drift.exponent.constant = out.exponent.coefficients[0];
        if (bends) out.drift.exponent.log_slope = out.exponent.coefficients[1];
        out.drift.exponent_spread.constant = out.spread;
    }
    return out;
}

}  // namespace

double WeightedFit::aicc() const {
    const auto k = static_cast<double>(coefficients.size());
    const double spare = static_cast<double>(points) - k - 1;
    if (spare <= 0) return std::numeric_limits<double>::infinity();
    return chi_square + 2 * k + 2 * k * (k + 1) / spare;
}

WeightedFit weighted_fit(const std::vector<std::vector<double>>& basis,
                         const std::vector<double>& y, const std::vector<double>& errors) {
    const auto rows = static_cast<Eigen::Index>(y.size());
    const auto columns = static_cast<Eigen::Index>(basis.size());
    Eigen::MatrixXd a(rows, columns);
    Eigen::VectorXd b(rows);
    for (Eigen::Index i = 0; i < rows; ++i) {
        const auto at = static_cast<std::size_t>(i);
        for (Eigen::Index k = 0; k < columns; ++k) {
            a(i, k) = basis[static_cast<std::size_t>(k)][at] / errors[at];
        }
        b(i) = y[at] / errors[at];
    }
    const Eigen::VectorXd x = a.colPivHouseholderQr().solve(b);
    const Eigen::MatrixXd covariance = (a.transpose() * a).inverse();
    const Eigen::VectorXd error = covariance.diagonal().cwiseSqrt();
    return {.coefficients = {x.begin(), x.end()},
            .standard_errors = {error.begin(), error.end()},
            .chi_square = (a * x - b).squaredNorm(),
            .points = y.size()};
}

std::vector<SigmaFit> fit_programming_error(const MeasuredConductances& measured) {
    const Deviations d = deviations_of(measured);
    const auto levels = static_cast<int>(d.g_siemens.size());
    std::vector<SigmaFit> fits{sigma_fit(d, 0, 0), sigma_fit(d, 1, 1)};
    for (int degree = 1; degree <= std::min(3, levels - 1); ++degree) {
        fits.push_back(sigma_fit(d, 0, degree));
    }
    std::erase_if(fits, [](const SigmaFit& f) { return f.largest_miss >= 1e9; });
    std::stable_sort(fits.begin(), fits.end(), [](const SigmaFit& a, const SigmaFit& b) {
        return a.fit.aicc() < b.fit.aicc();
    });
    return fits;
}

std::vector<DriftFit> fit_drift(const MeasuredConductances& measured) {
    if (measured.time_second.size() < 3 || measured.time_second.front() <= 0) return {};
    std::vector<DriftFit> fits{drift_fit(measured, DriftKind::power),
                               drift_fit(measured, DriftKind::logarithmic)};
    if (fits[1].chi_square < fits[0].chi_square) std::swap(fits[0], fits[1]);
    return fits;
}

}  // namespace ohmgrid
