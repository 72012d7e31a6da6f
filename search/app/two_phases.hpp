#pragma once

#include <optional>
#include <vector>

#include "search/objective/sensitivity.hpp"
#include "search/solver/minimise.hpp"

namespace ohmgrid {

/// What is lost by choosing in two phases (types, sharing and the rest of the circuits first, with
/// the most bits everywhere; then bits alone) instead of everything at once, under the same budget
/// for the sum of sensitivities: the objective of the former over that of `joint`, minus 1. Both
/// are exact optima of the cost tables.
/// Nothing if only bits are to be chosen, or if the first phase finds nothing within the limits.
/// @param layers  what the search file lets every layer choose, as `space` was made from
/// @param goal    its quality plays no part
std::optional<double> two_phase_excess(const Space& space, const std::vector<LayerSpace>& layers,
                                       const SensitivityBook& book, Goal goal, double budget,
                                       const Scored& joint, const RunContext& context);

}  // namespace ohmgrid
