#include "sim/network/executor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <mutex>

#include "sim/core/error.hpp"
#include "sim/network/reference_executor.hpp"
#include "tests/support/network_builder.hpp"

namespace ohmgrid {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<InstructionSet> available_sets() {
    std::vector<InstructionSet> sets;
    for (const auto set :
         {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
        if (is_available(set)) sets.push_back(set);
    }
    return sets;
}

std::vector<float> scores_of(const Graph& graph, const FeatureMap& image,
                             ExecutorOptions options = {}) {
    const Executor run(graph, std::move(options));
    return run({.threads = 1}, std::span(&image, 1)).values;
}

/// The fast executor on every instruction set against the double-precision twin. Sums of up to a
/// few thousand products of size ~1 carry float errors far below 1e-4.
void expect_twin_agrees(const Graph& graph) {
    const FeatureMap image = normal_image(graph.nodes.front().shape, 1);
    const std::vector<double> expected = reference_scores(graph, image);
    double largest = 1;
    for (const double e : expected) largest = std::max(largest, std::abs(e));
    for (const InstructionSet set : available_sets()) {
        const auto found = scores_of(graph, image, {.instruction_set = set});
        ASSERT_EQ(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
            ASSERT_NEAR(static_cast<double>(found[i]), expected[i], 1e-5 * largest)
                << to_text(set) << ", element " << i;
        }
    }
}

template <class Failure, class Action>
std::string complaint_of(Action action) {
    try {
        action();
    } catch (const Failure& error) {
        return error.what();
    }
    return "nothing was thrown";
}

Graph one_convolution(const Shape& input, std::int64_t channels, const Window& window,
                      std::int64_t groups = 1) {
    NetworkBuilder net(input);
    net.convolution({0}, channels, window, groups);
    return net.graph();
}

Graph one_node(const Shape& input, Node n) {
    NetworkBuilder net(input);
    n.inputs = {{0}};
    net.node(std::move(n));
    return net.graph();
}

TEST(Executor, EqualsTheTwinForConvolutionsOfManyShapes) {
    for (const std::int64_t in : {1, 3, 16, 17, 40}) {
        for (const std::int64_t out : {1, 10, 16, 33, 70}) {
            for (const std::int64_t kernel : {1, 3, 5, 7}) {
                SCOPED_TRACE(testing::Message() << in << " to " << out << " kernel " << kernel);
                expect_twin_agrees(one_convolution({in, 7, 9}, out, same_window(kernel)));
            }
        }
    }
}

TEST(Executor, EqualsTheTwinForRowsOfEveryLength) {
    for (std::int64_t width = 1; width <= 34; ++width) {
        SCOPED_TRACE(testing::Message() << "width " << width);
        expect_twin_agrees(one_convolution({5, 2, width}, 80, same_window(3)));
        expect_twin_agrees(one_convolution({5, 2, width}, 48, same_window(3, 2)));
    }
}

TEST(Executor, EqualsTheTwinForStridesDilationsAndUnevenPadding) {
    for (const std::int64_t stride : {1, 2, 3}) {
        for (const std::int64_t dilation : {1, 2}) {
            const Window window{.kernel_height = 3,
                                .kernel_width = 5,
                                .stride_height = stride,
                                .stride_width = 4 - stride,
                                .dilation_height = dilation,
                                .dilation_width = 3 - dilation,
                                .pad_top = 0,
                                .pad_left = 3,
                                .pad_bottom = 2,
                                .pad_right = 1};
            SCOPED_TRACE(testing::Message() << "stride " << stride << " dilation " << dilation);
            expect_twin_agrees(one_convolution({19, 13, 15}, 35, window));
        }
    }
}

TEST(Executor, EqualsTheTwinForGroupedAndDepthwiseConvolutions) {
    struct Case {
        std::int64_t in, out, groups;
    };
    for (const auto [in, out, groups] :
         {Case{32, 64, 2}, Case{6, 9, 3}, Case{48, 48, 3}, Case{40, 20, 4}, Case{16, 16, 16},
          Case{37, 37, 37}, Case{12, 36, 12}, Case{1, 1, 1}, Case{36, 12, 12}}) {
        for (const std::int64_t stride : {1, 2}) {
            SCOPED_TRACE(testing::Message() << in << " to " << out << " in " << groups);
            expect_twin_agrees(one_convolution({in, 8, 11}, out, same_window(3, stride), groups));
        }
    }
}

TEST(Executor, EqualsTheTwinForLinearLayers) {
    for (const std::int64_t in : {1, 15, 64, 300}) {
        for (const std::int64_t out : {1, 10, 64, 100, 130}) {
            NetworkBuilder net({in, 1, 1});
            net.linear({0}, out);
            expect_twin_agrees(net.graph());
        }
    }
}

TEST(Executor, EqualsTheTwinForPools) {
    const Window uneven{.kernel_height = 3,
                        .kernel_width = 2,
                        .stride_height = 2,
                        .stride_width = 1,
                        .dilation_height = 2,
                        .dilation_width = 1,
                        .pad_top = 2,
                        .pad_left = 1,
                        .pad_bottom = 1,
                        .pad_right = 0};
    const Shape input{21, 9, 7};
    expect_twin_agrees(one_node(input, {.op = Op::max_pool, .window = uneven}));
    expect_twin_agrees(one_node(input, {.op = Op::average_pool, .window = uneven}));
    expect_twin_agrees(one_node(
        input, {.op = Op::average_pool, .window = uneven, .average_counts_padding = true}));
    expect_twin_agrees(one_node(input, {.op = Op::global_average_pool}));
}

TEST(Executor, NeverLetsPaddingWinAMaximum) {
    const Graph graph = one_node({1, 1, 2}, {.op = Op::max_pool, .window = same_window(3)});
    EXPECT_THAT(scores_of(graph, {{1, 1, 2}, {-5, -7}}), ElementsAre(-5, -5));
}

TEST(Executor, EqualsTheTwinForElementwiseAndShapeOperations) {
    const Shape input{21, 5, 6};
    expect_twin_agrees(one_node(input, {.op = Op::clip, .clip_low = 0, .clip_high = 0.5}));
    expect_twin_agrees(one_node(input, {.op = Op::flatten}));
    expect_twin_agrees(one_node(input, {.op = Op::softmax}));
    expect_twin_agrees(
        one_node(input, {.op = Op::pad, .window = {.pad_top = 1, .pad_left = 2, .pad_right = 3}}));
    NetworkBuilder net(input);
    net.affine({0});
    expect_twin_agrees(net.graph());
}

TEST(Executor, EqualsTheTwinForConcatenationsThatStraddleBlocks) {
    NetworkBuilder net({3, 5, 4});
    const NodeId a = net.convolution({0}, 20, same_window(3));
    const NodeId b = net.relu(net.convolution(a, 7, same_window(3)));
    const NodeId joined = net.node({.op = Op::concat, .inputs = {{0}, a, b, a}});
    net.convolution(net.affine(joined), 18, same_window(3, 2));
    expect_twin_agrees(net.graph());
}

TEST(Executor, EqualsTheTwinWhenAdditionsAndClipsAreShared) {
    NetworkBuilder net({4, 6, 6});
    const NodeId a = net.convolution({0}, 20, same_window(3));  // used three times: stays itself
    const NodeId b = net.convolution(a, 20, same_window(3));    // absorbs add and clip
    const NodeId c = net.relu(net.add(b, a));
    const NodeId d = net.relu(net.convolution(c, 20, same_window(1)));
    const NodeId e = net.convolution(a, 20, same_window(5));
    const NodeId doubled = net.add(e, e);  // both operands are the same result
    const NodeId f = net.add(net.add(d, doubled), c);
    net.node({.op = Op::clip, .inputs = {f}, .clip_low = -1, .clip_high = 1});
    expect_twin_agrees(net.graph());
}

TEST(Executor, EqualsTheTwinForAResidualNetwork) { expect_twin_agrees(resnet_cifar10(1)); }

TEST(Executor, GivesTheSameBitsForAnyNumberOfThreadsAndAnyBatch) {
    const Graph graph = resnet_cifar10(1);
    std::vector<FeatureMap> images;
    for (std::uint32_t i = 0; i < 9; ++i) images.push_back(normal_image({3, 32, 32}, i));
    for (const InstructionSet set : available_sets()) {
        const Executor run(graph, {.instruction_set = set});
        const Scores all = run({.threads = 1}, images);
        for (const int threads : {2, 3, 7}) {
            EXPECT_EQ(run({.threads = threads}, images).values, all.values);
        }
        for (std::int64_t i = 0; i < 9; ++i) {
            const auto alone = run({.threads = 1}, std::span(&images[static_cast<size_t>(i)], 1));
            EXPECT_TRUE(std::ranges::equal(alone.values, all.of(i)));
        }
    }
}

TEST(Executor, AsksForTheImagesOfItsRange) {
    const Graph graph = one_node({2, 1, 1}, {.op = Op::flatten});
    const Scores scores = Executor(graph)({.threads = 2}, {.first = 5, .count = 3},
                                          [](std::int64_t image, std::span<float> values) {
                                              values[0] = static_cast<float>(image);
                                              values[1] = -static_cast<float>(image);
                                          });
    EXPECT_EQ(scores.images(), 3);
    EXPECT_THAT(scores.values, ElementsAre(5, -5, 6, -6, 7, -7));
}

TEST(Executor, LetsALayerFunctionReplaceOneLayer) {
    const Graph graph = resnet_cifar10(1);
    const FeatureMap image = normal_image({3, 32, 32}, 1);
    // Replacing every other layer by the same digital layer changes nothing but the order in which
    // a fused addition rounds.
    ExecutorOptions options;
    options.layers.resize(graph.weighted_nodes().size());
    std::atomic<int> calls = 0;
    for (std::size_t k = 0; k < options.layers.size(); k += 2) {
        const NodeId id = graph.weighted_nodes()[k];
        options.layers[k] = [&calls, k, digital = DigitalLayer(graph, id)](
                                const LayerCall& call, const FeatureMap& in, FeatureMap& out) {
            ++calls;
            EXPECT_EQ(call.layer.value, static_cast<std::int64_t>(k));
            const FeatureMap result = digital(in);
            EXPECT_EQ(out.shape, result.shape);
            out.values = result.values;
        };
    }
    const auto expected = scores_of(graph, image);
    const auto found = scores_of(graph, image, options);
    EXPECT_EQ(calls, 5);
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-5F);
}

TEST(Executor, UsesWhatALayerFunctionComputed) {
    NetworkBuilder net({2, 3, 3});
    net.relu(net.convolution({0}, 4, same_window(1)));
    ExecutorOptions options;
    options.layers = {[](const LayerCall& call, const FeatureMap& in, FeatureMap& out) {
        EXPECT_EQ(in.shape, (Shape{2, 3, 3}));
        EXPECT_EQ(call.node.op, Op::convolution);
        std::fill(out.values.begin(), out.values.end(), -1.0F);
        out.values[7] = static_cast<float>(call.image) + 0.25F;
    }};
    std::vector<float> expected(36, 0.0F);
    expected[7] = 0.25F;
    EXPECT_EQ(scores_of(net.graph(), normal_image({2, 3, 3}, 1), options), expected);
}

TEST(Executor, SaysAtWhichImageAndLayerALayerFunctionFailed) {
    NetworkBuilder net({2, 3, 3});
    net.convolution({0}, 4, same_window(1));
    ExecutorOptions options;
    options.layers = {[](const LayerCall& call, const FeatureMap&, FeatureMap&) {
        if (call.image == 6) throw NumericalError(Message{.id = "NUM001", .what = "no solution"});
    }};
    const auto load = [](std::int64_t, std::span<float>) {};
    EXPECT_THAT(complaint_of<NumericalError>([&] {
                    (void)Executor(net.graph(), options)({}, {.first = 5, .count = 2}, load);
                }),
                HasSubstr("image 6, layer node1: no solution"));
}

TEST(Executor, ShowsTheObserverTheInputOfEveryWeightedNode) {
    const Graph graph = resnet_cifar10(1);
    const FeatureMap image = normal_image({3, 32, 32}, 3);
    const auto values = reference_values(graph, image);
    std::vector<NodeId> seen;
    ExecutorOptions options;
    options.observer = [&](const LayerCall& call, const FeatureMap& in) {
        const NodeId id = graph.weighted_nodes()[static_cast<std::size_t>(call.layer.value)];
        seen.push_back(id);
        const auto& expected = values[static_cast<std::size_t>(graph.node(id).inputs[0].value)];
        ASSERT_EQ(in.values.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            ASSERT_NEAR(static_cast<double>(in.values[i]), expected[i], 1e-4);
        }
    };
    EXPECT_EQ(scores_of(graph, image, options), scores_of(graph, image));
    EXPECT_EQ(seen, graph.weighted_nodes());
}

TEST(Executor, RefusesANetworkWithoutWeights) {
    Graph graph = one_convolution({1, 4, 4}, 2, same_window(3));
    graph.nodes.back().weights.clear();
    EXPECT_THAT(complaint_of<InputError>([&] { Executor run{graph}; }),
                HasSubstr("error[NET020]: network 'built': it has layer shapes but no weights"));
}

TEST(Executor, RefusesPaddingThatNoMemoryHolds) {
    const Window hostile{.kernel_height = 65536,
                         .kernel_width = 65536,
                         .stride_height = 65536,
                         .stride_width = 65536,
                         .pad_top = 65536,
                         .pad_left = 65536,
                         .pad_bottom = 65536,
                         .pad_right = 65536};
    Graph graph{.name = "hostile", .nodes = {{.name = "i", .shape = {1, 1, 1}}}, .output = {1}};
    Node huge{.name = "c", .op = Op::convolution, .inputs = {{0}}, .shape = {1}, .window = hostile};
    huge.window.kernel_height = huge.window.kernel_width = 1;
    huge.shape = infer_shape(graph, huge);
    huge.weights = {1};
    graph.nodes.push_back(huge);
    EXPECT_THAT(complaint_of<InputError>([&] { Executor run{graph}; }), HasSubstr("NET021"));
}

TEST(Executor, RefusesAnImageOfAnotherShape) {
    const Executor run{one_convolution({1, 4, 4}, 2, same_window(3))};
    const std::vector<FeatureMap> images{normal_image({1, 4, 4}, 1), normal_image({1, 4, 5}, 1)};
    EXPECT_THAT(complaint_of<InputError>([&] { (void)run({}, images); }),
                HasSubstr("error[NET024]: network 'built': image 1 does not have the shape"));
}

TEST(Executor, NamesTheFirstImageWhoseScoresAreNotFinite) {
    NetworkBuilder net({3, 4, 4});
    const NodeId relu = net.relu(net.convolution({0}, 20, same_window(3)));
    const NodeId pool =
        net.node({.op = Op::max_pool, .inputs = {relu}, .window = same_window(3, 2)});
    net.convolution(pool, 5, same_window(1));
    std::vector<FeatureMap> images;
    for (std::uint32_t i = 0; i < 6; ++i) images.push_back(normal_image({3, 4, 4}, i));
    images[2].values[5] = std::numeric_limits<float>::quiet_NaN();
    images[4].values[0] = std::numeric_limits<float>::infinity();
    const Executor run{net.graph()};
    EXPECT_THAT(complaint_of<NumericalError>([&] { (void)run({.threads = 2}, images); }),
                HasSubstr("image 2: error[NET025]: one of its values is not finite"));
}

/// The third image is finite, but too large for the network: the first node that overflows is
/// named.
TEST(Executor, NamesTheFirstNodeWhoseResultIsNotFinite) {
    NetworkBuilder net({3, 4, 4});
    const NodeId first = net.relu(net.convolution({0}, 20, same_window(3)));
    const NodeId twice = net.add(first, first);
    net.convolution(twice, 5, same_window(1));
    const Graph graph = net.graph();
    std::vector<FeatureMap> images;
    for (std::uint32_t i = 0; i < 6; ++i) images.push_back(normal_image({3, 4, 4}, i));
    for (float& value : images[2].values) value = 3e38F;
    const Executor run{graph};
    EXPECT_THAT(complaint_of<NumericalError>([&] { (void)run({.threads = 2}, images); }),
                HasSubstr("image 2: error[NET023]: node "));
}

TEST(DigitalLayer, EqualsTheTwin) {
    const Graph graph = one_convolution({5, 6, 7}, 19, same_window(3, 2));
    const FeatureMap image = normal_image({5, 6, 7}, 2);
    const FeatureMap out = DigitalLayer(graph, NodeId{1})(image);
    EXPECT_EQ(out.shape, graph.nodes[1].shape);
    const std::vector<double> expected = reference_scores(graph, image);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_NEAR(static_cast<double>(out.values[i]), expected[i], 1e-5);
    }
}

}  // namespace
}  // namespace ohmgrid
