#include "search/archive/front.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace ohmgrid {
namespace {

bool at_least_as_good(std::span<const double> a, std::span<const double> b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] > b[i]) return false;
    }
    return true;
}

}  // namespace

bool Front::covers(std::span<const double> costs) const {
    if (costs_ == 2) {
        const auto next = stairs_.upper_bound(costs[0]);
        return next != stairs_.begin() && std::prev(next)->second.costs[1] <= costs[1];
    }
    return std::ranges::any_of(
        rest_, [&](const FrontPoint& p) { return at_least_as_good(p.costs, costs); });
}

void Front::offer(FrontPoint point) {
    if (covers(point.costs)) return;
    if (costs_ == 2) {
        auto at = stairs_.lower_bound(point.costs[0]);
        while (at != stairs_.end() && at->second.costs[1] >= point.costs[1]) at = stairs_.erase(at);
        const double key = point.costs[0];
        stairs_.emplace(key, std::move(point));
        return;
    }
    std::erase_if(rest_,
                  [&](const FrontPoint& p) { return at_least_as_good(point.costs, p.costs); });
    rest_.push_back(std::move(point));
}

std::size_t Front::size() const { return costs_ == 2 ? stairs_.size() : rest_.size(); }

std::vector<FrontPoint> Front::points() const {
    std::vector<FrontPoint> all = rest_;
    for (const auto& [cost, point] : stairs_) all.push_back(point);
    std::ranges::sort(all, [](const FrontPoint& a, const FrontPoint& b) {
        return std::tie(a.costs, a.design) < std::tie(b.costs, b.design);
    });
    return all;
}

double dominated_share(std::span<const FrontPoint> points, std::span<const double> ideal,
                       std::span<const double> reference) {
    const auto place = [&](double cost, std::size_t axis) {
        const double at = std::log(cost / ideal[axis]) / std::log(reference[axis] / ideal[axis]);
        return std::clamp(at, 0.0, 1.0);
    };
    std::vector<std::pair<double, double>> stairs;
    for (const FrontPoint& p : points)
        stairs.emplace_back(place(p.costs[0], 0), place(p.costs[1], 1));
    std::ranges::sort(stairs);
    double share = 0;
    double height = 1;
    for (const auto& [x, y] : stairs) {
        if (y >= height) continue;
        share += (1 - x) * (height - y);
        height = y;
    }
    return share;
}

}  // namespace ohmgrid
