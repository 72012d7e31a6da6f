#include "search/solver/rivals.hpp"

#include <gtest/gtest.h>

#include "search/solver/exact_front.hpp"
#include "search/solver/minimise.hpp"
#include "sim/network/shape_table.hpp"
#include "tests/support/shipped_files.hpp"

namespace ohmgrid {
namespace {

Space vgg8_space() {
    BaseDesign base;
    base.network =
        read_shape_table(std::string(OHMGRID_SOURCE_DIR) + "/netlists/networks/vgg8_cifar10.csv");
    base.technology = technology_of("32nm");
    base.device = device_of("reram/hfox-1t1r");
    base.chip = chip_of("default");
    const std::size_t layers = base.network.weighted_nodes().size();
    base.settings.assign(layers,
                         {.array = {.rows = 64, .columns = 64, .cell_bits = 4, .column_sharing = 8},
                          .adc = {.type = AdcType::sar, .bits = 6},
                          .mapping = {.weight_bits = 8, .input_bits = 8}});
    base.adc_costs.assign(layers, {});
    base.activities.assign(layers, {});
    return {std::move(base),
            std::vector<LayerSpace>(layers, {.widths = {64, 128, 256},
                                             .adc_types = {AdcType::flash, AdcType::sar},
                                             .column_sharing = {2, 8, 32}})};
}

TEST(Rivals, NeverBeatTheExactSolverAndRepeatThemselves) {
    const Space space = vgg8_space();
    const auto model = chip_cost_model(space);
    const std::vector<Figure> figures{Figure::area, Figure::latency};
    const Goal goal{.objective = Figure::edap, .limits = {{Figure::area, 1e-4, true}}};
    const BestResult exact = minimise(space, *model, goal, {});
    ASSERT_TRUE(exact.best && exact.is_complete);
    const FrontResult front = exact_front(space, *model, figures, goal, {});
    Front reference(2);
    for (const Scored& s : front.points) reference.offer({s.design, costs_of(s.figures, figures)});
    const double best = merit(exact.best->figures, exponents_of(Figure::edap));
    for (const Rival rival : all_rivals) {
        const RivalResult one = run_rival(rival, space, *model, goal, figures, 1500, {});
        const RivalResult again = run_rival(rival, space, *model, goal, figures, 1500, {});
        EXPECT_EQ(one.evaluations, 1500);
        if (one.best) {
            EXPECT_GE(merit(one.best->figures, exponents_of(Figure::edap)), best - 1e-11);
            EXPECT_EQ(one.best->design, again.best->design) << to_text(rival);
        }
        for (const Scored& s : one.front) {
            std::vector<double> costs = costs_of(s.figures, figures);
            for (double& c : costs) c *= 1 + 1e-12;
            EXPECT_TRUE(reference.covers(costs)) << to_text(rival);
        }
    }
}

TEST(Rivals, LearnSomething) {
    const Space space = vgg8_space();
    const auto model = chip_cost_model(space);
    const std::vector<Figure> figures{Figure::area, Figure::latency};
    const Goal goal{.objective = Figure::edap};
    const auto best_of = [&](Rival rival) {
        const RivalResult r = run_rival(rival, space, *model, goal, figures, 2000, {});
        return merit(r.best->figures, exponents_of(Figure::edap));
    };
    const double random = best_of(Rival::random);
    EXPECT_LT(best_of(Rival::nsga2), random);
    EXPECT_LT(best_of(Rival::annealing), random);
    EXPECT_LT(best_of(Rival::gumbel), random);
}

}  // namespace
}  // namespace ohmgrid
