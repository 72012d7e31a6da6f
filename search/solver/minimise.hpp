#pragma once

#include "search/solver/goal.hpp"
#include "sim/core/run_context.hpp"

namespace ohmgrid {

/// The best design by one objective, with what is known about any other.
struct BestResult {
    std::optional<Scored> best = {};  ///< none: no design is within the limits
    /// No design within the limits has a smaller merit (figures.hpp). Equal to the best's merit,
    /// up to the rounding of sums, if `is_complete`.
    double lower_bound = 0;
    bool is_complete = true;       ///< false: gave up with `lower_bound` proven so far
    std::int64_t evaluations = 0;  ///< designs whose exact figures were computed
    std::int64_t bounds = 0;       ///< linear bounds computed, each one pass through the chain
    std::int64_t labels = 0;       ///< partial designs kept
    std::size_t scenarios = 0;
};

/// Options of `minimise` and `enumerate_networks`.
struct MinimiseOptions {
    std::int64_t most_labels = 150'000;  ///< per scenario; beyond, gives up with a gap
    int most_cells = 64;                 ///< open cells handed to the label search
    int most_rounds = 600;               ///< cells split per scenario
};

/// Finds the design with the least merit of `goal.objective` within the goal's limits.
///
/// A merit is a sum of logarithms of area, latency, energy and operations. Over a box of these
/// (a *cell*) it is at least a linear function of what layers add up to: logarithms with a positive
/// sign lie above their chord, those with a negative sign above their tangent. The minimum of that
/// function over all designs is one pass through the chain; limits enter with multipliers. Cells
/// are split where the function is loosest, and dropped once it exceeds the best design known. What
/// cells then remain open, a label search finishes: it drops partial designs that no open cell can
/// use or that another one dominates (docs/models/search.md).
/// @throws Interrupted
BestResult minimise(const Space& space, const CostModel& model, const Goal& goal,
                    const RunContext& context, const MinimiseOptions& options = {});

/// The best design of every network (widths and kernels) whose merit is at most `most_merit` and
/// within the limits, in ascending order of merit.
struct NetworkList {
    std::vector<Scored> best_of_network = {};
    bool is_complete = true;  ///< false: there are too many
    std::int64_t labels = 0;
};
NetworkList enumerate_networks(const Space& space, const CostModel& model, const Goal& goal,
                               double most_merit, const RunContext& context,
                               const MinimiseOptions& options = {});

}  // namespace ohmgrid
