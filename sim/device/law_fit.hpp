#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/device/drift.hpp"
#include "sim/device/measured.hpp"
#include "sim/device/sigma_law.hpp"

namespace ohmgrid {

/// A weighted straight-line or polynomial fit: coefficients with their standard errors, and how far
/// the points are from it.
struct WeightedFit {
    std::vector<double> coefficients;
    std::vector<double> standard_errors;  ///< from the points' own errors, taken as known
    double chi_square = 0;
    std::size_t points = 0;

    /// Akaike's criterion with the small-sample correction of Hurvich and Tsai (Biometrika 76, 297,
    /// 1989), up to a constant; infinite if there are too few points.
    [[nodiscard]] double aicc() const;
    [[nodiscard]] std::size_t degrees_of_freedom() const { return points - coefficients.size(); }
};

/// Least squares of y over basis functions: `basis[k][i]` is function k at point i.
WeightedFit weighted_fit(const std::vector<std::vector<double>>& basis,
                         const std::vector<double>& y, const std::vector<double>& errors);

/// A law of the programming error fitted to the deviations of the measured levels.
struct SigmaFit {
    std::string name;  ///< "constant", "proportional", "polynomial of degree 2"
    SigmaLaw law;
    WeightedFit fit;
    double largest_miss = 0;  ///< largest |fitted - measured| / measured deviation of a level
};

/// Every law that the levels can support, the best (least AICc) first: constant, proportional, and
/// polynomials of degree 1 to 3 in G / g_max. A level with n cells of deviation s has an error of
/// s / sqrt(2 (n - 1)), that of a normal distribution. Laws that fall below zero at a level are
/// left out.
std::vector<SigmaFit> fit_programming_error(const MeasuredConductances& measured);

/// A law of drift fitted to means and deviations over time.
struct DriftFit {
    std::string name;       ///< "power" or "logarithmic"
    DriftSpec drift;        ///< reference = the first time
    WeightedFit exponent;   ///< power: c and d of c + d ln g; logarithmic: the shift (siemens)
    double spread = 0;      ///< of the exponent, or of the shift (siemens per e-fold)
    double chi_square = 0;  ///< of all levels' means over time
};

/// Power and logarithmic law, the one nearer to the means first; empty with fewer than three times
/// or a first time of 0. Power: a straight line through ln(mean) over ln(t) for every level gives
/// its exponent, whose dependence on the state is then fitted; the spread follows from the growth
/// of (s / mean)^2 as spread^2 ln^2(t / t0). Means of different times are taken as independent,
/// although the same cells are measured again: errors of exponents are upper bounds.
std::vector<DriftFit> fit_drift(const MeasuredConductances& measured);

}  // namespace ohmgrid
