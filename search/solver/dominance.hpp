#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "search/objective/cost_model.hpp"
#include "search/solver/linear_bound.hpp"

namespace ohmgrid {

/// A partial design: its sums, and where it came from.
struct Label {
    Measures sum;
    std::uint64_t network = 0;  ///< of widths and kernels so far, if networks are kept apart
    std::int32_t parent = 0;    ///< in the state it came from
    std::int32_t step = 0;
    std::int32_t entry = 0;
    std::uint8_t attains = 0;
};

/// Totals within which alone a design is of interest, chip-wide quantities included.
struct MeritBox {
    std::array<double, 4> low = {};  ///< tile area, latency, energy with leakage, operations
    std::array<double, 4> high = {};
    double path_low = 0;
    double path_high = 0;
    double leakage_low = 0;
    double leakage_high = 0;
    double interval_low = 0;
};

/// Dominance by merits: a is at least as good as b if for the objective and every limited figure
/// the merit of a is no larger whatever completes both, as long as b ends in the box. Differences
/// of logarithms are bounded by the box; the narrower it is, the more the rule resembles a
/// comparison of two numbers.
struct MeritRule {
    std::vector<Exponents> merits;
    MeritBox box;
    /// If the first merit is an energy per operation: the range of joules of interest; else 0.
    double ratio_low = 0;
    double ratio_high = 0;
    Weights order;  ///< near the objective: labels are offered in ascending order of it
};

/// What is worth keeping apart.
struct DominanceRules {
    bool area = true;                      ///< smaller is better
    bool latency = true;                   ///< likewise
    bool energy = false;                   ///< likewise, leakage with it
    bool operations = false;               ///< more is better
    bool quality = false;                  ///< likewise
    bool has_area_floor = false;           ///< more area can be needed too
    bool by_network = false;               ///< compare designs of equal widths and kernels only
    std::optional<MeritRule> merits = {};  ///< another way to dominate
};

/// True if every completion leaves a at least as good as b in all that the rules name, whatever
/// path to the tiles both then have. docs/models/search.md proves the inequalities.
class Dominance {
  public:
    Dominance(const DominanceRules& rules, const Coupling& coupling) : r_(rules), c_(coupling) {}

    bool operator()(const Label& a, const Label& b) const;

  private:
    [[nodiscard]] bool by_measures(const Measures& a, const Measures& b) const;
    [[nodiscard]] bool by_merits(const Measures& a, const Measures& b) const;

    const DominanceRules& r_;
    const Coupling& c_;
};

}  // namespace ohmgrid
