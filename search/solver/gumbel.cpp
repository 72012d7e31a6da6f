#include <algorithm>
#include <cmath>
#include <numeric>

#include "search/solver/evaluator.hpp"

namespace ohmgrid {
namespace {

constexpr double first_temperature = 5;
constexpr double last_temperature = 0.1;
constexpr double learning_rate = 0.05;
constexpr double penalty = 10;

/// A choice among several, relaxed: logits, a noisy softmax of them, and what Adam remembers.
struct Choice {
    std::vector<double> logits, share, slope, mean, square;

    explicit Choice(std::size_t size)
        : logits(size), share(size), slope(size), mean(size), square(size) {}

    void sample(Draws& draws, double temperature) {
        for (std::size_t i = 0; i < logits.size(); ++i) {
            const double gumbel = -std::log(-std::log(draws.uniform()));
            share[i] = (logits[i] + gumbel) / temperature;
        }
        const double top = std::ranges::max(share);
        for (double& s : share) s = std::exp(s - top);
        const double sum = std::accumulate(share.begin(), share.end(), 0.0);
        for (double& s : share) s /= sum;
        std::ranges::fill(slope, 0.0);
    }
    /// From the slope along the shares to that along the logits (the Jacobian of softmax), then one
    /// step of Adam (Kingma and Ba, ICLR 2015).
    void descend(double temperature, int step) {
        const double average = std::inner_product(share.begin(), share.end(), slope.begin(), 0.0);
        for (std::size_t i = 0; i < logits.size(); ++i) {
            const double g = share[i] * (slope[i] - average) / temperature;
            mean[i] = 0.9 * mean[i] + 0.1 * g;
            square[i] = 0.999 * square[i] + 0.001 * g * g;
            const double m = mean[i] / (1 - std::pow(0.9, step));
            const double v = square[i] / (1 - std::pow(0.999, step));
            logits[i] -= learning_rate * m / (std::sqrt(v) + 1e-8);
        }
    }
    [[nodiscard]] int taken() const {
        return static_cast<int>(std::ranges::max_element(share) - share.begin());
    }
};

/// Slopes of the loss along the totals that matter.
struct Slopes {
    double area = 0, latency = 0, energy = 0, leakage = 0, operations = 0, quality = 0;

    [[nodiscard]] double along(const Measures& m) const {
        return area * m.area_m2 + latency * m.latency_short + energy * m.energy_short +
               leakage * m.leakage_watt + operations * m.operations + quality * m.quality;
    }
};

class Relaxation {
  public:
    Relaxation(const Space& space, const CostModel& model, const Goal& goal)
        : space_(space), goal_(goal) {
        const std::vector<Scenario> scenarios = model.scenarios();
        tables_ = tables_for(model, scenarios.back(), goal);
        for (std::size_t v = 0; v < space.variables().size(); ++v) {
            const std::size_t size = space.variables()[v].choices.size();
            widths.emplace_back(size);
            if (size > 1) free_.push_back(v);
        }
        for (std::size_t i = 0; i < space.layer_count(); ++i) {
            options.emplace_back(space.options(i).size());
        }
    }

    std::vector<Choice> widths;   ///< by variable
    std::vector<Choice> options;  ///< by layer

    void step(Draws& draws, double temperature, int number) {
        for (Choice& c : widths) c.sample(draws, temperature);
        for (Choice& c : options) c.sample(draws, temperature);
        const Slopes slopes = slopes_at(relaxed_totals());
        back_propagate(slopes);
        for (Choice& c : widths) c.descend(temperature, number);
        for (Choice& c : options) c.descend(temperature, number);
    }
    [[nodiscard]] std::vector<int> genes() const {
        std::vector<int> values;
        for (const std::size_t v : free_) values.push_back(widths[v].taken());
        for (const Choice& c : options) values.push_back(c.taken());
        return values;
    }

  private:
    template <class Visit>  // visit(layer, design with the scope's widths, share of the scope,
                            // entry)
    void for_each_entry(const Visit& visit) const {
        Design d = space_.first_design();
        for (std::size_t layer = 0; layer < space_.layer_count(); ++layer) {
            for (int scope = 0; scope < space_.scope_count(layer); ++scope) {
                space_.set_scope(layer, scope, d);
                double share = 1;
                for (const int v : space_.scope(layer)) {
                    const auto at = static_cast<std::size_t>(v);
                    share *= widths[at].share[static_cast<std::size_t>(d.widths[at])];
                }
                for (const auto& e : tables_.entries[layer][static_cast<std::size_t>(scope)]) {
                    visit(layer, d, share, e);
                }
            }
        }
    }

    [[nodiscard]] Measures relaxed_totals() const {
        Measures t;
        for_each_entry([&](std::size_t layer, const Design&, double share, const auto& e) {
            const double p = share * options[layer].share[static_cast<std::size_t>(e.option)];
            t.area_m2 += p * e.measures.area_m2;
            t.tiles += p * e.measures.tiles;
            t.latency_short += p * e.measures.latency_short;
            t.energy_short += p * e.measures.energy_short;
            t.leakage_watt += p * e.measures.leakage_watt;
            t.operations += p * e.measures.operations;
            t.quality += p * e.measures.quality;
        });
        t.slowest_short = t.latency_short;
        return t;
    }

    [[nodiscard]] Slopes slopes_at(const Measures& t) const {
        const Figures f = tables_.coupling.optimistic(t);
        Slopes s;
        const auto add = [&](const Exponents& e, double factor) {
            s.area += factor * e.area / f.area_m2;
            s.latency += factor * (e.latency + e.interval) / f.latency_second;
            s.operations += factor * e.operations / f.operations;
            if (e.energy == 0) return;
            s.energy += factor * e.energy / f.energy_joule;
            s.leakage += factor * e.energy * f.latency_second / f.energy_joule;
            s.latency += factor * e.energy * t.leakage_watt / f.energy_joule;
        };
        add(exponents_of(goal_.objective), 1);
        for (const Limit& limit : goal_.limits) {
            if (within(f, {limit})) continue;
            const bool natural = is_better_small(limit.figure) == limit.is_upper;
            add(exponents_of(limit.figure), natural ? penalty : -penalty);
        }
        if (goal_.least_quality && t.quality < *goal_.least_quality) {
            s.quality -= penalty / (1 + std::abs(*goal_.least_quality));
        }
        return s;
    }

    void back_propagate(const Slopes& slopes) {
        for_each_entry([&](std::size_t layer, const Design& d, double share, const auto& e) {
            const double slope = slopes.along(e.measures);
            Choice& option = options[layer];
            const auto o = static_cast<std::size_t>(e.option);
            option.slope[o] += share * slope;
            for (const int v : space_.scope(layer)) {
                const auto at = static_cast<std::size_t>(v);
                const auto value = static_cast<std::size_t>(d.widths[at]);
                const double own = std::max(widths[at].share[value], 1e-300);
                widths[at].slope[value] += share / own * option.share[o] * slope;
            }
        });
    }

    const Space& space_;
    const Goal& goal_;
    ChainTables tables_;
    std::vector<std::size_t> free_;
};

}  // namespace

void search_by_gumbel(Evaluator& evaluate, Draws& draws, const Space& space, const CostModel& model,
                      const Goal& goal) {
    Relaxation relaxation(space, model, goal);
    for (int step = 1; evaluate.has_budget(); ++step) {
        const double temperature =
            first_temperature *
            std::pow(last_temperature / first_temperature, evaluate.spent_share());
        relaxation.step(draws, temperature, step);
        (void)evaluate.judge(relaxation.genes());
    }
}

}  // namespace ohmgrid
