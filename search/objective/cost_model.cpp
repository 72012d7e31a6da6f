#include "search/objective/cost_model.hpp"

#include <algorithm>
#include <cmath>

namespace ohmgrid {
namespace {

/// Sums taken in another order differ in their last bits; bounds leave room for that.
constexpr double rounding = 1e-11;

}  // namespace

Measures& Measures::operator+=(const Measures& m) {
    area_m2 += m.area_m2;
    tiles += m.tiles;
    latency_short += m.latency_short;
    latency_long += m.latency_long;
    latency_bend += m.latency_bend;
    energy_short += m.energy_short;
    energy_long += m.energy_long;
    leakage_watt += m.leakage_watt;
    operations += m.operations;
    quality += m.quality;
    slowest_short = std::max(slowest_short, m.slowest_short);
    slowest_long = std::max(slowest_long, m.slowest_long);
    return *this;
}

std::size_t Coupling::place_of(double tiles) const {
    const double last = static_cast<double>(wiring.size()) - 1;
    return static_cast<std::size_t>(
        std::clamp(tiles - static_cast<double>(first_tiles), 0.0, last));
}

Cost Coupling::shared(double tiles, double area_m2) const {
    if (wiring.empty()) return {};
    const Cost& wires = wiring[place_of(tiles)];
    const double scale = std::sqrt(area_m2 / reference_area_m2);
    return {.area_m2 = fixed_area_m2 + scale * wires.area_m2,
            .leakage_watt = fixed_leakage_watt + scale * wires.leakage_watt};
}

double Coupling::shortest_path(double least_tiles, double most_tiles, double area_m2) const {
    if (path_metre.empty()) return path_short;
    const auto first = static_cast<std::ptrdiff_t>(place_of(least_tiles));
    const auto last = std::max(first, static_cast<std::ptrdiff_t>(place_of(most_tiles)));
    const double path =
        *std::min_element(path_metre.begin() + first, path_metre.begin() + last + 1);
    return std::clamp(path * std::sqrt(area_m2 / reference_area_m2), path_short, path_long);
}

Figures Coupling::optimistic(const Measures& least) const {
    const Cost common = shared(least.tiles, least.area_m2);
    const double interval = is_pipelined ? least.slowest_short : least.latency_short;
    const double low = 1 - rounding;
    return {.area_m2 = low * (least.area_m2 + common.area_m2),
            .latency_second = low * least.latency_short,
            .interval_second = low * interval,
            .energy_joule =
                low * (least.energy_short + (least.leakage_watt + common.leakage_watt) * interval),
            .operations = (1 + rounding) * least.operations};
}

}  // namespace ohmgrid
