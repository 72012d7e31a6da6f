// The whole exact front of a search file beside NSGA-II with a budget of evaluations: how long both
// take, and whether the exact front is at least as good as the other one everywhere.
//
//     search_bench SEARCH.toml [EVALUATIONS [REPEATS]]
//
// Prints one line per repeat, each with a seed of its own for NSGA-II: CPU seconds of both (one
// thread, tables included), the numbers of points, how many points of NSGA-II the exact front does
// not cover (up to rounding, 1e-12), and by how much the nearest exact point is better than a point
// of NSGA-II in the second figure: least, median and most in percent. Goal.front names two costs.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <string>
#include <vector>

#include "search/app/search_file.hpp"
#include "search/solver/exact_front.hpp"
#include "search/solver/rivals.hpp"
#include "sim/core/error.hpp"

namespace {

using namespace ohmgrid;

double cpu_second() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Least second cost of the exact front among points that cost no more of the first.
double best_second(const std::vector<std::vector<double>>& exact, double first) {
    constexpr double rounding = 1e-12;
    double best = std::numeric_limits<double>::infinity();
    for (const std::vector<double>& costs : exact) {
        if (costs[0] <= first * (1 + rounding)) best = std::min(best, costs[1]);
    }
    return best;
}

struct Comparison {
    std::int64_t ahead = 0;                ///< points that the exact front does not cover
    std::vector<double> better_percent{};  ///< ascending, one per point
};

Comparison compare(const FrontResult& exact, const RivalResult& rival,
                   const std::vector<Figure>& figures) {
    std::vector<std::vector<double>> exact_costs;
    for (const Scored& p : exact.points) exact_costs.push_back(costs_of(p.figures, figures));
    Comparison c;
    for (const Scored& p : rival.front) {
        const std::vector<double> costs = costs_of(p.figures, figures);
        const double better = 1 - best_second(exact_costs, costs[0]) / costs[1];
        c.better_percent.push_back(100 * better);
        if (better < -1e-12) ++c.ahead;
    }
    std::ranges::sort(c.better_percent);
    return c;
}

void measure(const std::string& path, std::int64_t evaluations, int repeats) {
    const SearchFile file = read_search_file(path, {});
    const Space space(base_of(file.run), file.layers);
    const std::vector<Figure> figures = figures_of(file.goal.front);
    const Goal goal = goal_of(file.goal);
    if (figures.size() != 2 || !std::ranges::all_of(figures, is_better_small)) {
        throw InputError(Message{.place = path,
                                 .id = "SEA013",
                                 .what = "the benchmark compares fronts of two costs",
                                 .remedy = "Set goal.front, for example \"area, latency\""});
    }
    fmt::print("space 10^{:.1f} designs, front of {}\n", space.log10_designs(), file.goal.front);
    for (int repeat = 0; repeat < repeats; ++repeat) {
        const RunContext context{.seed = static_cast<std::uint64_t>(repeat + 1)};
        double start = cpu_second();
        const auto model =
            file.goal.cost == CostSource::tables ? chip_cost_model(space) : xpert_cost_model(space);
        const FrontResult exact = exact_front(space, *model, figures, goal, context);
        const double exact_seconds = cpu_second() - start;
        start = cpu_second();
        const RivalResult rival =
            run_rival(Rival::nsga2, space, *model, goal, figures, evaluations, context);
        const double rival_seconds = cpu_second() - start;
        const Comparison c = compare(exact, rival, figures);
        fmt::print(
            "exact_s {:.3f} points {} complete {} nsga2_s {:.3f} evaluations {} points {} "
            "ahead_of_exact {}",
            exact_seconds, exact.points.size(), exact.is_complete, rival_seconds, rival.evaluations,
            rival.front.size(), c.ahead);
        if (!c.better_percent.empty()) {
            fmt::print(" exact_better_percent {:.2f} .. {:.2f} .. {:.2f}", c.better_percent.front(),
                       c.better_percent[c.better_percent.size() / 2], c.better_percent.back());
        }
        fmt::print("\n");
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: search_bench SEARCH.toml [EVALUATIONS [REPEATS]]\n");
        return 2;
    }
    try {
        measure(argv[1], argc > 2 ? std::atoll(argv[2]) : 20000, argc > 3 ? std::atoi(argv[3]) : 5);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 2;
    }
}
