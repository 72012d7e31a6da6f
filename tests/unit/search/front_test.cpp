#include "search/archive/front.hpp"

#include <gtest/gtest.h>

namespace ohmgrid {
namespace {

Front front_of(std::size_t costs, const std::vector<std::vector<double>>& points) {
    Front front(costs);
    for (const auto& p : points) front.offer({.design = {}, .costs = p});
    return front;
}

TEST(Front, KeepsWhatNothingBeats) {
    for (const std::size_t costs : {std::size_t{2}, std::size_t{3}}) {
        std::vector<std::vector<double>> points{{3, 1}, {1, 3}, {2, 2}, {3, 3}, {2, 2}, {1, 4}};
        for (auto& p : points) p.resize(costs, 0);
        const auto kept = front_of(costs, points).points();
        ASSERT_EQ(kept.size(), 3U);
        EXPECT_EQ(kept[0].costs[0], 1);
        EXPECT_EQ(kept[1].costs[0], 2);
        EXPECT_EQ(kept[2].costs[0], 3);
    }
}

TEST(Front, ShareOfTheBoxIsTheAreaOfTheStairs) {
    // On axes from 1 to 100 the point (10, 10) dominates the upper right quarter.
    const std::vector<double> ideal{1, 1};
    const std::vector<double> reference{100, 100};
    EXPECT_NEAR(dominated_share(front_of(2, {{10, 10}}).points(), ideal, reference), 0.25, 1e-15);
    EXPECT_NEAR(dominated_share(front_of(2, {{1, 10}, {10, 1}}).points(), ideal, reference), 0.75,
                1e-15);
    EXPECT_EQ(dominated_share({}, ideal, reference), 0);
}

}  // namespace
}  // namespace ohmgrid
