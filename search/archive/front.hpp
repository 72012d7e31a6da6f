#pragma once

#include <map>
#include <span>
#include <vector>

#include "search/space/space.hpp"

namespace ohmgrid {

/// A design and what is compared of it: smaller is better in every place.
struct FrontPoint {
    Design design;
    std::vector<double> costs;
};

/// The designs that none of those offered so far dominates: no other one is at least as good in
/// all costs. Of equals the first offered stays.
class Front {
  public:
    explicit Front(std::size_t costs) : costs_(costs) {}

    /// Whether a point of the front is at least as good everywhere. O(log n) for two costs, else
    /// O(n).
    [[nodiscard]] bool covers(std::span<const double> costs) const;
    /// Adds the point unless it is covered, and drops those it dominates.
    void offer(FrontPoint point);

    [[nodiscard]] std::size_t size() const;
    /// In ascending order of the first cost, then the others.
    [[nodiscard]] std::vector<FrontPoint> points() const;

  private:
    std::size_t costs_;
    std::map<double, FrontPoint> stairs_;  ///< two costs: by the first
    std::vector<FrontPoint> rest_;         ///< any other number
};

/// Share of the box between the front's ideal point and `reference` that the front dominates, on
/// logarithmic axes: one figure for how good a front of two costs is. 0 for an empty front.
/// @param ideal, reference  two costs each; points beyond the reference count as lying on its edge
double dominated_share(std::span<const FrontPoint> points, std::span<const double> ideal,
                       std::span<const double> reference);

}  // namespace ohmgrid
