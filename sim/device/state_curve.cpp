#include "sim/device/state_curve.hpp"

#include <algorithm>
#include <cmath>

namespace ohmgrid {
namespace {

/// Where the logarithm of an empty state is cut off. Source: aihwkit, _ZERO_CLIP.
constexpr double least_state = 1e-7;

}  // namespace

bool StateCurve::is_zero() const {
    return constant == 0 && log_slope == 0 && scale == 0 && polynomial.empty();
}

double StateCurve::at(double g) const {
    const double state = std::max(g, least_state);
    if (state >= split) return polynomial_at(polynomial, state);
    double value = constant;
    if (log_slope != 0) value += log_slope * std::log(state);
    if (scale != 0) value += scale * std::pow(state, power);
    return std::min(std::max(value, low), high);
}

std::vector<ParamRow<StateCurve>> state_curve_rows(const std::string& of_what) {
    const auto row = [&](const char* key, double StateCurve::*member, std::string fallback,
                         const std::string& doc) {
        return param::number(key, member,
                             {.fallback = std::move(fallback), .doc = of_what + ": " + doc});
    };
    return {
        row("constant", &StateCurve::constant, "0", "c of c + d ln g + s g^p, g = G / g_max"),
        row("log_slope", &StateCurve::log_slope, "0", "d of c + d ln g + s g^p"),
        row("scale", &StateCurve::scale, "0", "s of c + d ln g + s g^p"),
        row("power", &StateCurve::power, "0", "p of c + d ln g + s g^p"),
        row("low", &StateCurve::low, "", "least value of that sum"),
        row("high", &StateCurve::high, "", "largest value of that sum"),
        row("split", &StateCurve::split, "", "g from which on the polynomial holds instead"),
        param::numbers(
            "polynomial", &StateCurve::polynomial,
            {.fallback = "", .doc = of_what + ": coefficients of powers of g, constant first"}),
    };
}

double polynomial_at(const std::vector<double>& coefficients, double x) {
    double sum = 0;
    for (std::size_t k = coefficients.size(); k-- > 0;) sum = sum * x + coefficients[k];
    return sum;
}

}  // namespace ohmgrid
