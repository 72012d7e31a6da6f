#include "sim/mapping/layer_shape.hpp"

#include <gtest/gtest.h>

namespace ohmgrid {
namespace {

Node node(std::string name, Op op, std::vector<NodeId> inputs, Shape shape, Window window = {}) {
    Node n;
    n.name = std::move(name);
    n.op = op;
    n.inputs = std::move(inputs);
    n.shape = shape;
    n.window = window;
    return n;
}

// image 2x8x8 -> conv 3x3 (4 channels, 2 groups) -> relu -> max pool 2x2 -> flatten -> linear 10
Graph tiny() {
    Node conv = node("conv", Op::convolution, {{0}}, {4, 8, 8},
                     {.kernel_height = 3,
                      .kernel_width = 3,
                      .pad_top = 1,
                      .pad_left = 1,
                      .pad_bottom = 1,
                      .pad_right = 1});
    conv.groups = 2;
    return {.name = "tiny",
            .nodes = {node("image", Op::input, {}, {2, 8, 8}), conv,
                      node("relu", Op::clip, {{1}}, {4, 8, 8}),
                      node("pool", Op::max_pool, {{2}}, {4, 4, 4},
                           {.kernel_height = 2, .kernel_width = 2}),
                      node("flatten", Op::flatten, {{3}}, {64, 1, 1}),
                      node("fc", Op::linear, {{4}}, {10, 1, 1})},
            .output = {5}};
}

TEST(LayerShapes, AreTheWeightMatricesOfConvolutionAndLinearLayers) {
    const std::vector<LayerShape> layers = layer_shapes(tiny());
    ASSERT_EQ(layers.size(), 2U);
    EXPECT_EQ(layers[0].name, "conv");
    EXPECT_EQ(layers[0].groups, 2);
    EXPECT_EQ(layers[0].rows, 1 * 3 * 3);
    EXPECT_EQ(layers[0].channels, 2);
    EXPECT_EQ(layers[0].windows, 64);
    EXPECT_EQ(layers[0].input_elements, 128);
    EXPECT_EQ(layers[1].rows, 64);
    EXPECT_EQ(layers[1].channels, 10);
    EXPECT_EQ(layers[1].windows, 1);
}

TEST(LayerShapes, AgreeWithTheGraphOnMultiplyAccumulates) {
    const Graph graph = tiny();
    const std::vector<LayerShape> layers = layer_shapes(graph);
    EXPECT_EQ(layers[0].multiply_accumulates(), graph.multiply_accumulates({1}));
    EXPECT_EQ(layers[1].multiply_accumulates(), graph.multiply_accumulates({5}));
}

// Relu on 4x8x8 = 256 elements; each of the 64 pooled values is the largest of 4: 3 comparisons.
TEST(LayerShapes, ChargeDigitalWorkToTheLayerBeforeIt) {
    const std::vector<LayerShape> layers = layer_shapes(tiny());
    EXPECT_EQ(layers[0].digital, (DigitalWork{.activations = 256, .comparisons = 192}));
    EXPECT_EQ(layers[1].digital, DigitalWork{});
}

}  // namespace
}  // namespace ohmgrid
