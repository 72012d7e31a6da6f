#pragma once

#include <string>
#include <vector>

#include "sim/core/parameters.hpp"

namespace ohmgrid {

/// How the standard deviation of a conductance depends on the state of the cell.
enum class SigmaKind {
    none,          ///< 0
    constant,      ///< sigma * g_max
    proportional,  ///< sigma * G
    inverse,       ///< sigma * g_max^2 / G
    polynomial,    ///< sum of polynomial[k] * (G / reference)^k
    saturating,    ///< amplitude * (1 - exp(-G / decay))
    logarithmic,   ///< amplitude * log10(G / reference)
    table,         ///< straight lines between (states, sigmas), level beyond its ends
};

/// One such law with its numbers. Where a fitted curve falls below zero the deviation is 0.
struct SigmaLaw {
    SigmaKind kind = SigmaKind::none;
    double sigma_ratio = 0;
    double reference_siemens = 0;
    std::vector<double> polynomial_siemens = {};
    double amplitude_siemens = 0;
    double decay_siemens = 0;
    std::vector<double> state_siemens = {};  ///< ascending
    std::vector<double> sigma_siemens = {};  ///< one per state
};

/// Standard deviation at the conductance `siemens` of a device that reaches `g_max_siemens`.
double standard_deviation_siemens(const SigmaLaw& law, double siemens, double g_max_siemens);

/// The keys `law`, `sigma`, `reference`, `polynomial`, `amplitude`, `decay`, `states` and `sigmas`
/// of a section; `of_what` stands in their descriptions ("programming error").
std::vector<ParamRow<SigmaLaw>> sigma_law_rows(const std::string& of_what);

/// Complains about numbers that the chosen law lacks or cannot use (DEV010); `section` is the
/// dotted name of the law's keys.
void check(const SigmaLaw& law, const std::string& section, const ParameterSet& set,
           Complaints& complaints);

}  // namespace ohmgrid
