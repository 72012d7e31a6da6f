#include "search/app/guided.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "search/objective/guide.hpp"

namespace ohmgrid {
namespace {

/// Draws of the initial weights, none of which decided, behind the lead that is reported.
constexpr int other_draws = 8;

/// By how much the bound on the merit is raised from one list of networks to the next; each is
/// twice the one before.
constexpr double first_raise = 0.01;
constexpr int most_raises = 9;

/// Partial designs per scenario beyond which a list of networks is given up.
constexpr std::int64_t most_labels = 200'000;

class GuidedSearch {
  public:
    GuidedSearch(const Space& space, const CostModel& model, Goal goal, const AccuracySpec& spec,
                 ScoreBook& scores, const RunContext& context)
        : space_(space),
          model_(model),
          goal_(std::move(goal)),
          spec_(spec),
          scores_(scores),
          context_(context),
          exponents_(exponents_of(goal_.objective)) {}

    GuidedResult run();

  private:
    [[nodiscard]] std::vector<ScoredNetwork> samples() {
        std::vector<Design> designs;
        for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(spec_.samples); ++i) {
            designs.push_back(random_widths(space_, context_.seed, i));
        }
        const std::vector<double> scores = scores_.of(designs);
        std::vector<ScoredNetwork> all;
        for (std::size_t i = 0; i < designs.size(); ++i) all.push_back({designs[i], scores[i]});
        return all;
    }
    /// Scores networks in order of merit; true if one passed. Raises `refuted_` to the merit of the
    /// last network that was looked at and failed.
    bool score_in_order(GuidedResult& result);
    /// Asks for better predictions until a network passes.
    bool raise_prediction(GuidedResult& result, const Guide& guide);
    void measure_lead(GuidedResult& result);
    /// The first of `candidates` whose score is good enough becomes the result. Several are scored
    /// at a time; which one is found does not depend on how many.
    bool one_passes(GuidedResult& result, std::span<const Scored> candidates, bool is_in_order);
    void report() const {
        const std::string state =
            fmt::format("none passes below {} = {:.4g}", to_text(goal_.objective),
                        value_of_merit(refuted_, goal_.objective));
        context_.report({.task = "in order of merit",
                         .unit = "networks",
                         .done = looked_at_,
                         .total = spec_.most_scores,
                         .state = state});
    }

