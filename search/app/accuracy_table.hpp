#pragma once

#include "search/app/guided.hpp"
#include "search/objective/guide.hpp"

namespace ohmgrid {

/// Accuracies of networks that somebody has trained, in a CSV file: one row per network, one column
/// per layer whose width is searched (named as the layer; layers whose outputs are added may be
/// named by any of them), and `score`.
/// @throws InputError SEA017 a row outside the space, or fewer than 8 rows; as read_csv_table
std::vector<ScoredNetwork> read_accuracy_table(const Space& space,
                                               const std::filesystem::path& path);

/// The best design among those whose predicted score is at least accuracy.least. The predictor is
/// a Guide fitted to the table; its error is measured on rows left out. It adds up over layers,
/// so the search is exact for it.
/// @throws InputError SEA007 no least score; as read_accuracy_table
GuidedResult predicted_search(const Space& space, const CostModel& model, Goal goal,
                              const AccuracySpec& spec, const RunContext& context);

}  // namespace ohmgrid
