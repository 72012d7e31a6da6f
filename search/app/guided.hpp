#pragma once

#include "search/app/score_book.hpp"
#include "search/solver/minimise.hpp"

namespace ohmgrid {

/// The best design whose network scores well enough.
struct GuidedResult {
    BestResult best;
    double score = 0;         ///< of the best design's network
    double least = 0;         ///< asked
    double base_score = 0;    ///< of the run file's own network
    double lead = 0;          ///< of its score over the base network's, mean over other draws
    double lead_spread = 0;   ///< standard deviation of that lead between draws
    std::string certificate;  ///< in words: what is proven and what is measured
};

/// A score does not add up over layers, so designs are scored in the order of their merit until one
/// passes. A separable guide, fitted to the scores of random networks, keeps that list short: only
/// networks whose prediction comes within its largest error of the asked score are looked at.
/// @throws InputError SEA007 no least score is asked; SEA009 no network passes
GuidedResult guided_search(const Space& space, const CostModel& model, Goal goal,
                           const AccuracySpec& spec, ScoreBook& scores, const RunContext& context);

}  // namespace ohmgrid
