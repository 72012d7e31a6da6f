// What becomes of operators that only rearrange values.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/network/onnx_model.hpp"

namespace ohmgrid {
namespace {

using ::testing::ElementsAre;

TEST(ImportOthers, VanishIfTheyChangeNothing) {
    OnnxModel model({0, 2, 4, 4});
    model.reals("ratio", {}, {0.5F});
    model.node("Identity", {"x"}, "a");
    model.node("Dropout", {"a", "ratio"}, "b");
    set(model.node("Cast", {"b"}, "c"), "to", static_cast<int>(onnx::TensorProto::FLOAT));
    model.node("Relu", {"c"});
    EXPECT_THAT(ops_of(model.imported()), ElementsAre(Op::input, Op::clip));
}

TEST(ImportOthers, AreLeftOutIfTheOutputDoesNotDependOnThem) {
    OnnxModel model({0, 2, 4, 4});
    model.node("NoSuchOperator", {"x"}, "unused");
    model.node("Relu", {"x"});
    EXPECT_THAT(ops_of(model.imported()), ElementsAre(Op::input, Op::clip));
}

TEST(ImportFlatten, MakesOneVectorPerImage) {
    OnnxModel model({0, 2, 3, 4});
    model.node("Flatten", {"x"});
    const Node n = model.imported().nodes[1];
    EXPECT_EQ(n.op, Op::flatten);
    EXPECT_EQ(n.shape, (Shape{24, 1, 1}));
}

TEST(ImportFlatten, VanishesAfterAGlobalPool) {
    OnnxModel model({0, 8, 3, 4});
    model.node("GlobalAveragePool", {"x"}, "g");
    model.node("Flatten", {"g"});
    EXPECT_THAT(ops_of(model.imported()), ElementsAre(Op::input, Op::global_average_pool));
}

TEST(ImportReshape, FlattensForEverySpellingOfTheBatch) {
    for (const OnnxModel::Dims& target :
         {OnnxModel::Dims{-1, 24}, {0, 24}, {0, -1}, {1, -1}, {1, 24}}) {
        OnnxModel model({0, 2, 3, 4});
        model.integers("to", {2}, target);
        model.node("Reshape", {"x", "to"});
        const Graph graph = model.imported();
        ASSERT_THAT(ops_of(graph), ElementsAre(Op::input, Op::flatten));
        EXPECT_EQ(graph.nodes[1].shape, (Shape{24, 1, 1}));
    }
}

TEST(ImportReshape, KnowsAFixedBatch) {
    OnnxModel model({16, 2, 3, 4});
    model.integers("to", {2}, {16, 24});
    model.node("Reshape", {"x", "to"});
    EXPECT_THAT(ops_of(model.imported()), ElementsAre(Op::input, Op::flatten));
}

/// x.view(x.size(0), -1), as PyTorch 1.13 exports it.
TEST(ImportReshape, FollowsTheComputationOfAView) {
    OnnxModel model({0, 2, 3, 4});
    model.integers("zero", {}, {0});
    model.integers("axis", {1}, {0});
    model.integers("rest", {1}, {-1});
    model.node("Shape", {"x"}, "shape");
    model.node("Gather", {"shape", "zero"}, "batch");
    model.node("Unsqueeze", {"batch", "axis"}, "first");
    set(model.node("Concat", {"first", "rest"}, "to"), "axis", 0);
    model.node("Reshape", {"x", "to"});
    EXPECT_THAT(ops_of(model.imported()), ElementsAre(Op::input, Op::flatten));
}

/// x.view(-1, x.size(1) * x.size(2) * x.size(3)).
TEST(ImportReshape, FollowsTheProductOfExtents) {
    OnnxModel model({0, 2, 3, 4});
    for (const int i : {1, 2, 3}) {
        model.integers("i" + std::to_string(i), {}, {i});
    }
    model.integers("axis", {1}, {0});
    model.integers("minus", {1}, {-1});
    model.node("Shape", {"x"}, "shape");
    model.node("Gather", {"shape", "i1"}, "c");
    model.node("Gather", {"shape", "i2"}, "h");
    model.node("Gather", {"shape", "i3"}, "w");
    model.node("Mul", {"c", "h"}, "ch");
    model.node("Mul", {"ch", "w"}, "chw");
    model.node("Unsqueeze", {"chw", "axis"}, "last");
    set(model.node("Concat", {"minus", "last"}, "to"), "axis", 0);
    model.node("Reshape", {"x", "to"});
    EXPECT_EQ(model.imported().nodes[1].shape, (Shape{24, 1, 1}));
}

TEST(ImportSqueeze, TurnsAPooledMapIntoAVector) {
    OnnxModel model({0, 3, 4, 4});
    model.filled("w", {3, 2});
    model.integers("axes", {2}, {2, 3});
    model.node("GlobalAveragePool", {"x"}, "g");
    model.node("Squeeze", {"g", "axes"}, "v");
    model.node("MatMul", {"v", "w"});
    EXPECT_THAT(ops_of(model.imported()),
                ElementsAre(Op::input, Op::global_average_pool, Op::linear));
}

TEST(ImportSqueeze, MayDropOneAxisAfterTheOther) {
    OnnxModel model({0, 3, 4, 4}, 11);
    model.filled("w", {3, 2});
    model.node("GlobalAveragePool", {"x"}, "g");
    set(model.node("Squeeze", {"g"}, "v3"), "axes", OnnxModel::Dims{3});
    set(model.node("Squeeze", {"v3"}, "v2"), "axes", OnnxModel::Dims{-1});
    model.node("MatMul", {"v2", "w"});
    EXPECT_THAT(ops_of(model.imported()),
                ElementsAre(Op::input, Op::global_average_pool, Op::linear));
}

TEST(ImportUnsqueeze, TurnsAVectorIntoOnePixel) {
    OnnxModel model({0, 3}, 11);
    model.filled("w", {2, 3, 1, 1});
    set(model.node("Unsqueeze", {"x"}, "pixel"), "axes", {2, 3});
    model.node("Conv", {"pixel", "w"});
    EXPECT_EQ(model.imported().nodes[1].shape, (Shape{2, 1, 1}));
}

TEST(ImportTranspose, ReadsChannelsLastImagesAsChannelsFirst) {
    OnnxModel model({0, 5, 6, 2});
    model.filled("w", {4, 2, 3, 3});
    set(model.node("Transpose", {"x"}, "t"), "perm", {0, 3, 1, 2});
    model.node("Conv", {"t", "w"});
    const Graph graph = model.imported();
    EXPECT_EQ(graph.nodes[0].shape, (Shape{2, 5, 6}));
    EXPECT_EQ(graph.nodes[1].shape, (Shape{4, 3, 4}));
}

TEST(ImportTranspose, ReordersTheWeightsBehindAChannelsLastFlatten) {
    // 2 channels of 1 x 2 pixels. Channels last, the vector is (c0p0, c1p0, c0p1, c1p1); ours is
    // (c0p0, c0p1, c1p0, c1p1), so the middle two weights of each row change places.
    OnnxModel model({0, 2, 1, 2});
    model.reals("w", {2, 4}, {1, 2, 3, 4, 5, 6, 7, 8});
    model.integers("to", {2}, {-1, 4});
    set(model.node("Transpose", {"x"}, "t"), "perm", {0, 2, 3, 1});
    model.node("Reshape", {"t", "to"}, "v");
    model.node("Relu", {"v"}, "r");
    set(model.node("Gemm", {"r", "w"}), "transB", 1);
    const Graph graph = model.imported();
    ASSERT_THAT(ops_of(graph), ElementsAre(Op::input, Op::flatten, Op::clip, Op::linear));
    EXPECT_THAT(graph.nodes[3].weights, ElementsAre(1, 3, 2, 4, 5, 7, 6, 8));
}

}  // namespace
}  // namespace ohmgrid
