#include "sim/device/sigma_law.hpp"

#include <algorithm>
#include <cmath>

#include "sim/device/detail/complain.hpp"
#include "sim/device/state_curve.hpp"

namespace ohmgrid {
namespace {

double interpolated(const std::vector<double>& x, const std::vector<double>& y, double at) {
    const auto upper = std::upper_bound(x.begin(), x.end(), at);
    if (upper == x.begin()) return y.front();
    if (upper == x.end()) return y.back();
    const auto i = static_cast<std::size_t>(upper - x.begin());
    const double share = (at - x[i - 1]) / (x[i] - x[i - 1]);
    return y[i - 1] + share * (y[i] - y[i - 1]);
}

std::vector<ParamRow<SigmaLaw>> curve_rows(const std::string& of_what) {
    return {
        param::quantity("reference", &SigmaLaw::reference_siemens, dimension::conductance,
                        {.fallback = "1 uS",
                         .low = 1e-15,
                         .high = 1,
                         .doc = of_what + ", polynomial and logarithmic law: unit of G"}),
        param::quantities("polynomial", &SigmaLaw::polynomial_siemens, dimension::conductance,
                          {.fallback = "",
                           .low = -1,
                           .high = 1,
                           .doc = of_what + ", polynomial law: coefficients, constant first"}),
        param::quantity("amplitude", &SigmaLaw::amplitude_siemens, dimension::conductance,
                        {.fallback = "0 S",
                         .low = 0,
                         .high = 1,
                         .doc = of_what + ", saturating and logarithmic law: scale"}),
        param::quantity("decay", &SigmaLaw::decay_siemens, dimension::conductance,
                        {.fallback = "1 uS",
                         .low = 1e-15,
                         .high = 1,
                         .doc = of_what + ", saturating law: G at 63 % of the amplitude"}),
        param::quantities(
            "states", &SigmaLaw::state_siemens, dimension::conductance,
            {.fallback = "", .low = 0, .high = 1, .doc = of_what + ", table law: conductances"}),
        param::quantities("sigmas", &SigmaLaw::sigma_siemens, dimension::conductance,
                          {.fallback = "",
                           .low = 0,
                           .high = 1,
                           .doc = of_what + ", table law: deviation at each of the states"}),
    };
}

}  // namespace

double standard_deviation_siemens(const SigmaLaw& law, double siemens, double g_max_siemens) {
    const auto value = [&] {
        switch (law.kind) {
            case SigmaKind::none:
                return 0.0;
            case SigmaKind::constant:
                return law.sigma_ratio * g_max_siemens;
            case SigmaKind::proportional:
                return law.sigma_ratio * siemens;
            case SigmaKind::inverse:
                return siemens > 0 ? law.sigma_ratio * g_max_siemens * g_max_siemens / siemens : 0;
            case SigmaKind::polynomial:
                return polynomial_at(law.polynomial_siemens, siemens / law.reference_siemens);
            case SigmaKind::saturating:
                return law.amplitude_siemens * -std::expm1(-siemens / law.decay_siemens);
            case SigmaKind::logarithmic:
                return siemens > 0
                           ? law.amplitude_siemens * std::log10(siemens / law.reference_siemens)
                           : 0;
            case SigmaKind::table:
                return interpolated(law.state_siemens, law.sigma_siemens, siemens);
        }
        return 0.0;
    };
    return std::max(value(), 0.0);
}

std::vector<ParamRow<SigmaLaw>> sigma_law_rows(const std::string& of_what) {
    std::vector<ParamRow<SigmaLaw>> rows{
        param::choice("law", &SigmaLaw::kind,
                      {{"none", SigmaKind::none},
                       {"constant", SigmaKind::constant},
                       {"proportional", SigmaKind::proportional},
                       {"inverse", SigmaKind::inverse},
                       {"polynomial", SigmaKind::polynomial},
                       {"saturating", SigmaKind::saturating},
                       {"logarithmic", SigmaKind::logarithmic},
                       {"table", SigmaKind::table}},
                      {.fallback = "none",
                       .doc = of_what + ": how its standard deviation follows the conductance G"}),
        param::number("sigma", &SigmaLaw::sigma_ratio,
                      {.fallback = "0",
                       .low = 0,
                       .high = 10,
                       .doc = of_what + ": standard deviation in g_max (constant), in G "
                                        "(proportional) or in g_max^2 / G (inverse)"}),
    };
    for (ParamRow<SigmaLaw>& row : curve_rows(of_what)) rows.push_back(std::move(row));
    return rows;
}

void check(const SigmaLaw& law, const std::string& section, const ParameterSet& set,
           Complaints& complaints) {
    const auto complain = [&](const std::string& key, const std::string& what, const char* remedy) {
        detail::complain(set, complaints, "DEV010", section + '.' + key, section + ".law", what,
                         remedy);
    };
    if (law.kind == SigmaKind::polynomial && law.polynomial_siemens.empty()) {
        complain("polynomial", "has no coefficients, as a polynomial law needs",
                 "Write them with units, constant first: [\"0.3 uS\", \"2 uS\"]");
    }
    if (law.kind != SigmaKind::table) return;
    if (law.state_siemens.empty() || law.state_siemens.size() != law.sigma_siemens.size()) {
        complain("sigmas",
                 "has " + std::to_string(law.sigma_siemens.size()) + " values for " +
                     std::to_string(law.state_siemens.size()) + " states",
                 "Give one deviation for every state");
    }
    if (std::adjacent_find(law.state_siemens.begin(), law.state_siemens.end(),
                           [](double a, double b) { return a >= b; }) != law.state_siemens.end()) {
        complain("states", "do not ascend", "Sort them, and give each only once");
    }
}

}  // namespace ohmgrid