    const Space& space_;
    const CostModel& model_;
    Goal goal_;
    const AccuracySpec& spec_;
    ScoreBook& scores_;
    const RunContext& context_;
    Exponents exponents_;
    double refuted_ = 0;  ///< no network with a smaller merit passes
    std::int64_t looked_at_ = 0;
};

bool GuidedSearch::one_passes(GuidedResult& result, std::span<const Scored> candidates,
                              bool is_in_order) {
    for (std::size_t first = 0; first < candidates.size(); first += scores_.width()) {
        std::vector<Design> designs;
        for (std::size_t i = first; i < std::min(first + scores_.width(), candidates.size()); ++i) {
            designs.push_back(candidates[i].design);
        }
        const std::vector<double> scores = scores_.of(designs);
        for (std::size_t i = 0; i < scores.size(); ++i) {
            const Scored& candidate = candidates[first + i];
            ++looked_at_;
            if (is_in_order) refuted_ = merit(candidate.figures, exponents_);
            if (scores[i] < result.least) continue;
            result.best.best = candidate;
            result.score = scores[i];
            return true;
        }
        if (is_in_order) report();
    }
    return false;
}

bool GuidedSearch::score_in_order(GuidedResult& result) {
    MinimiseOptions options;
    options.most_labels = most_labels;
    double raise = first_raise;
    std::size_t known = 0;  // networks at the front of the list that were scored before
    for (int round = 0; round < most_raises; ++round, raise *= 2) {
        const NetworkList list = enumerate_networks(
            space_, model_, goal_, result.best.lower_bound + raise, context_, options);
        result.best.labels += list.labels;
        if (!list.is_complete) return false;
        const auto left = static_cast<std::size_t>(
            std::max<std::int64_t>(0, spec_.most_scores - static_cast<std::int64_t>(known)));
        std::span<const Scored> fresh = list.best_of_network;
        fresh = fresh.subspan(std::min(known, fresh.size()));
        if (one_passes(result, fresh.first(std::min(left, fresh.size())), true)) return true;
        if (fresh.size() > left) return false;
        known = list.best_of_network.size();
        refuted_ = result.best.lower_bound + raise;
    }
    return false;
}

bool GuidedSearch::raise_prediction(GuidedResult& result, const Guide& guide) {
    double asked = result.least - guide.largest_error();
    const double step = std::max(guide.rms_error() / 2, 1e-3 * (1 + std::abs(result.least)));
    const std::int64_t until = looked_at_ + spec_.most_scores;
    while (looked_at_ < until) {
        std::vector<Scored> next;
        std::vector<BestResult> efforts;
        while (next.size() < scores_.width()) {
            asked += step;
            goal_.least_quality = guide.quality_of(asked);
            efforts.push_back(minimise(space_, model_, goal_, context_));
            if (!efforts.back().best) break;
            next.push_back(*efforts.back().best);
        }
        if (next.empty()) return false;
        const std::int64_t before = looked_at_;
        const bool passed = one_passes(result, next, false);
        for (std::int64_t i = 0; i < looked_at_ - before; ++i) {  // as if asked one by one
            result.best.evaluations += efforts[static_cast<std::size_t>(i)].evaluations;
            result.best.labels += efforts[static_cast<std::size_t>(i)].labels;
        }
        if (passed) return true;
    }
    return false;
}

void GuidedSearch::measure_lead(GuidedResult& result) {
    const auto leads = scores_.leads_of_other_draws(result.best.best->design, other_draws);
    for (const double lead : leads) result.lead += lead / other_draws;
    double squares = 0;
    for (const double lead : leads) squares += std::pow(lead - result.lead, 2);
    result.lead_spread = std::sqrt(squares / (other_draws - 1));
}

GuidedResult GuidedSearch::run() {
    GuidedResult result;
    result.base_score = scores_.of_base();
    if (!spec_.least && !spec_.margin) {
        throw InputError(Message{.place = {},
                                 .id = "SEA007",
                                 .what = "[accuracy] names a source, but no least score",
                                 .remedy = "Set accuracy.margin (below the base network's score) "
                                           "or accuracy.least"});
    }
    result.least = spec_.least ? *spec_.least : result.base_score - *spec_.margin;
    const Guide guide(space_, samples(), spec_.source == AccuracySource::naswot ? spec_.images : 0);
    goal_.quality = guide.table();
    goal_.least_quality = guide.quality_of(result.least - guide.largest_error());
    result.best = minimise(space_, model_, goal_, context_);
    if (!result.best.best) return result;
    refuted_ = result.best.lower_bound;
    const Scored optimum = *result.best.best;
    bool is_in_order = one_passes(result, {&optimum, 1}, true);
    if (!is_in_order) {
        looked_at_ = 0;  // the list begins with it
        is_in_order = score_in_order(result);
    }
    if (!is_in_order && !raise_prediction(result, guide)) {
        throw InputError(Message{
            .place = {},
            .id = "SEA009",
            .what = fmt::format("no network within the limits scored at least {:.6g}; {} were "
                                "scored in order of merit",
                                result.least, looked_at_),
            .remedy = "Raise accuracy.margin, accuracy.most_scores or the limits of [goal]"});
    }
    result.best.lower_bound = refuted_;
    result.best.is_complete = result.best.is_complete && is_in_order;
    std::string others;
    if (spec_.source != AccuracySource::command) {
        measure_lead(result);
        others = fmt::format(
            "; on {} other draws of both networks' weights {:+.2f} from the base network, standard "
            "deviation {:.2g}",
            other_draws, result.lead, result.lead_spread);
    }
    result.certificate = fmt::format(
        "score {:.6g}, asked {:.6g}, base network {:.6g}{}. Measured: {} networks scored in order "
        "of merit. Guide: fitted to {} random networks, on those left out rms error {:.3g}, "
        "largest {:.3g}, rank correlation {:.3f}. Proven: {} among networks whose prediction is at "
        "least {:.6g}",
        result.score, result.least, result.base_score, others, looked_at_, spec_.samples,
        guide.rms_error(), guide.largest_error(), guide.rank_correlation(),
        is_in_order ? "no better one passes" : "the bound", result.least - guide.largest_error());
    return result;
}

}  // namespace

GuidedResult guided_search(const Space& space, const CostModel& model, Goal goal,
                           const AccuracySpec& spec, ScoreBook& scores, const RunContext& context) {
    return GuidedSearch(space, model, std::move(goal), spec, scores, context).run();
}

}  // namespace ohmgrid
