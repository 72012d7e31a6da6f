#include <algorithm>
#include <limits>
#include <numeric>

#include "search/solver/evaluator.hpp"

namespace ohmgrid {
namespace {

constexpr std::size_t population = 100;
constexpr double crossover_share = 0.9;

struct Member {
    Judged judged;
    int rank = 0;
    double crowding = 0;
};

/// Deb's constrained domination: feasible before infeasible, less excess before more.
bool dominates(const Judged& a, const Judged& b) {
    if (a.excess > 0 || b.excess > 0) return a.excess < b.excess;
    bool better = false;
    for (std::size_t k = 0; k < a.costs.size(); ++k) {
        if (a.costs[k] > b.costs[k]) return false;
        better = better || a.costs[k] < b.costs[k];
    }
    return better;
}

/// Members of rank 0, 1, ...: fast non-dominated sorting.
std::vector<std::vector<std::size_t>> sorted_fronts(std::vector<Member>& members) {
    const std::size_t n = members.size();
    std::vector<std::vector<std::size_t>> beaten(n);
    std::vector<int> beaten_by(n, 0);
    std::vector<std::vector<std::size_t>> fronts(1);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
            if (dominates(members[i].judged, members[j].judged)) beaten[i].push_back(j);
            if (dominates(members[j].judged, members[i].judged)) ++beaten_by[i];
        }
        if (beaten_by[i] == 0) fronts.front().push_back(i);
    }
    while (!fronts.back().empty()) {
        std::vector<std::size_t> next;
        for (const std::size_t i : fronts.back()) {
            members[i].rank = static_cast<int>(fronts.size()) - 1;
            for (const std::size_t j : beaten[i]) {
                if (--beaten_by[j] == 0) next.push_back(j);
            }
        }
        fronts.push_back(std::move(next));
    }
    return fronts;
}

void set_crowding(std::vector<Member>& members, std::vector<std::size_t> front) {
    for (const std::size_t i : front) members[i].crowding = 0;
    if (front.empty()) return;
    for (std::size_t k = 0; k < members[front.front()].judged.costs.size(); ++k) {
        const auto cost = [&](std::size_t i) { return members[i].judged.costs[k]; };
        std::ranges::stable_sort(front, {}, cost);
        const double span = cost(front.back()) - cost(front.front());
        members[front.front()].crowding = std::numeric_limits<double>::infinity();
        members[front.back()].crowding = std::numeric_limits<double>::infinity();
        if (!(span > 0)) continue;
        for (std::size_t i = 1; i + 1 < front.size(); ++i) {
            members[front[i]].crowding += (cost(front[i + 1]) - cost(front[i - 1])) / span;
        }
    }
}

/// The best `population` of parents and children.
std::vector<Member> survivors(std::vector<Member> members) {
    std::vector<Member> kept;
    for (const auto& front : sorted_fronts(members)) {
        set_crowding(members, front);
        std::vector<std::size_t> order = front;
        std::ranges::stable_sort(order, std::greater<>(),
                                 [&](std::size_t i) { return members[i].crowding; });
        for (const std::size_t i : order) {
            if (kept.size() < population) kept.push_back(members[i]);
        }
    }
    return kept;
}

const Member& tournament(const std::vector<Member>& members, Draws& draws) {
    const auto pick = [&]() -> const Member& {
        return members[static_cast<std::size_t>(draws.below(static_cast<int>(members.size())))];
    };
    const Member& a = pick();
    const Member& b = pick();
    if (a.rank != b.rank) return a.rank < b.rank ? a : b;
    return a.crowding >= b.crowding ? a : b;
}

}  // namespace

void search_by_nsga2(Evaluator& evaluate, Draws& draws) {
    const Genes& genes = evaluate.genes;
    std::vector<Member> members;
    while (members.size() < population && evaluate.has_budget()) {
        members.push_back({evaluate.judge(draws.genes(genes)), 0, 0});
    }
    members = survivors(std::move(members));
    while (evaluate.has_budget()) {
        std::vector<Member> all = members;
        for (std::size_t child = 0; child < population && evaluate.has_budget(); ++child) {
            std::vector<int> values = tournament(members, draws).judged.genes;
            const std::vector<int>& other = tournament(members, draws).judged.genes;
            const bool crosses = draws.uniform() < crossover_share;
            for (std::size_t g = 0; g < values.size(); ++g) {
                if (crosses && draws.below(2) == 1) values[g] = other[g];
                if (draws.below(static_cast<int>(values.size())) == 0) {
                    values[g] = draws.below(genes.size(g));
                }
            }
            all.push_back({evaluate.judge(std::move(values)), 0, 0});
        }
        members = survivors(std::move(all));
    }
}

}  // namespace ohmgrid
