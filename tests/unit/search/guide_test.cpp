#include "search/objective/guide.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/unit/search/shipped_space.hpp"

namespace ohmgrid {
namespace {

/// A network's score, by its layers' widths.
using Score = double (*)(const std::vector<double>& widths);

std::vector<double> widths_of(const Space& space, const Design& design) {
    std::vector<double> widths;
    const Graph network = space.network(design);
    for (const NodeId id : network.weighted_nodes()) {
        widths.push_back(static_cast<double>(network.node(id).shape.channels));
    }
    return widths;
}

std::vector<ScoredNetwork> scored(const Space& space, Score score, std::uint32_t count) {
    std::vector<ScoredNetwork> all;
    for (std::uint32_t i = 0; i < count; ++i) {
        Design d = random_widths(space, 7, i);
        const double value = score(widths_of(space, d));
        all.push_back({std::move(d), value});
    }
    return all;
}

/// ln det of a 32 x 32 kernel that is the sum of kernels c_l w_l I: 32 ln(sum of c_l w_l).
double of_added_kernels(const std::vector<double>& widths) {
    double sum = 0;
    double per_unit = 1024;
    for (const double w : widths) {
        sum += per_unit * w;
        per_unit /= 4;
    }
    return 32 * std::log(sum);
}

const LayerSpace four_widths{.widths = {64, 128, 256, 512}};

TEST(Guide, PredictsALogDeterminantOfKernelsThatAddUpByItsRoot) {
    const Space space = space_on("vgg8_cifar10.csv", four_widths);
    const auto samples = scored(space, of_added_kernels, 120);
    const Guide as_it_is(space, samples);
    const Guide by_root(space, samples, 32);
    EXPECT_LT(by_root.largest_error(), 0.67);  // 1 % of 32 ln 8, the span of scores: the ridge's
    EXPECT_GT(as_it_is.largest_error(), 10 * by_root.largest_error());
    EXPECT_GT(by_root.rank_correlation(), 0.999);
}

TEST(Guide, TablesAddUpToTheQualityOfItsPredictions) {
    const Space space = space_on("vgg8_cifar10.csv", four_widths);
    const Guide guide(space, scored(space, of_added_kernels, 60), 32);
    const auto table = guide.table();
    for (std::uint32_t i = 1000; i < 1020; ++i) {
        const Design d = random_widths(space, 7, i);
        double sum = 0;
        for (std::size_t layer = 0; layer < space.layer_count(); ++layer) {
            sum += table[layer][static_cast<std::size_t>(space.scope_index(layer, d))][0];
        }
        EXPECT_NEAR(sum, guide.quality_of(guide.predict(d)), 1e-12 * sum);
    }
}

TEST(Guide, OrdersScoresAndQualitiesAlike) {
    const Space space = space_on("vgg8_cifar10.csv", four_widths);
    const Guide guide(space, scored(space, of_added_kernels, 60), 32);
    EXPECT_LT(guide.quality_of(300), guide.quality_of(301));
    EXPECT_NEAR(guide.quality_of(332) / guide.quality_of(300), std::exp(1), 1e-12);
}

}  // namespace
}  // namespace ohmgrid
