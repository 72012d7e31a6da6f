#include "search/solver/rivals.hpp"

#include <algorithm>
#include <cmath>

#include "search/solver/evaluator.hpp"

namespace ohmgrid {
namespace {

/// By how much a limit is broken, as a logarithm.
double excess_over(const Figures& figures, const Limit& limit) {
    const double ratio = value_of(figures, limit.figure) / limit.value;
    return std::max(0.0, limit.is_upper ? std::log(ratio) : -std::log(ratio));
}

}  // namespace

std::string_view to_text(Rival rival) {
    switch (rival) {
        case Rival::random:
            return "random";
        case Rival::nsga2:
            return "nsga2";
        case Rival::annealing:
            return "annealing";
        case Rival::gumbel:
            return "gumbel-softmax";
    }
    return "";
}

Genes::Genes(const Space& space) : space_(space) {
    for (std::size_t v = 0; v < space.variables().size(); ++v) {
        if (space.variables()[v].choices.size() < 2) continue;
        free_.push_back(v);
        sizes_.push_back(static_cast<int>(space.variables()[v].choices.size()));
    }
    for (std::size_t i = 0; i < space.layer_count(); ++i) {
        sizes_.push_back(static_cast<int>(space.options(i).size()));
    }
}

Design Genes::design(const std::vector<int>& values) const {
    Design d = space_.first_design();
    for (std::size_t k = 0; k < free_.size(); ++k) d.widths[free_[k]] = values[k];
    for (std::size_t i = 0; i < d.options.size(); ++i) d.options[i] = values[free_.size() + i];
    return d;
}

std::vector<int> Draws::genes(const Genes& genes) {
    std::vector<int> values;
    for (std::size_t g = 0; g < genes.count(); ++g) values.push_back(below(genes.size(g)));
    return values;
}

Judged Evaluator::judge(std::vector<int> values) {
    constexpr std::int64_t check_every = 256;
    if (evaluations_++ % check_every == 0) context_.throw_if_stopped();
    Scored s{.design = genes.design(values), .figures = {}, .quality = 0};
    s.figures = model_.figures(s.design);
    s.quality = quality_of(space_, goal_.quality, s.design);
    Judged j{.genes = std::move(values),
             .costs = costs_of(s.figures, figures_),
             .merit = merit(s.figures, exponents_of(goal_.objective)),
             .excess = 0};
    for (const Limit& limit : goal_.limits) j.excess += excess_over(s.figures, limit);
    if (goal_.least_quality) {
        j.excess +=
            std::max(0.0, *goal_.least_quality - s.quality) / (1 + std::abs(*goal_.least_quality));
    }
    if (!is_feasible(s, goal_)) return j;
    if (!best_ || j.merit < best_merit_) {
        best_merit_ = j.merit;
        best_ = s;
    }
    front_.offer({s.design, j.costs});
    return j;
}

RivalResult Evaluator::result() const {
    RivalResult result{.best = best_, .front = {}, .evaluations = evaluations_};
    for (const FrontPoint& p : front_.points()) {
        result.front.push_back({p.design, model_.figures(p.design), 0});
    }
    return result;
}

void search_at_random(Evaluator& evaluate, Draws& draws) {
    while (evaluate.has_budget()) (void)evaluate.judge(draws.genes(evaluate.genes));
}

void search_by_annealing(Evaluator& evaluate, Draws& draws) {
    constexpr double hot = 1.0;  // in units of the merit, i.e. of relative change; assumed
    constexpr double cold = 1e-3;
    Judged now = evaluate.judge(draws.genes(evaluate.genes));
    while (evaluate.has_budget()) {
        const double temperature = hot * std::pow(cold / hot, evaluate.spent_share());
        std::vector<int> values = now.genes;
        const auto gene =
            static_cast<std::size_t>(draws.below(static_cast<int>(evaluate.genes.count())));
        values[gene] = draws.below(evaluate.genes.size(gene));
        Judged next = evaluate.judge(std::move(values));
        const double worse = next.penalised() - now.penalised();
        if (worse <= 0 || draws.uniform() < std::exp(-worse / temperature)) now = std::move(next);
    }
}

RivalResult run_rival(Rival rival, const Space& space, const CostModel& model, const Goal& goal,
                      const std::vector<Figure>& figures, std::int64_t evaluations,
                      const RunContext& context) {
    Evaluator evaluate(space, model, goal, figures, evaluations, context);
    Draws draws(context.seed, rival);
    switch (rival) {
        case Rival::random:
            search_at_random(evaluate, draws);
            break;
        case Rival::nsga2:
            search_by_nsga2(evaluate, draws);
            break;
        case Rival::annealing:
            search_by_annealing(evaluate, draws);
            break;
        case Rival::gumbel:
            search_by_gumbel(evaluate, draws, space, model, goal);
            break;
    }
    return evaluate.result();
}

}  // namespace ohmgrid
