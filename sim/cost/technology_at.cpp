#include "sim/cost/technology_at.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/core/units.hpp"

namespace ohmgrid {
namespace {

// Feature sizes are written in whole nanometres; this absorbs their binary rounding.
constexpr double node_tolerance = 1e-6;

// Positive values, which scale.
constexpr std::array scaled{&Technology::feature_metre,
                            &Technology::supply_volt,
                            &Technology::threshold_volt,
                            &Technology::gate_farad_per_metre,
                            &Technology::junction_farad_per_m2,
                            &Technology::sidewall_farad_per_metre,
                            &Technology::channel_farad_per_metre,
                            &Technology::on_n_ampere_per_metre,
                            &Technology::on_p_ampere_per_metre,
                            &Technology::off_n_ampere_per_metre,
                            &Technology::off_p_ampere_per_metre,
                            &Technology::resistance_factor,
                            &Technology::off_efold_n_kelvin,
                            &Technology::off_efold_p_kelvin,
                            &Technology::gate_pitch_f,
                            &Technology::row_height_f,
                            &Technology::sram_width_f,
                            &Technology::sram_height_f,
                            &Technology::wire_width_metre,
                            &Technology::wire_aspect,
                            &Technology::wire_ohm_metre,
                            &Technology::wire_farad_per_metre};
constexpr std::array linear{&Technology::on_slope_n_per_kelvin, &Technology::on_slope_p_per_kelvin};

Technology between(const Technology& small, const Technology& large, double node_metre) {
    const double t = std::log(node_metre / small.feature_metre) /
                     std::log(large.feature_metre / small.feature_metre);
    Technology result = small;
    for (double Technology::*value : scaled) {
        const double a = small.*value;
        const double b = large.*value;
        result.*value = a > 0 && b > 0 ? a * std::pow(b / a, t) : a + t * (b - a);
    }
    for (double Technology::*value : linear) {
        result.*value = small.*value + t * (large.*value - small.*value);
    }
    result.name = format_quantity(node_metre, dimension::length) + ", between " + small.name +
                  " and " + large.name;
    return result;
}

}  // namespace

Technology technology_at(std::span<const Technology> known, double node_metre) {
    std::vector<Technology> sorted(known.begin(), known.end());
    std::ranges::sort(sorted, {}, &Technology::feature_metre);
    for (const Technology& t : sorted) {
        if (std::abs(t.feature_metre / node_metre - 1) < node_tolerance) return t;
    }
    for (std::size_t i = 0; i + 1 < sorted.size(); ++i) {
        if (sorted[i].feature_metre < node_metre && node_metre < sorted[i + 1].feature_metre) {
            return between(sorted[i], sorted[i + 1], node_metre);
        }
    }
    throw InputError(Message{
        .place = {},
        .id = "COST011",
        .what =
            "there is no technology at " + format_quantity(node_metre, dimension::length) +
            (sorted.empty()
                 ? std::string()
                 : " (known from " +
                       format_quantity(sorted.front().feature_metre, dimension::length) + " to " +
                       format_quantity(sorted.back().feature_metre, dimension::length) + ")"),
        .remedy = "Write a technology file of your own; see devices/technology"});
}

}  // namespace ohmgrid
