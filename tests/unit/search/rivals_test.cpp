#include "search/solver/rivals.hpp"

#include <gtest/gtest.h>

#include "search/solver/exact_front.hpp"
#include "search/solver/minimise.hpp"
#include "tests/unit/search/shipped_space.hpp"

namespace ohmgrid {
namespace {

Space vgg8_space() {
    return space_on("vgg8_cifar10.csv", {.widths = {64, 128, 256},
                                         .adc_types = {AdcType::flash, AdcType::sar},
                                         .column_sharing = {2, 8, 32}});
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
