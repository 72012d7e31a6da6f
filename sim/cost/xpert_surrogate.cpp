#include "sim/cost/xpert_surrogate.hpp"

#include <cmath>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

// The circuit the regression was fitted for.
constexpr std::int64_t array_side = 64;
constexpr std::int64_t cells_per_weight = 2;
constexpr std::int64_t arrays_per_tile = 64;

/// Square micrometres, and units of latency.
struct Coefficients {
    struct {
        double a, b, c, d, e;
    } area;
    struct {
        double a, b, d, e;
    } latency;
};

constexpr Coefficients flash{
    .area = {2557.17, 1325750339.015, 0.00378027, -1325744426.157, 355177.966},
    .latency = {0.0883697, 8.46678e-05, 0.1046974, 0.1253233}};
constexpr Coefficients sar{
    .area = {1662.14, 1647434588.007, 0.00116103, -1647433897.235, 328615.051},
    .latency = {0.2405103, 4.32503e-04, 0.4050949, 0.1603330}};
constexpr double square_micrometre = 1e-12;

std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

const Coefficients& coefficients_of(const LayerPlan& plan) {
    return plan.adc.type == AdcType::flash ? flash : sar;
}

double area_m2(const LayerPlan& plan, std::int64_t tiles) {
    const auto& k = coefficients_of(plan).area;
    const double sharing = static_cast<double>(plan.array.column_sharing);
    const double t = static_cast<double>(tiles);
    return square_micrometre *
           ((k.a * sharing + k.e) * t + k.b * std::exp(k.c * t / sharing) + k.d);
}

}  // namespace

XpertCost xpert_surrogate(const LayerPlan& plan) {
    const LayerShape& shape = plan.shape;
    const std::int64_t arrays = shape.groups * ceil_divide(shape.rows, array_side) *
                                ceil_divide(cells_per_weight * shape.channels, array_side);
    const std::int64_t tiles = ceil_divide(arrays, arrays_per_tile);
    const double t = static_cast<double>(tiles);
    const double speedup = static_cast<double>(arrays_per_tile) * t / static_cast<double>(arrays);
    const double sharing = static_cast<double>(plan.array.column_sharing);
    const auto& k = coefficients_of(plan).latency;
    return {.area_m2 = area_m2(plan, tiles),
            .latency = (k.a * k.e * t + k.b * sharing * sharing + k.d) *
                       static_cast<double>(shape.windows) / speedup,
            .tiles = tiles};
}

XpertCost xpert_surrogate(std::span<const LayerPlan> network) {
    XpertCost sum;
    const LayerPlan* last = nullptr;
    for (const LayerPlan& plan : network) {
        if (plan.shape.op != Op::convolution) continue;
        if (last != nullptr) {
            const XpertCost layer = xpert_surrogate(*last);
            sum.area_m2 += layer.area_m2;
            sum.latency += layer.latency;
            sum.tiles += layer.tiles;
        }
        last = &plan;
    }
    if (last == nullptr) {
        throw InputError(Message{.place = {},
                                 .id = "COST007",
                                 .what = "XPert's regression knows convolutions only, and the "
                                         "network has none",
                                 .remedy = "Use another cost.profile"});
    }
    sum.area_m2 += area_m2(*last, 1);
    sum.tiles += 1;
    return sum;
}

}  // namespace ohmgrid
