#include "sim/network/graph.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

using ::testing::HasSubstr;

Graph graph_with(Shape input, std::vector<Node> more) {
    Graph graph{.name = "test", .nodes = {{.name = "image", .shape = input}}, .output = {}};
    for (Node& n : more) {
        n.shape = infer_shape(graph, n);
        graph.nodes.push_back(std::move(n));
    }
    graph.output = {static_cast<std::int64_t>(graph.nodes.size()) - 1};
    return graph;
}

Node convolution(std::int64_t out_channels, Window window, std::int64_t groups = 1) {
    return {.name = "conv",
            .op = Op::convolution,
            .inputs = {{0}},
            .shape = {out_channels},
            .window = window,
            .groups = groups};
}

Shape shape_after(Shape input, const Node& n) { return graph_with(input, {n}).nodes.back().shape; }

std::string complaint_about(Shape input, const Node& n) {
    try {
        (void)graph_with(input, {n});
    } catch (const InputError& error) {
        return error.what();
    }
    return "nothing was thrown";
}

std::string complaint_about(const Graph& graph) {
    try {
        check(graph);
    } catch (const InputError& error) {
        return error.what();
    }
    return "nothing was thrown";
}

TEST(InferShape, CountsThePositionsOfAWindow) {
    // floor((in + pads - dilation*(kernel-1) - 1) / stride) + 1, by hand.
    const Window same{.kernel_height = 3,
                      .kernel_width = 3,
                      .pad_top = 1,
                      .pad_left = 1,
                      .pad_bottom = 1,
                      .pad_right = 1};
    EXPECT_EQ(shape_after({3, 32, 32}, convolution(16, same)), (Shape{16, 32, 32}));
    Window halving = same;
    halving.stride_height = halving.stride_width = 2;
    EXPECT_EQ(shape_after({3, 32, 33}, convolution(8, halving)), (Shape{8, 16, 17}));
    const Window uneven{.kernel_height = 3,
                        .kernel_width = 5,
                        .stride_height = 2,
                        .stride_width = 3,
                        .dilation_height = 2,
                        .dilation_width = 1,
                        .pad_top = 0,
                        .pad_left = 2,
                        .pad_bottom = 1,
                        .pad_right = 0};
    // height: (9+1-5)/2+1 = 3; width: (11+2-5)/3+1 = 3
    EXPECT_EQ(shape_after({1, 9, 11}, convolution(4, uneven)), (Shape{4, 3, 3}));
}

TEST(InferShape, FlattensChannelMajor) {
    EXPECT_EQ(shape_after({8, 4, 3}, {.name = "f", .op = Op::flatten, .inputs = {{0}}}),
              (Shape{96, 1, 1}));
}

TEST(InferShape, JoinsChannelsAndKeepsSpace) {
    EXPECT_EQ(shape_after({8, 4, 3}, {.name = "c", .op = Op::concat, .inputs = {{0}, {0}, {0}}}),
              (Shape{24, 4, 3}));
}

TEST(InferShape, RefusesAKernelLargerThanThePaddedImage) {
    EXPECT_THAT(complaint_about({3, 4, 4}, convolution(1, {.kernel_height = 6})),
                HasSubstr("error[NET003]: conv 'conv': the kernel spans 6 but the padded input "
                          "has height 4"));
}

TEST(InferShape, RefusesGroupsThatDoNotDivideTheChannels) {
    EXPECT_THAT(complaint_about({3, 4, 4}, convolution(4, {}, 2)), HasSubstr("NET003"));
}

TEST(InferShape, RefusesPoolsWithAWindowInThePadding) {
    const auto pool = [](Window w) {
        return Node{.name = "pool", .op = Op::max_pool, .inputs = {{0}}, .window = w};
    };
    const Window clear{.kernel_height = 2, .pad_top = 1, .pad_bottom = 1};
    EXPECT_EQ(shape_after({1, 4, 4}, pool(clear)), (Shape{1, 5, 4}));
    const Window blind{.kernel_height = 2, .pad_top = 2};
    EXPECT_THAT(complaint_about({1, 4, 4}, pool(blind)), HasSubstr("entirely in the padding"));
    // Taps at -1 and 2 of an image of two rows: both miss it.
    const Window straddling{
        .kernel_height = 2, .dilation_height = 3, .pad_top = 1, .pad_bottom = 2};
    EXPECT_THAT(complaint_about({1, 2, 2}, pool(straddling)), HasSubstr("entirely in the padding"));
}

