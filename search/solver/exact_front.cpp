#include "search/solver/exact_front.hpp"

#include <algorithm>
#include <cmath>

#include "search/solver/label_search.hpp"
#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

void refuse_floors(const Goal& goal) {
    if (std::ranges::none_of(goal.limits, [](const Limit& limit) {
            return is_better_small(limit.figure) && !limit.is_upper;
        })) {
        return;
    }
    throw InputError(Message{.place = {},
                             .id = "GOA001",
                             .what = "a front is asked for and a cost shall be at least something",
                             .remedy = "Drop the lower limit, or ask for one objective"});
}

}  // namespace

std::vector<double> costs_of(const Figures& figures, const std::vector<Figure>& compared) {
    std::vector<double> costs;
    for (const Figure f : compared) {
        const double value = value_of(figures, f);
        costs.push_back(is_better_small(f) ? value : -value);
    }
    return costs;
}

DominanceRules rules_for(const std::vector<Figure>& figures, const Goal& goal,
                         const Coupling& coupling) {
    DominanceRules rules{.area = coupling.path_long > coupling.path_short, .latency = false};
    const auto add = [&](const Figure f) {
        const Exponents e = exponents_of(f);
        const bool has_energy = e.energy != 0;
        rules.area = rules.area || e.area != 0;
        rules.latency = rules.latency || e.latency != 0 || e.interval != 0 || has_energy;
        rules.energy = rules.energy || has_energy;
        rules.operations = rules.operations || e.operations != 0;
    };
    for (const Figure f : figures) add(f);
    for (const Limit& limit : goal.limits) {
        add(limit.figure);
        rules.has_area_floor =
            rules.has_area_floor || (limit.figure == Figure::area && !limit.is_upper);
    }
    rules.quality = goal.least_quality.has_value();
    return rules;
}

FrontResult exact_front(const Space& space, const CostModel& model,
                        const std::vector<Figure>& figures, const Goal& goal,
                        const RunContext& context, std::int64_t most_labels) {
    refuse_floors(goal);
    FrontResult result;
    Front front(figures.size());
    std::vector<Scenario> scenarios = model.scenarios();
    std::ranges::reverse(scenarios);  // the largest buffer admits most designs
    for (const Scenario& scenario : scenarios) {
        context.report({.task = "front",
                        .unit = "scenarios",
                        .done = static_cast<std::int64_t>(result.scenarios++),
                        .total = std::ssize(scenarios)});
        const ChainTables tables = tables_for(model, scenario, goal);
        const CostToGo to_go(space, tables);
        LabelRules rules{.keep = rules_for(figures, goal, tables.coupling)};
        rules.most_labels = most_labels;
        rules.is_hopeless = [&](std::size_t boundary, int state, const Measures& sum) {
            const Measures least = to_go.completed(boundary, state, sum);
            if (!std::isfinite(least.tiles)) return true;
            const Figures best = tables.coupling.optimistic(least);
            if (!is_feasible({.design = {}, .figures = best, .quality = least.quality}, goal)) {
                return true;
            }
            return figures.size() == 2 && front.covers(costs_of(best, figures));
        };
        const LabelResult labels = search_labels(space, tables, rules, context);
        result.labels += labels.labels;
        result.is_complete = result.is_complete && labels.is_complete;
        for (const Design& design : labels.designs) {
            Scored scored{design, model.figures(design), quality_of(space, goal.quality, design)};
            ++result.evaluations;
            if (is_feasible(scored, goal)) front.offer({design, costs_of(scored.figures, figures)});
        }
    }
    for (FrontPoint& p : front.points()) {
        result.points.push_back(
            {p.design, model.figures(p.design), quality_of(space, goal.quality, p.design)});
    }
    return result;
}

}  // namespace ohmgrid
