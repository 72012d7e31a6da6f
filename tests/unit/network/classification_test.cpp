#include "sim/network/classification.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/core/error.hpp"
#include "tests/support/network_builder.hpp"
#include "tests/support/values_of.hpp"

namespace ohmgrid {
namespace {

using ::testing::ElementsAre;

/// A network that hands its three inputs through as scores.
Executor pass_through() {
    NetworkBuilder net({3, 1, 1});
    net.node({.op = Op::flatten, .inputs = {{0}}});
    return Executor(net.graph());
}

/// Image i votes for class i modulo 3.
void vote(std::int64_t image, std::span<float> values) {
    std::fill(values.begin(), values.end(), 0.0F);
    values[static_cast<std::size_t>(image % 3)] = 1;
}

TEST(BestClass, IsTheFirstOfEquals) {
    const std::vector<float> scores{-2, 3, 1, 3};
    EXPECT_EQ(best_class(scores), 1);
}

TEST(Classify, CountsPredictionsThatAreTheLabel) {
    const std::vector<std::int64_t> labels{0, 1, 0, 0, 2};
    const Classification found = classify({.threads = 2}, pass_through(), vote, labels);
    EXPECT_THAT(found.predictions, ElementsAre(0, 1, 2, 0, 1));
    EXPECT_EQ(found.correct, 3);
    EXPECT_DOUBLE_EQ(found.accuracy(), 0.6);
    EXPECT_THAT(values_of(found.scores.of(4)), ElementsAre(0, 1, 0));
}

TEST(Classify, ReportsProgressUpToTheLastImage) {
    std::vector<std::int64_t> done;
    RunContext context;
    context.progress = [&](const Progress& p) {
        EXPECT_EQ(p.total, 600);
        EXPECT_EQ(p.unit, "images");
        done.push_back(p.done);
    };
    const Classification found =
        classify(context, pass_through(), vote, std::vector<std::int64_t>(600, 1));
    EXPECT_EQ(found.correct, 200);
    ASSERT_GT(done.size(), 1U);
    EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
    EXPECT_EQ(done.back(), 600);
}

TEST(Classify, StopsWhenAsked) {
    std::stop_source source;
    RunContext context;
    context.stop = source.get_token();
    context.progress = [&](const Progress&) { source.request_stop(); };
    const std::vector<std::int64_t> labels(100000, 0);
    EXPECT_THROW((void)classify(context, pass_through(), vote, labels), Interrupted);
}

}  // namespace
}  // namespace ohmgrid
