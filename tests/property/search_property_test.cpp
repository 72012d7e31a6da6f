// The solvers against brute force: every design of random small spaces, each costed by chip_cost.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>

#include "search/solver/exact_front.hpp"
#include "search/solver/minimise.hpp"
#include "sim/cost/chip_cost.hpp"
#include "sim/random/random_stream.hpp"
#include "tests/support/shipped_files.hpp"

namespace ohmgrid {
namespace {

/// Draws in order from one stream.
class Dice {
  public:
    explicit Dice(std::uint32_t trial) : stream_(77, Purpose::test, TrialId{0}, trial) {}

    template <class T>
    T pick(const std::vector<T>& values) {
        return values[stream_.below(static_cast<std::uint32_t>(values.size()), draw_++)];
    }
    /// A non-empty random part of `values`, at most `most` long.
    template <class T>
    std::vector<T> some(std::vector<T> values, std::size_t most) {
        const std::size_t count = 1 + stream_.below(static_cast<std::uint32_t>(most), draw_++);
        while (values.size() > count) {
            values.erase(values.begin() +
                         stream_.below(static_cast<std::uint32_t>(values.size()), draw_++));
        }
        return values;
    }
    double uniform() { return stream_.uniform_open(draw_++); }

  private:
    RandomStream stream_;
    std::uint32_t draw_ = 0;
};

Node conv(const std::string& name, std::int64_t input, std::int64_t channels, std::int64_t stride) {
    Node n;
    n.name = name;
    n.op = Op::convolution;
    n.inputs = {NodeId{input}};
    n.shape.channels = channels;
    n.window = {.kernel_height = 3,
                .kernel_width = 3,
                .stride_height = stride,
                .stride_width = stride,
                .pad_top = 1,
                .pad_left = 1,
                .pad_bottom = 1,
                .pad_right = 1};
    return n;
}

Node simple(const std::string& name, Op op, std::vector<NodeId> inputs) {
    Node n;
    n.name = name;
    n.op = op;
    n.inputs = std::move(inputs);
    if (op == Op::clip) n.clip_low = 0;
    return n;
}

/// conv - relu - [conv - relu - conv - add] - pool - linear, with the block in brackets or not.
Graph small_network(bool is_residual) {
    Graph g{.name = "small", .nodes = {}, .output = {}};
    const auto add = [&g](Node n) {
        n.shape = n.op == Op::input ? n.shape : infer_shape(g, n);
        g.nodes.push_back(std::move(n));
    };
    Node image = simple("image", Op::input, {});
    image.shape = {3, 8, 8};
    add(image);
    add(conv("a", 0, 32, 1));
    add(simple("relu_a", Op::clip, {NodeId{1}}));
    add(conv("b", 2, 32, 1));
    add(simple("relu_b", Op::clip, {NodeId{3}}));
    if (is_residual) {
        add(conv("c", 4, 32, 1));
        add(simple("sum", Op::add, {NodeId{5}, NodeId{2}}));
    } else {
        add(conv("c", 4, 32, 2));
        add(simple("relu_c", Op::clip, {NodeId{5}}));
    }
    add(simple("pool", Op::global_average_pool, {NodeId{6}}));
    add(simple("flat", Op::flatten, {NodeId{7}}));
    Node linear = simple("fc", Op::linear, {NodeId{8}});
    linear.shape.channels = 10;
    add(linear);
    g.output = NodeId{9};
    return g;
}

Space random_space(Dice& dice) {
    BaseDesign base;
    base.network = small_network(dice.pick<int>({0, 1}) == 1);
    base.technology = technology_of("32nm");
    base.device = device_of("reram/hfox-1t1r");
    base.chip = chip_of("default");
    base.chip.arrays_per_pe = dice.pick<std::int64_t>({1, 2, 4});
    base.chip.pes_per_tile = dice.pick<std::int64_t>({1, 2});
    base.chip.timing = dice.pick<Timing>({Timing::component, Timing::synchronous});
    base.chip.overlap = dice.pick<Overlap>({Overlap::overlapped, Overlap::serial});
    base.chip.schedule = dice.pick<Schedule>(
        {Schedule::layer_by_layer, Schedule::layer_by_layer, Schedule::pipelined});
    const LayerSettings settings{
        .array = {.rows = 64, .columns = 64, .cell_bits = 4, .column_sharing = 8},
        .adc = {.type = AdcType::sar, .bits = 6},
        .mapping = {.weight_bits = 8, .input_bits = 8}};
    base.settings.assign(4, settings);
    base.adc_costs.assign(4, {});
    base.activities.assign(4, {});
    std::vector<LayerSpace> layers(4);
    for (LayerSpace& l : layers) {
        l.widths = dice.some<std::int64_t>({16, 48, 64, 96}, 3);
        l.column_sharing = dice.some<std::int64_t>({2, 8, 16, 64}, 3);
        l.adc_types = dice.some<AdcType>({AdcType::flash, AdcType::sar}, 2);
        l.input_bits = dice.some<std::int64_t>({4, 8}, 1);
    }
    const auto widths = layers[0].widths;
    for (LayerSpace& l : layers) l.widths = widths;  // so that additions fit
    layers[1].input_bits = {4, 8};
    layers[2].kernels = dice.some<std::int64_t>({1, 3}, 2);
    return {std::move(base), layers};
}

void for_each_design(const Space& space, const std::function<void(const Design&)>& visit) {
    Design d = space.first_design();
    const std::function<void(std::size_t)> options = [&](std::size_t layer) {
        if (layer == space.layer_count()) return visit(d);
        for (std::size_t o = 0; o < space.options(layer).size(); ++o) {
            d.options[layer] = static_cast<int>(o);
            options(layer + 1);
        }
    };
    const std::function<void(std::size_t)> widths = [&](std::size_t variable) {
        if (variable == space.variables().size()) return options(0);
        for (std::size_t v = 0; v < space.variables()[variable].choices.size(); ++v) {
            d.widths[variable] = static_cast<int>(v);
            widths(variable + 1);
        }
    };
    widths(0);
}

QualityTable random_quality(const Space& space, Dice& dice) {
    QualityTable table;
    for (std::size_t i = 0; i < space.layer_count(); ++i) {
        auto& scopes = table.emplace_back();
        for (int scope = 0; scope < space.scope_count(i); ++scope) {
            auto& options = scopes.emplace_back();
            for (std::size_t o = 0; o < space.options(i).size(); ++o) {
                options.push_back(dice.uniform() - 0.3);
            }
        }
    }
    return table;
}

/// All designs, with figures that owe nothing to the tables of the solvers.
std::vector<Scored> all_designs(const Space& space, const QualityTable& quality) {
    std::vector<Scored> all;
    const BaseDesign& base = space.base();
    for_each_design(space, [&](const Design& d) {
        const ChipCost cost = chip_cost(space.plans(d), base.technology, base.device, base.chip);
        all.push_back({d,
                       {.area_m2 = cost.total.area_m2,
                        .latency_second = cost.total.latency_second,
                        .interval_second = cost.interval_second,
                        .energy_joule = cost.total.energy_joule + cost.leakage_joule,
                        .operations = static_cast<double>(cost.operations)},
                       quality_of(space, quality, d)});
    });
    return all;
}

/// The value that a share of all designs does not exceed.
double quantile(const std::vector<Scored>& all, double share,
                const std::function<double(const Scored&)>& value) {
    std::vector<double> values;
    for (const Scored& s : all) values.push_back(value(s));
    std::ranges::sort(values);
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

Limit natural_limit(const std::vector<Scored>& all, Figure figure, double share) {
    const bool small = is_better_small(figure);
    return {figure,
            quantile(all, small ? share : 1 - share,
                     [&](const Scored& s) { return value_of(s.figures, figure); }),
            small};
}

/// Every kind of limit, one and several at a time.
std::vector<Goal> goals_of(const std::vector<Scored>& all, const QualityTable& quality,
                           Figure objective, Dice& dice) {
    std::vector<Goal> goals{{.objective = objective}};
    for (const Figure limited : all_figures) {
        goals.push_back({.objective = objective,
                         .limits = {natural_limit(all, limited, 0.05 + 0.9 * dice.uniform())}});
    }
    goals.push_back(
        {.objective = objective,
         .limits = {natural_limit(all, Figure::area, 0.5), natural_limit(all, Figure::latency, 0.5),
                    natural_limit(all, Figure::tops_per_watt, 0.6)}});
    const auto area = [](const Scored& s) { return s.figures.area_m2; };
    goals.push_back({.objective = objective,
                     .limits = {{Figure::area, quantile(all, 0.6, area), true},
                                {Figure::area, quantile(all, 0.4, area), false}}});
    const double least = quantile(all, 0.8, [](const Scored& s) { return s.quality; });
    goals.push_back({.objective = objective, .quality = quality, .least_quality = least});
    goals.push_back({.objective = objective,
                     .limits = {natural_limit(all, Figure::area, 0.5)},
                     .quality = quality,
                     .least_quality = least});
    goals.push_back({.objective = objective, .limits = {{Figure::area, 1e-12, true}}});
    return goals;
}

std::optional<double> best_merit(const std::vector<Scored>& all, const Goal& goal) {
    std::optional<double> best;
    for (const Scored& s : all) {
        if (!is_feasible(s, goal)) continue;
        const double m = merit(s.figures, exponents_of(goal.objective));
        if (!best || m < *best) best = m;
    }
    return best;
}

constexpr double rounding = 1e-11;

TEST(SearchProperty, MinimiseEqualsBruteForceForEveryObjectiveAndLimit) {
    for (std::uint32_t trial = 0; trial < 7; ++trial) {
        Dice dice(trial);
        const Space space = random_space(dice);
        const QualityTable quality = random_quality(space, dice);
        const std::vector<Scored> all = all_designs(space, quality);
        ASSERT_LE(all.size(), 100000U);
        const auto model = chip_cost_model(space);
        for (const Figure objective : all_figures) {
            for (const Goal& goal : goals_of(all, quality, objective, dice)) {
                const BestResult found = minimise(space, *model, goal, {});
                const auto expected = best_merit(all, goal);
                ASSERT_TRUE(found.is_complete);
                ASSERT_EQ(found.best.has_value(), expected.has_value())
                    << "trial " << trial << ' ' << to_text(objective);
                if (!expected) continue;
                EXPECT_NEAR(merit(found.best->figures, exponents_of(objective)), *expected,
                            rounding)
                    << "trial " << trial << ' ' << to_text(objective) << " of " << all.size();
                EXPECT_TRUE(is_feasible(*found.best, goal));
                EXPECT_NEAR(found.lower_bound, *expected, rounding);
            }
        }
    }
}

TEST(SearchProperty, TheFrontIsThatOfBruteForce) {
    const std::vector<std::vector<Figure>> fronts{{Figure::area, Figure::latency},
                                                  {Figure::area, Figure::latency, Figure::energy},
                                                  {Figure::latency, Figure::tops_per_watt},
                                                  {Figure::edap, Figure::tops_per_mm2}};
    for (std::uint32_t trial = 20; trial < 30; ++trial) {
        Dice dice(trial);
        const Space space = random_space(dice);
        const QualityTable quality = random_quality(space, dice);
        const std::vector<Scored> all = all_designs(space, quality);
        const auto model = chip_cost_model(space);
        for (const auto& figures : fronts) {
            Goal goal{
                .limits = {natural_limit(all, dice.pick<Figure>({Figure::area, Figure::energy}),
                                         0.3 + 0.6 * dice.uniform())}};
            if (trial % 2 == 1) {
                goal.quality = quality;
                goal.least_quality = quantile(all, 0.5, [](const Scored& s) { return s.quality; });
            }
            Front expected(figures.size());
            for (const Scored& s : all) {
                if (is_feasible(s, goal)) expected.offer({s.design, costs_of(s.figures, figures)});
            }
            const FrontResult found = exact_front(space, *model, figures, goal, {});
            ASSERT_TRUE(found.is_complete);
            // Points that differ in their last bits only may be on one front and not on the other.
            const auto covered = [](const Front& front, std::vector<double> costs) {
                for (double& c : costs) c += 1e-12 * std::abs(c);
                return front.covers(costs);
            };
            Front mine(figures.size());
            for (const Scored& s : found.points) {
                mine.offer({s.design, costs_of(s.figures, figures)});
                EXPECT_TRUE(covered(expected, costs_of(s.figures, figures)));
            }
            for (const FrontPoint& p : expected.points()) {
                EXPECT_TRUE(covered(mine, p.costs))
                    << "trial " << trial << ", " << all.size() << " designs";
            }
        }
    }
}

TEST(SearchProperty, EnumeratesTheBestDesignOfEveryNetworkBelowABound) {
    for (std::uint32_t trial = 40; trial < 46; ++trial) {
        Dice dice(trial);
        const Space space = random_space(dice);
        const std::vector<Scored> all = all_designs(space, {});
        const auto model = chip_cost_model(space);
        const Goal goal{.objective = dice.pick<Figure>({Figure::edap, Figure::latency})};
        const auto merit_of = [&](const Scored& s) {
            return merit(s.figures, exponents_of(goal.objective));
        };
        const double bound = quantile(all, 0.2, merit_of);
        std::map<std::pair<std::vector<int>, std::int64_t>, double> expected;
        for (const Scored& s : all) {
            if (merit_of(s) > bound) continue;
            const std::int64_t kernel =
                space.options(2)[static_cast<std::size_t>(s.design.options[2])].kernel;
            const auto [at, is_new] = expected.try_emplace({s.design.widths, kernel}, merit_of(s));
            if (!is_new) at->second = std::min(at->second, merit_of(s));
        }
        const NetworkList list = enumerate_networks(space, *model, goal, bound, {});
        ASSERT_TRUE(list.is_complete);
        EXPECT_EQ(list.best_of_network.size(), expected.size());
        double before = -1e300;
        for (const Scored& s : list.best_of_network) {
            EXPECT_LE(before, merit_of(s));
            before = merit_of(s);
            const std::int64_t kernel =
                space.options(2)[static_cast<std::size_t>(s.design.options[2])].kernel;
            const auto at = expected.find({s.design.widths, kernel});
            ASSERT_NE(at, expected.end());
            EXPECT_NEAR(merit_of(s), at->second, rounding);
        }
    }
}

}  // namespace
}  // namespace ohmgrid
