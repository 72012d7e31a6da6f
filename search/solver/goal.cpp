#include "search/solver/goal.hpp"

#include <cmath>

namespace ohmgrid {
namespace {

/// Sums of predictions taken in another order differ in their last bits.
constexpr double rounding = 1e-12;

}  // namespace

double quality_of(const Space& space, const QualityTable& table, const Design& design) {
    if (table.empty()) return 0;
    double sum = 0;
    for (std::size_t i = 0; i < space.layer_count(); ++i) {
        sum += table[i][static_cast<std::size_t>(space.scope_index(i, design))]
                    [static_cast<std::size_t>(design.options[i])];
    }
    return sum;
}

bool is_feasible(const Scored& scored, const Goal& goal) {
    if (goal.least_quality &&
        scored.quality < *goal.least_quality - rounding * (1 + std::abs(*goal.least_quality))) {
        return false;
    }
    return within(scored.figures, goal.limits);
}

ChainTables tables_for(const CostModel& model, const Scenario& scenario, const Goal& goal) {
    ChainTables tables = model.tables(scenario);
    if (goal.quality.empty()) return tables;
    for (std::size_t i = 0; i < tables.entries.size(); ++i) {
        for (std::size_t scope = 0; scope < tables.entries[i].size(); ++scope) {
            for (ChainTables::Entry& e : tables.entries[i][scope]) {
                e.measures.quality = goal.quality[i][scope][static_cast<std::size_t>(e.option)];
            }
        }
    }
    return tables;
}

}  // namespace ohmgrid
