#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "search/objective/cost_model.hpp"

namespace ohmgrid {

/// What every option of every layer adds to a separable prediction of accuracy, in the order of the
/// chain: by layer, scope index and option.
using QualityTable = std::vector<std::vector<std::vector<double>>>;

/// What a search looks for.
struct Goal {
    Figure objective = Figure::edap;
    std::vector<Limit> limits = {};
    QualityTable quality = {};                 ///< empty: no prediction
    std::optional<double> least_quality = {};  ///< sum of the predictions
};

/// A design with its exact figures.
struct Scored {
    Design design;
    Figures figures;
    double quality = 0;
};

/// The sum of a design's predictions.
double quality_of(const Space& space, const QualityTable& table, const Design& design);

/// Everything a goal limits holds.
bool is_feasible(const Scored& scored, const Goal& goal);

/// The tables of a scenario with the goal's predictions entered.
ChainTables tables_for(const CostModel& model, const Scenario& scenario, const Goal& goal);

}  // namespace ohmgrid
