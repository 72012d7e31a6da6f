#include "sim/network/fold.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ohmgrid {
namespace {

using ::testing::ElementsAre;

Node affine(std::string name, NodeId input, std::vector<float> scale, std::vector<float> shift) {
    return {.name = std::move(name),
            .op = Op::affine,
            .inputs = {input},
            .weights = std::move(scale),
            .bias = std::move(shift)};
}

Graph graph_with(std::vector<Node> more) {
    Graph graph{.name = "g", .nodes = {{.name = "image", .shape = {2}}}, .output = {}};
    for (Node& n : more) {
        n.shape = infer_shape(graph, n);
        graph.nodes.push_back(std::move(n));
    }
    graph.output = {static_cast<std::int64_t>(graph.nodes.size()) - 1};
    return graph;
}

Node linear() {
    return {.name = "fc",
            .op = Op::linear,
            .inputs = {{0}},
            .shape = {2},
            .weights = {1, 2, 3, 4},
            .bias = {5, 6}};
}

TEST(FoldAffine, ScalesRowsAndBiasThenShifts) {
    const Graph folded = fold_affine(graph_with({linear(), affine("bn", {1}, {10, 2}, {1, -1})}));
    ASSERT_EQ(folded.nodes.size(), 2U);
    EXPECT_THAT(folded.nodes[1].weights, ElementsAre(10, 20, 6, 8));
    EXPECT_THAT(folded.nodes[1].bias, ElementsAre(51, 11));
    EXPECT_NO_THROW(check(folded));
}

TEST(FoldAffine, FoldsAChainCompletely) {
    const Graph folded = fold_affine(
        graph_with({linear(), affine("a", {1}, {2, 2}, {1, 1}), affine("b", {2}, {3, 3}, {})}));
    ASSERT_EQ(folded.nodes.size(), 2U);
    EXPECT_THAT(folded.nodes[1].weights, ElementsAre(6, 12, 18, 24));
    EXPECT_THAT(folded.nodes[1].bias, ElementsAre(33, 39));
}

TEST(FoldAffine, RedirectsEveryLaterUser) {
    const Graph folded =
        fold_affine(graph_with({linear(),
                                affine("bn", {1}, {1, 1}, {0, 0}),
                                {.name = "relu", .op = Op::clip, .inputs = {{2}}, .clip_low = 0},
                                {.name = "sum", .op = Op::add, .inputs = {{2}, {3}}}}));
    ASSERT_EQ(folded.nodes.size(), 4U);
    EXPECT_EQ(folded.nodes[2].inputs, (std::vector<NodeId>{{1}}));
    EXPECT_EQ(folded.nodes[3].inputs, (std::vector<NodeId>{{1}, {2}}));
    EXPECT_EQ(folded.output, NodeId{3});
}

TEST(FoldAffine, LeavesALayerAloneWhoseResultIsUsedElsewhere) {
    const Graph graph = graph_with({linear(),
                                    affine("bn", {1}, {2, 2}, {0, 0}),
                                    {.name = "sum", .op = Op::add, .inputs = {{1}, {2}}}});
    EXPECT_EQ(fold_affine(graph).nodes.size(), graph.nodes.size());
}

TEST(FoldAffine, LeavesAnAffineThatFollowsAnActivation) {
    const Graph graph = graph_with(
        {{.name = "relu", .op = Op::clip, .inputs = {{0}}}, affine("bn", {1}, {2, 2}, {0, 0})});
    EXPECT_EQ(fold_affine(graph).nodes.size(), 3U);
}

}  // namespace
}  // namespace ohmgrid
