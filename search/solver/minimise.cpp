#include "search/solver/minimise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <string>

#include "search/solver/cells.hpp"
#include "search/solver/exact_front.hpp"
#include "search/solver/label_search.hpp"

namespace ohmgrid {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// Judges complete designs by their exact figures.
class Judge {
  public:
    Judge(const Space& space, const CostModel& model, const Goal& goal)
        : space_(space), model_(model), goal_(goal), exponents_(exponents_of(goal.objective)) {}

    /// Nothing if a limit is broken.
    std::optional<Scored> operator()(const Design& design) {
        ++evaluations;
        Scored s{design, model_.figures(design), quality_of(space_, goal_.quality, design)};
        if (!is_feasible(s, goal_)) return std::nullopt;
        return s;
    }
    [[nodiscard]] double merit_of(const Scored& s) const { return merit(s.figures, exponents_); }

    std::int64_t evaluations = 0;

  private:
    const Space& space_;
    const CostModel& model_;
    const Goal& goal_;
    Exponents exponents_;
};

/// What makes a partial design hopeless while one scenario is finished: it breaks a limit, or no
/// open cell can turn it into a design better than `to_beat`.
class Hopeless {
  public:
    Hopeless(const Space& space, const ChainTables& tables, const Goal& goal,
             const std::vector<OpenCell>& cells, double to_beat)
        : tables_(tables),
          goal_(goal),
          exponents_(exponents_of(goal.objective)),
          cells_(cells),
          to_beat_(to_beat),
          to_go_(space, tables) {}

    bool operator()(std::size_t boundary, int state, const Measures& sum) const {
        const bool is_open = std::ranges::any_of(cells_, [&](const OpenCell& cell) {
            return cell.bound.at(boundary, state, sum) < to_beat_;
        });
        if (!is_open) return true;
        const Measures least = to_go_.completed(boundary, state, sum);
        if (!std::isfinite(least.tiles)) return true;
        const Figures best = tables_.coupling.optimistic(least);
        if (merit(best, exponents_) >= to_beat_) return true;
        if (goal_.least_quality && least.quality < *goal_.least_quality - quality_margin()) {
            return true;
        }
        return std::ranges::any_of(goal_.limits, [&](const Limit& limit) {
            // The other side of a limit does not follow from the best case.
            if (is_better_small(limit.figure) != limit.is_upper) return false;
            return !within(best, {limit});
        });
    }

  private:
    [[nodiscard]] double quality_margin() const {
        return 1e-9 * (1 + std::abs(*goal_.least_quality));
    }

    const ChainTables& tables_;
    const Goal& goal_;
    Exponents exponents_;
    const std::vector<OpenCell>& cells_;
    double to_beat_;
    CostToGo to_go_;
};

/// What the finished scenarios say.
std::string state_of(double best_merit, double unfinished, Figure objective) {
    if (!std::isfinite(best_merit)) return "nothing found yet";
    return fmt::format("best {} {:.4g}, gap {:.2g} %", to_text(objective),
                       value_of_merit(best_merit, objective),
                       100 * std::expm1(std::max(0.0, best_merit - unfinished)));
}

LabelResult finish(const Space& space, const ChainTables& tables, const Goal& goal,
                   const CellSearch& search, const std::vector<OpenCell>& cells, double to_beat,
                   bool by_network, const MinimiseOptions& options, const RunContext& context) {
    const Hopeless hopeless(space, tables, goal, cells, to_beat);
    LabelRules rules{.keep = rules_for({goal.objective}, goal, tables.coupling)};
    rules.keep.by_network = by_network;
    rules.keep.merits = search.merit_rule(cells);
    rules.most_labels = options.most_labels;
    rules.is_hopeless = [&](std::size_t boundary, int state, const Measures& sum) {
        return hopeless(boundary, state, sum);
    };
    return search_labels(space, tables, rules, context);
}

}  // namespace

BestResult minimise(const Space& space, const CostModel& model, const Goal& goal,
                    const RunContext& context, const MinimiseOptions& options) {
    BestResult result;
    Judge judge(space, model, goal);
    double best_merit = infinite;
    double unfinished = infinite;
    const auto offer = [&](const Design& design) {
        if (const auto scored = judge(design)) {
            const double m = judge.merit_of(*scored);
            if (m < best_merit) {
                best_merit = m;
                result.best = *scored;
            }
        }
        return best_merit;
    };
    std::vector<Scenario> scenarios = model.scenarios();
    std::ranges::reverse(scenarios);
    for (const Scenario& scenario : scenarios) {
        context.throw_if_stopped();
        const std::string state = state_of(best_merit, unfinished, goal.objective);
        context.report({.task = "search",
                        .unit = "scenarios",
                        .done = static_cast<std::int64_t>(result.scenarios++),
                        .total = std::ssize(scenarios),
                        .state = state});
        const ChainTables tables = tables_for(model, scenario, goal);
        CellSearch search(space, tables, goal, offer);
        const auto cells = search.run(best_merit, options.most_cells, options.most_rounds);
        result.bounds += search.bounds_computed();
        if (cells.empty()) continue;
        const LabelResult labels =
            finish(space, tables, goal, search, cells, best_merit, false, options, context);
        result.labels += labels.labels;
        for (const Design& design : labels.designs) (void)offer(design);
        if (labels.is_complete) continue;
        result.is_complete = false;
        double least = infinite;
        for (const OpenCell& cell : cells) least = std::min(least, cell.cell.least);
        unfinished = std::min(unfinished, std::max(least, search.least_ratio_merit()));
    }
    result.evaluations = judge.evaluations;
    result.lower_bound = std::min(best_merit, unfinished);
    return result;
}

NetworkList enumerate_networks(const Space& space, const CostModel& model, const Goal& goal,
                               double most_merit, const RunContext& context,
                               const MinimiseOptions& options) {
    NetworkList list;
    Judge judge(space, model, goal);
    using Key = std::pair<std::vector<int>, std::vector<std::int64_t>>;  // widths, kernels
    std::map<Key, Scored> best;
    const double to_beat = most_merit + 1e-12 * (1 + std::abs(most_merit));
    for (const Scenario& scenario : model.scenarios()) {
        const ChainTables tables = tables_for(model, scenario, goal);
        CellSearch search(space, tables, goal, [to_beat](const Design&) { return to_beat; });
        const auto cells = search.run(to_beat, options.most_cells, options.most_rounds);
        if (cells.empty()) continue;
        const LabelResult labels =
            finish(space, tables, goal, search, cells, to_beat, true, options, context);
        list.labels += labels.labels;
        list.is_complete = list.is_complete && labels.is_complete;
        for (const Design& design : labels.designs) {
            const auto scored = judge(design);
            if (!scored || judge.merit_of(*scored) > to_beat) continue;
            Key key{design.widths, {}};
            for (std::size_t i = 0; i < space.layer_count(); ++i) {
                key.second.push_back(
                    space.options(i)[static_cast<std::size_t>(design.options[i])].kernel);
            }
            const auto [at, is_new] = best.try_emplace(key, *scored);
            if (!is_new && judge.merit_of(*scored) < judge.merit_of(at->second)) {
                at->second = *scored;
            }
        }
    }
    for (auto& [key, scored] : best) list.best_of_network.push_back(std::move(scored));
    std::ranges::stable_sort(list.best_of_network, {},
                             [&](const Scored& s) { return judge.merit_of(s); });
    return list;
}

}  // namespace ohmgrid
