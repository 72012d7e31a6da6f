#pragma once

#include <optional>
#include <vector>

#include "search/objective/cost_model.hpp"

namespace ohmgrid {

/// A linear function of a design's measures.
struct Weights {
    double constant = 0;
    double area = 0;
    double latency_short = 0;
    double energy_short = 0;
    double energy_long = 0;
    double leakage = 0;
    double operations = 0;
    double quality = 0;

    /// Without the constant.
    [[nodiscard]] double of(const Measures& m) const {
        return area * m.area_m2 + latency_short * m.latency_short + energy_short * m.energy_short +
               energy_long * m.energy_long + leakage * m.leakage_watt + operations * m.operations +
               quality * m.quality;
    }
};

/// The minimum of a linear function over all completions of a partial design, from every state:
/// one backward pass through the chain (Viterbi).
class LinearBound {
  public:
    LinearBound(const Space& space, const ChainTables& tables, const Weights& weights);

    /// Least value, constant included, that a design which begins with `sum` in `state` can have.
    [[nodiscard]] double at(std::size_t boundary, int state, const Measures& sum) const {
        return weights_.constant + weights_.of(sum) +
               rest_[boundary][static_cast<std::size_t>(state)];
    }
    /// Of all designs; infinite if there are none.
    [[nodiscard]] double least() const { return weights_.constant + rest_.front().front(); }

    /// A design with the least value, and its totals.
    struct Best {
        Design design;
        Measures totals;
    };
    [[nodiscard]] std::optional<Best> best() const;

  private:
    const Space* space_;
    const ChainTables* tables_;
    Weights weights_;
    std::vector<std::vector<double>> rest_;  ///< by boundary and state
};

}  // namespace ohmgrid