TEST(InferShape, RefusesFeatureMapsBeyondAllMemory) {
    const Window huge{.pad_top = 60000, .pad_left = 60000};
    EXPECT_THAT(
        complaint_about({3, 4, 4}, {.name = "p", .op = Op::pad, .inputs = {{0}}, .window = huge}),
        HasSubstr("NET004"));
}

TEST(InferShape, RefusesLayersBeyondAllMemory) {
    const Node n{.name = "fc", .op = Op::linear, .inputs = {{0}}, .shape = {100'000}};
    EXPECT_THAT(complaint_about({100'000}, n), HasSubstr("error[NET004]: linear 'fc': it would"));
}

TEST(InferShape, RefusesALinearLayerOnAFeatureMap) {
    EXPECT_THAT(complaint_about({3, 4, 4},
                                {.name = "fc", .op = Op::linear, .inputs = {{0}}, .shape = {10}}),
                HasSubstr("Put a flatten in between"));
}

TEST(InferShape, RefusesSumsOfUnequalShapes) {
    Graph graph = graph_with({3, 4, 4}, {convolution(4, {})});
    EXPECT_THROW((void)infer_shape(graph, {.name = "s", .op = Op::add, .inputs = {{0}, {1}}}),
                 InputError);
}

TEST(Graph, CountsMultiplyAccumulates) {
    const Window three{.kernel_height = 3, .kernel_width = 3};
    Graph graph = graph_with({8, 6, 6}, {convolution(16, three, 4)});
    // 16 x 4 x 4 outputs, each from 8/4 channels x 9 taps
    EXPECT_EQ(graph.multiply_accumulates({1}), 16 * 16 * 2 * 9);
    EXPECT_EQ(graph.multiply_accumulates({0}), 0);
    Graph dense =
        graph_with({20}, {{.name = "fc", .op = Op::linear, .inputs = {{0}}, .shape = {7, 1, 1}}});
    EXPECT_EQ(dense.multiply_accumulates({1}), 140);
}

TEST(Graph, ListsWeightedNodesInOrder) {
    Graph graph =
        graph_with({8, 6, 6}, {convolution(4, {}),
                               {.name = "f", .op = Op::flatten, .inputs = {{1}}},
                               {.name = "fc", .op = Op::linear, .inputs = {{2}}, .shape = {10}}});
    EXPECT_EQ(graph.weighted_nodes(), (std::vector<NodeId>{{1}, {3}}));
    EXPECT_FALSE(graph.has_weights());
    graph.nodes[1].weights.resize(32);
    EXPECT_FALSE(graph.has_weights());
    graph.nodes[3].weights.resize(1440);
    EXPECT_TRUE(graph.has_weights());
    EXPECT_NO_THROW(check(graph));
}

TEST(CheckGraph, NamesTheNodeThatBreaksAnInvariant) {
    const Graph good = graph_with({2, 4, 4}, {convolution(4, {})});
    EXPECT_NO_THROW(check(good));

    Graph graph = good;
    graph.nodes[1].weights.resize(7);
    EXPECT_THAT(complaint_about(graph),
                HasSubstr("error[NET005]: conv 'conv': 7 values of weights where the shapes ask "
                          "for 8"));
    graph = good;
    graph.nodes[1].bias = {0, 0, std::numeric_limits<float>::quiet_NaN(), 0};
    EXPECT_THAT(complaint_about(graph), HasSubstr("not finite"));
    graph = good;
    graph.nodes[1].inputs = {{1}};
    EXPECT_THAT(complaint_about(graph), HasSubstr("does not precede"));
    graph = good;
    graph.nodes[1].shape.height = 5;
    EXPECT_THAT(complaint_about(graph), HasSubstr("given as 4x5x4 but follows as 4x4x4"));
    graph = good;
    graph.nodes[1].name = "image";
    EXPECT_THAT(complaint_about(graph), HasSubstr("used twice"));
    graph = good;
    graph.nodes[1].inputs = {{0}, {0}};
    EXPECT_THAT(complaint_about(graph), HasSubstr("2 inputs. It takes 1"));
    graph = good;
    graph.output = {0};
    EXPECT_THAT(complaint_about(graph), HasSubstr("follows the network's output"));
    EXPECT_THAT(complaint_about(Graph{}), HasSubstr("has no nodes"));
}

}  // namespace
}  // namespace ohmgrid
