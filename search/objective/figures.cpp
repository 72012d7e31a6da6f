#include "search/objective/figures.hpp"

#include <algorithm>
#include <cmath>

namespace ohmgrid {
namespace {

constexpr double tera = 1e12;
constexpr double mm2_per_m2 = 1e6;

/// What the product of powers is multiplied with to give the figure.
double unit_of(Figure figure) {
    switch (figure) {
        case Figure::tops_per_watt:
            return 1 / tera;
        case Figure::tops_per_mm2:
            return 1 / tera / mm2_per_m2;
        default:
            return 1;
    }
}

}  // namespace

std::string_view to_text(Figure figure) {
    switch (figure) {
        case Figure::area:
            return "area";
        case Figure::latency:
            return "latency";
        case Figure::energy:
            return "energy";
        case Figure::edap:
            return "edap";
        case Figure::tops_per_watt:
            return "tops_per_watt";
        case Figure::tops_per_mm2:
            return "tops_per_mm2";
    }
    return "";
}

bool is_better_small(Figure figure) {
    return figure != Figure::tops_per_watt && figure != Figure::tops_per_mm2;
}

Exponents exponents_of(Figure figure) {
    switch (figure) {
        case Figure::area:
            return {.area = 1};
        case Figure::latency:
            return {.latency = 1};
        case Figure::energy:
            return {.energy = 1};
        case Figure::edap:
            return {.area = 1, .latency = 1, .energy = 1};
        case Figure::tops_per_watt:
            return {.energy = 1, .operations = -1};
        case Figure::tops_per_mm2:
            return {.area = 1, .interval = 1, .operations = -1};
    }
    return {};
}

double merit(const Figures& f, const Exponents& e) {
    const auto term = [](double exponent, double value) {
        return exponent == 0 ? 0 : exponent * std::log(value);
    };
    return term(e.area, f.area_m2) + term(e.latency, f.latency_second) +
           term(e.interval, f.interval_second) + term(e.energy, f.energy_joule) +
           term(e.operations, f.operations);
}

double value_of_merit(double merit, Figure figure) {
    return std::exp(is_better_small(figure) ? merit : -merit) * unit_of(figure);
}

double merit_of_value(double value, Figure figure) {
    const double log = std::log(value / unit_of(figure));
    return is_better_small(figure) ? log : -log;
}

double value_of(const Figures& f, Figure figure) {
    switch (figure) {
        case Figure::area:
            return f.area_m2;
        case Figure::latency:
            return f.latency_second;
        case Figure::energy:
            return f.energy_joule;
        case Figure::edap:
            return f.energy_joule * f.latency_second * f.area_m2;
        case Figure::tops_per_watt:
            return f.operations / f.energy_joule * unit_of(figure);
        case Figure::tops_per_mm2:
            return f.operations / f.interval_second / f.area_m2 * unit_of(figure);
    }
    return 0;
}

bool within(const Figures& figures, const std::vector<Limit>& limits) {
    return std::ranges::all_of(limits, [&](const Limit& limit) {
        const double value = value_of(figures, limit.figure);
        return limit.is_upper ? value <= limit.value : value >= limit.value;
    });
}

}  // namespace ohmgrid
