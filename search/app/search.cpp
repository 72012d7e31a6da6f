#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "search/app/accuracy_table.hpp"
#include "search/app/circuit_phase.hpp"
#include "search/app/guided.hpp"
#include "search/app/outputs.hpp"
#include "search/app/verbs.hpp"
#include "search/solver/rivals.hpp"
#include "sim/app/on_ranks.hpp"
#include "sim/app/print_table.hpp"
#include "sim/app/results.hpp"
#include "sim/app/verbs.hpp"
#include "sim/io/atomic_file.hpp"

namespace ohmgrid {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void refuse_missing_energy(const CostModel& model, const Goal& goal,
                           const std::vector<Figure>& front) {
    if (model.has_energy()) return;
    std::vector<Figure> wanted = front;
    wanted.push_back(goal.objective);
    for (const Limit& limit : goal.limits) wanted.push_back(limit.figure);
    for (const Figure f : wanted) {
        if (exponents_of(f).energy == 0) continue;
        throw InputError(
            Message{.place = {},
                    .id = "SEA004",
                    .what = fmt::format("{} is asked of a cost model without energy", to_text(f)),
                    .remedy = "Set goal.cost = \"tables\", or ask for area or "
                              "latency"});
    }
}

/// Which limit stands in the way: the nearest value that any design reaches.
[[noreturn]] void refuse_infeasible(const Space& space, const CostModel& model, const Goal& goal,
                                    const RunContext& context) {
    std::string nearest;
    for (std::size_t i = 0; i < goal.limits.size(); ++i) {
        const Limit& limit = goal.limits[i];
        Goal alone{.objective = limit.figure};
        for (std::size_t other = 0; other < goal.limits.size(); ++other) {
            if (other != i) alone.limits.push_back(goal.limits[other]);
        }
        const BestResult best = minimise(space, model, alone, context);
        if (!best.best) continue;
        nearest += fmt::format("; with all other limits, {} reaches {:.6g} (limit {:.6g})",
                               to_text(limit.figure), value_of(best.best->figures, limit.figure),
                               limit.value);
    }
    throw InputError(Message{.place = {},
                             .id = "SEA005",
                             .what = "no design of the space is within all limits" + nearest,
                             .remedy = "Loosen a limit of [goal], or widen the space"});
}

/// The ends of the exact front: the box in which fronts are compared.
struct Box {
    std::vector<double> ideal;
    std::vector<double> reference;
};

Box box_of(const SearchReport& report) {
    Box box;
    for (const Figure f : report.front_figures) {
        double low = std::numeric_limits<double>::infinity();
        double high = 0;
        for (const Scored& p : report.front.points) {
            low = std::min(low, value_of(p.figures, f));
            high = std::max(high, value_of(p.figures, f));
        }
        box.ideal.push_back(low);
        box.reference.push_back(high);
    }
    return box;
}

double share_of(const std::vector<Scored>& points, const SearchReport& report, const Box& box) {
    std::vector<FrontPoint> front;
    for (const Scored& p : points) {
        front.push_back({p.design, costs_of(p.figures, report.front_figures)});
    }
    return dominated_share(front, box.ideal, box.reference);
}

/// Points that no point of the exact front is at least as good as, up to rounding.
std::int64_t points_ahead(const std::vector<Scored>& points, const SearchReport& report) {
    constexpr double rounding = 1e-12;
    Front exact(report.front_figures.size());
    for (const Scored& p : report.front.points) {
        exact.offer({p.design, costs_of(p.figures, report.front_figures)});
    }
    std::int64_t ahead = 0;
    for (const Scored& p : points) {
        std::vector<double> costs = costs_of(p.figures, report.front_figures);
        for (double& c : costs) c *= 1 + rounding;
        if (!exact.covers(costs)) ++ahead;
    }
    return ahead;
}

/// Lets every rival search with the same budget, and measures all fronts in the same box.
void compare(SearchReport& report, const Space& space, const CostModel& model, const Goal& goal,
             std::int64_t budget, const RunContext& context) {
    if (report.front_figures.size() != 2 ||
        !std::ranges::all_of(report.front_figures, is_better_small)) {
        throw InputError(Message{.place = {},
                                 .id = "SEA013",
                                 .what = "--compare draws fronts of two costs",
                                 .remedy = "Set goal.front, for example \"area, latency\""});
    }
    const Box box = box_of(report);
    report.front_share = share_of(report.front.points, report, box);
    for (const Rival rival : all_rivals) {
        const auto start = Clock::now();
        RivalResult r = run_rival(rival, space, model, goal, report.front_figures, budget, context);
        RivalReport row{.name = std::string(to_text(rival)),
                        .best = std::move(r.best),
                        .front = std::move(r.front),
                        .evaluations = r.evaluations,
                        .seconds = seconds_since(start)};
        row.front_share = share_of(row.front, report, box);
        row.ahead = points_ahead(row.front, report);
        report.rivals.push_back(std::move(row));
    }
}

std::unique_ptr<CostModel> model_of(const Space& space, CostSource source) {
    return source == CostSource::tables ? chip_cost_model(space) : xpert_cost_model(space);
}

/// The best design, by whichever way the search file asks for; fills the report's own parts of it.
BestResult best_of(Space& space, const CostModel& model, const SearchFile& file, const Goal& goal,
                   const SearchPlace& place, Ranks& ranks, const RunContext& context,
                   SearchReport& report) {
    if (file.circuit.most_loss) {
        report.circuits = circuit_phase(space, file, goal, place, ranks, context);
        report.certificate.accuracy = report.circuits->certificate;
        return report.circuits->best;
    }
    GuidedResult guided;
    switch (file.accuracy.source) {
        case AccuracySource::none:
            return minimise(space, model, goal, context);
        case AccuracySource::table:
            guided = predicted_search(space, model, goal, file.accuracy, context);
            break;
        default: {
            ScoreBook scores(space, file, place.folder / "scores.json", place.resume, ranks,
                             context);
            guided = guided_search(space, model, goal, file.accuracy, scores, context);
        }
    }
    report.score = guided.score;
    report.certificate.accuracy = guided.certificate;
    return guided.best;
}

void certify(Certificate& c, const BestResult& best, const FrontResult& front, const Goal& goal,
             const CostModel& model) {
    c.objective = goal.objective;
    c.bound = value_of_merit(best.lower_bound, goal.objective);
    c.gap = std::expm1(merit(best.best->figures, exponents_of(goal.objective)) - best.lower_bound);
    c.is_proven = best.is_complete;
    c.how = model.coupling_text();
    c.evaluations = best.evaluations + front.evaluations;
    c.bounds = best.bounds;
    c.labels = best.labels + front.labels;
    c.scenarios = best.scenarios;
}

void print(const Space& space, const SearchReport& report, Format format, Console& console) {
    switch (format) {
        case Format::table:
            console.out << to_text(choice_table(space, report.best->design)) << '\n'
                        << summary(space, report);
            if (!report.baselines.empty()) {
                console.out << '\n' << to_text(gain_table(report));
            }
            if (!report.rivals.empty()) {
                console.out << '\n' << to_text(rival_table(report));
            }
            break;
        case Format::csv:
            console.out << to_csv(report.front_figures.empty()
                                      ? choice_table(space, report.best->design)
                                      : front_table(space, report.front.points));
            break;
        case Format::json:
            console.out << to_json(space, report).dump(2) << '\n';
            break;
    }
}

/// A search file and where its results go.
struct SearchTask {
    SearchFile file;
    SearchPlace place;
    std::optional<Space> space;
};

SearchTask read_task(const Arguments& arguments, const Ranks& ranks) {
    SearchTask task{.file = read_search_file(arguments.files().front(), arguments.texts("set")),
                    .place = {arguments.text("out"), arguments.has("resume")},
                    .space = {}};
    if (ranks.rank() == 0) {
        std::error_code error;
        std::filesystem::create_directories(task.place.folder, error);
        claim(task.place.folder / "result.json");  // an unwritable place is found out before work
    }
    task.space.emplace(base_of(task.file.run), task.file.layers);
    return task;
}

void search(const Arguments& arguments, SearchTask& task, Ranks& ranks, const RunContext& context,
            Console& console) {
    const SearchFile& file = task.file;
    Space& space = *task.space;
    const Provenance record = begin_record(console, context, file.run);
    auto model = model_of(space, file.goal.cost);
    const Goal goal = goal_of(file.goal);
    SearchReport report;
    report.front_figures = figures_of(file.goal.front);
    refuse_missing_energy(*model, goal, report.front_figures);

    const auto start = Clock::now();
    const BestResult best = best_of(space, *model, file, goal, task.place, ranks, context, report);
    if (ranks.rank() != 0) return;
    model = model_of(space, file.goal.cost);  // the second phase measures activities
    if (!best.best) refuse_infeasible(space, *model, goal, context);
    report.best = best.best;
    if (!report.front_figures.empty()) {
        report.front = exact_front(space, *model, report.front_figures, goal, context);
    }
    if (model->has_energy()) report.baselines = baselines_of(space.base());
    report.published = file.published;
    certify(report.certificate, best, report.front, goal, *model);
    report.certificate.seconds = seconds_since(start);
    if (arguments.has("compare")) {
        compare(report, space, *model, goal, arguments.count("budget", 1, 1'000'000'000), context);
    }
    write_outputs(task.place.folder, file, space, report, record);
    print(space, report, format_of(arguments), console);
    context.say(fmt::format("wrote      {}: best.run.toml, result.json, front.html ...",
                            task.place.folder.string()));
}

ExitCode search_on_ranks(const Arguments& arguments, Console& console) {
    (void)format_of(arguments);
    std::optional<SearchTask> task;
    return run_on_ranks(
        {.prepare = [&](Ranks& ranks, const RunContext&) { task = read_task(arguments, ranks); },
         .work = [&](Ranks& ranks, const RunContext& context,
                     Console& own) { search(arguments, *task, ranks, context, own); },
         .when_stopped = "scores and sensitivities are kept; go on with --resume"},
        arguments, console);
}

}  // namespace

Verb search_verb() {
    return {.name = "search",
            .sentence =
                "Finds the widths and circuits of a network's layers that are best, and "
                "proves it.",
            .example = "ohmgrid search docs/examples/search.toml",
            .files = "SEARCH.toml",
            .files_least = 1,
            .files_most = 1,
            .options = {option::set(), option::out("search_results"), option::format(),
                        option::threads(), option::seed(), option::quiet(),
                        Option{.name = "compare",
                               .value = "",
                               .doc = "let random search, NSGA-II, annealing and a differentiable "
                                      "search try the same"},
                        Option{.name = "budget",
                               .value = "N",
                               .doc = "designs each of them may evaluate",
                               .fallback = "20000"},
                        Option{.name = "resume",
                               .value = "",
                               .doc = "go on with the scores of an interrupted search"}},
            .action = search_on_ranks};
}

std::vector<Verb> all_verbs() {
    std::vector<Verb> verbs = simulator_verbs();
    verbs.insert(verbs.begin() + 3, search_verb());
    return verbs;
}

}  // namespace ohmgrid
