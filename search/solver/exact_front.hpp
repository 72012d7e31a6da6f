#pragma once

#include "search/archive/front.hpp"
#include "search/solver/dominance.hpp"
#include "search/solver/goal.hpp"
#include "sim/core/run_context.hpp"

namespace ohmgrid {

/// The whole Pareto front, and how it came about.
struct FrontResult {
    std::vector<Scored> points;    ///< ascending in the first figure
    std::int64_t labels = 0;       ///< partial designs kept
    std::int64_t evaluations = 0;  ///< complete designs whose exact figures were computed
    std::size_t scenarios = 0;
    bool is_complete = true;  ///< false: a scenario had too many labels, points may be missing
};

/// All designs within the goal's limits that no other such design beats in all of `figures`
/// (its objective plays no part). Exact; costs grow with the length of the front.
/// @throws InputError GOA001 an area shall be at least something and the front knows area
/// @throws Interrupted
FrontResult exact_front(const Space& space, const CostModel& model,
                        const std::vector<Figure>& figures, const Goal& goal,
                        const RunContext& context,
                        std::int64_t most_labels = std::int64_t{1} << 40);

/// What a front compares: figures so that smaller is better.
std::vector<double> costs_of(const Figures& figures, const std::vector<Figure>& compared);

/// The measures that figures and limits depend on.
DominanceRules rules_for(const std::vector<Figure>& figures, const Goal& goal,
                         const Coupling& coupling);

}  // namespace ohmgrid
