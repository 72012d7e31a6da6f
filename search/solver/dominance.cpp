#include "search/solver/dominance.hpp"

#include <algorithm>
#include <cmath>

namespace ohmgrid {
namespace {

/// Equal sums taken in another order differ in their last bits; they shall count as equal.
constexpr double rounding = 1e-13;

bool below(double a, double b) { return a <= b + rounding * std::abs(b); }

/// Most that ln(y + d) - ln(y) can be for y in low .. high: the logarithm is concave.
double log_rise(double d, double low, double high) { return d > 0 ? d / low : d / high; }

enum Axis : std::size_t { area, latency, energy, operations };

/// Upper bounds of what design a has more than b once both are completed alike.
struct Differences {
    double area = 0;
    double latency = 0;
    double energy = 0;
    double fewer_operations = 0;
};

}  // namespace

bool Dominance::operator()(const Label& a, const Label& b) const {
    if ((a.attains & b.attains) != b.attains) return false;
    if (r_.by_network && a.network != b.network) return false;
    const Measures& x = a.sum;
    const Measures& y = b.sum;
    if ((c_.is_pipelined || c_.is_stepped) && x.tiles != y.tiles) return false;
    if (c_.is_pipelined && !below(x.slowest_long, y.slowest_short)) return false;
    if (r_.has_area_floor &&
        (x.tiles != y.tiles || !below(y.area_m2, x.area_m2) || !below(x.area_m2, y.area_m2))) {
        return false;
    }
    if (r_.quality && !below(-x.quality, -y.quality)) return false;
    return by_measures(x, y) || (r_.merits && by_merits(x, y));
}

bool Dominance::by_measures(const Measures& x, const Measures& y) const {
    const double difference = x.tiles - y.tiles;
    const double more = std::max(difference, 0.0);
    const double apart = std::abs(difference);
    if (r_.area && !below(x.area_m2 + c_.area_per_tile * more, y.area_m2)) return false;
    if (r_.latency) {
        const double margin = c_.latency_per_tile * apart + y.latency_bend;
        if (!below(x.latency_short + margin, y.latency_short)) return false;
        if (!below(x.latency_long + margin, y.latency_long)) return false;
    }
    if (r_.energy) {
        const double margin = c_.energy_per_tile * apart;
        if (!below(x.energy_short + margin, y.energy_short)) return false;
        if (!below(x.energy_long + margin, y.energy_long)) return false;
        if (!below(x.leakage_watt + c_.leakage_per_tile * more, y.leakage_watt)) return false;
    }
    return !r_.operations || below(-x.operations, -y.operations);
}

bool Dominance::by_merits(const Measures& x, const Measures& y) const {
    const MeritBox& box = r_.merits->box;
    const double difference = x.tiles - y.tiles;
    const double more = std::max(difference, 0.0);
    const double apart = std::abs(difference);
    const double grown = std::max(0.0, x.area_m2 - y.area_m2);
    if (c_.is_stepped && grown > 0) return false;
    // Wiring and path grow with the root of the area.
    const double root_slope = 0.5 / box.low[area];
    const double path = box.path_high * root_slope * grown;
    const Cost wiring = c_.widest_wiring();
    const double scale = std::sqrt((box.high[area] + grown) / c_.reference_area_m2);

    Differences d;
    d.area = x.area_m2 - y.area_m2 + c_.area_per_tile * more +
             wiring.area_m2 * scale * root_slope * grown;
    d.latency = std::max(x.latency_short - y.latency_short, x.latency_long - y.latency_long) +
                y.latency_bend + c_.latency_per_tile * apart + c_.latency_per_metre * path;
    const auto energy_at = [&](const Measures& m, double at) {
        const double length = c_.path_long - c_.path_short;
        const double share = length > 0 ? (at - c_.path_short) / length : 0;
        return m.energy_short + share * (m.energy_long - m.energy_short);
    };
    const double dynamic = std::max(energy_at(x, box.path_low) - energy_at(y, box.path_low),
                                    energy_at(x, box.path_high) - energy_at(y, box.path_high)) +
                           c_.energy_per_tile * apart + c_.energy_per_metre * path;
    const double watt = x.leakage_watt - y.leakage_watt + c_.leakage_per_tile * more +
                        wiring.leakage_watt * scale * root_slope * grown;
    const double most_latency =
        box.high[latency] + c_.latency_per_metre * (c_.path_long - c_.path_short);
    const double slower = c_.is_pipelined ? 0 : d.latency;
    const double shortest = c_.is_pipelined ? box.interval_low : box.low[latency];
    d.energy = dynamic + watt * (watt > 0 ? most_latency : shortest) +
               slower * (slower > 0 ? box.leakage_high + std::max(0.0, watt) : box.leakage_low);
    d.fewer_operations = y.operations - x.operations;

    const double area_low = box.low[area] + c_.shared(0, box.low[area]).area_m2;
    const double area_high = box.high[area] + c_.shared(1e18, box.high[area]).area_m2;
    for (const Exponents& e : r_.merits->merits) {
        if (&e == &r_.merits->merits.front() && r_.merits->ratio_high > 0) {
            const double fewer = d.fewer_operations;
            const double ratio = fewer > 0 ? r_.merits->ratio_high : r_.merits->ratio_low;
            if (d.energy + ratio * fewer > rounding * box.low[energy]) return false;
            continue;
        }
        double rise = 0;
        if (e.area != 0) rise += e.area * log_rise(d.area, area_low, area_high);
        const double in_time = e.latency + (c_.is_pipelined ? 0 : e.interval);
        if (in_time != 0) rise += in_time * log_rise(d.latency, box.low[latency], most_latency);
        if (e.energy != 0) rise += e.energy * log_rise(d.energy, box.low[energy], box.high[energy]);
        if (e.operations != 0) {
            const double fewer = d.fewer_operations;
            if (fewer >= box.low[operations]) return false;
            rise -= e.operations * (fewer > 0 ? fewer / (box.low[operations] - fewer)
                                              : fewer / (box.high[operations] - fewer));
        }
        if (rise > rounding) return false;
    }
    return true;
}

}  // namespace ohmgrid
