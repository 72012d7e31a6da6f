#pragma once

#include <limits>
#include <string>
#include <vector>

#include "sim/core/parameters.hpp"

namespace ohmgrid {

/// A plain number that depends on the state g = G / g_max of a cell, such as a drift exponent:
///
///   f(g) = constant + log_slope * ln g + scale * g^power, held inside low .. high   for g < split
///   f(g) = sum of polynomial[k] * g^k                                               for g >= split
///
/// These are the forms in which measurements of phase-change memory are published (Nandakumar et
/// al., ICECS 2019; Le Gallo et al., Nat. Electron. 2023). Below g = 1e-7 the value at 1e-7 holds.
struct StateCurve {
    double constant = 0;
    double log_slope = 0;
    double scale = 0;
    double power = 0;
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    double split = std::numeric_limits<double>::infinity();
    std::vector<double> polynomial = {};

    [[nodiscard]] bool is_zero() const;
    [[nodiscard]] double at(double g) const;
};

/// The keys `constant`, `log_slope`, ... of a section; `of_what` stands in their descriptions.
std::vector<ParamRow<StateCurve>> state_curve_rows(const std::string& of_what);

/// sum of coefficients[k] * x^k
double polynomial_at(const std::vector<double>& coefficients, double x);

}  // namespace ohmgrid
