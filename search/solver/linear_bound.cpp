#include "search/solver/linear_bound.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ohmgrid {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

}  // namespace

LinearBound::LinearBound(const Space& space, const ChainTables& tables, const Weights& weights)
    : space_(&space), tables_(&tables), weights_(weights) {
    const std::size_t layers = space.layer_count();
    rest_.resize(layers + 1);
    rest_[layers].assign(1, 0.0);
    for (std::size_t layer = layers; layer-- > 0;) {
        rest_[layer].assign(static_cast<std::size_t>(space.state_count(layer)), infinite);
        std::vector<double> least;
        for (const auto& entries : tables.entries[layer]) {
            double best = infinite;
            for (const auto& e : entries) best = std::min(best, weights.of(e.measures));
            least.push_back(best);
        }
        for (const Step& step : space.steps(layer)) {
            double& rest = rest_[layer][static_cast<std::size_t>(step.from)];
            rest = std::min(rest, least[static_cast<std::size_t>(step.scope)] +
                                      rest_[layer + 1][static_cast<std::size_t>(step.to)]);
        }
    }
}

std::optional<LinearBound::Best> LinearBound::best() const {
    if (!std::isfinite(least())) return std::nullopt;
    Best best{.design = space_->first_design(), .totals = {}};
    int state = 0;
    for (std::size_t layer = 0; layer < space_->layer_count(); ++layer) {
        double least = infinite;
        const Step* taken = nullptr;
        const ChainTables::Entry* chosen = nullptr;
        for (const Step& step : space_->steps(layer)) {
            if (step.from != state) continue;
            const double rest = rest_[layer + 1][static_cast<std::size_t>(step.to)];
            for (const auto& e : tables_->entries[layer][static_cast<std::size_t>(step.scope)]) {
                const double value = weights_.of(e.measures) + rest;
                if (!(value < least)) continue;
                least = value;
                taken = &step;
                chosen = &e;
            }
        }
        space_->set_scope(layer, taken->scope, best.design);
        best.design.options[layer] = chosen->option;
        best.totals += chosen->measures;
        state = taken->to;
    }
    return best;
}

}  // namespace ohmgrid
