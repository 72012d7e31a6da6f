// What every operator that computes becomes, and how its numbers are stored.
#include "sim/network/onnx_import.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "sim/io/atomic_file.hpp"
#include "tests/unit/network/onnx_model.hpp"

namespace ohmgrid {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatEq;

constexpr float infinity = std::numeric_limits<float>::infinity();

// --- Convolution ---------------------------------------------------------------------------------

TEST(ImportConv, KeepsEveryPropertyOfTheWindow) {
    OnnxModel model({0, 4, 9, 11});
    model.filled("c.weight", {6, 2, 3, 5});
    model.reals("b", {6}, {1, 2, 3, 4, 5, 6});
    auto& conv = model.node("Conv", {"x", "c.weight", "b"});
    set(conv, "group", 2);
    set(conv, "kernel_shape", {3, 5});
    set(conv, "strides", {2, 3});
    set(conv, "dilations", {2, 1});
    set(conv, "pads", {0, 2, 1, 0});  // top, left, bottom, right
    const Graph graph = model.imported();
    ASSERT_THAT(ops_of(graph), ElementsAre(Op::input, Op::convolution));
    const Node& n = graph.nodes[1];
    EXPECT_EQ(n.name, "c");
    EXPECT_EQ(n.groups, 2);
    EXPECT_EQ(n.window.stride_height, 2);
    EXPECT_EQ(n.window.stride_width, 3);
    EXPECT_EQ(n.window.dilation_height, 2);
    EXPECT_EQ(n.window.dilation_width, 1);
    EXPECT_EQ(n.window.pad_top, 0);
    EXPECT_EQ(n.window.pad_left, 2);
    EXPECT_EQ(n.window.pad_bottom, 1);
    EXPECT_EQ(n.window.pad_right, 0);
    // height (9+1-5)/2+1 = 3, width (11+2-5)/3+1 = 3
    EXPECT_EQ(n.shape, (Shape{6, 3, 3}));
    EXPECT_THAT(n.bias, ElementsAre(1, 2, 3, 4, 5, 6));
    EXPECT_EQ(n.weights, std::vector<float>(180, 0.5F));
}

TEST(ImportConv, TurnsSameIntoExplicitPadding) {
    // 10 columns, kernel 3, stride 2: 5 positions need (5-1)*2+3-10 = 1 element more.
    const auto window_of = [](const std::string& auto_pad) {
        OnnxModel model({0, 1, 10, 10});
        model.filled("w", {1, 1, 3, 3});
        auto& conv = model.node("Conv", {"x", "w"});
        set_text(conv, "auto_pad", auto_pad);
        set(conv, "strides", {2, 2});
        return model.imported().nodes[1];
    };
    const Node upper = window_of("SAME_UPPER");
    EXPECT_EQ(upper.window.pad_top, 0);
    EXPECT_EQ(upper.window.pad_bottom, 1);
    EXPECT_EQ(upper.shape, (Shape{1, 5, 5}));
    const Node lower = window_of("SAME_LOWER");
    EXPECT_EQ(lower.window.pad_left, 1);
    EXPECT_EQ(lower.window.pad_right, 0);
    EXPECT_EQ(window_of("VALID").shape, (Shape{1, 4, 4}));
}

TEST(ImportConv, IsNamedAfterTheModuleThatOwnsItsWeights) {
    const auto name_of = [](const std::string& weights, const std::string& node) {
        OnnxModel model({0, 1, 4, 4});
        model.filled(weights, {1, 1, 1, 1});
        model.node("Conv", {"x", weights}).set_name(node);
        return model.imported().nodes[1].name;
    };
    EXPECT_EQ(name_of("layer1.0.conv1.weight", "Conv_3"), "layer1.0.conv1");
    // As PyTorch 1.13 exports a convolution whose batch normalisation it has folded.
    EXPECT_EQ(name_of("onnx::Conv_193", "/layer1/layer1.0/conv1/Conv"), "layer1.0.conv1");
    EXPECT_EQ(name_of("onnx::Conv_193", "/features/features.0/features.0.1/Conv"), "features.0.1");
    EXPECT_EQ(name_of("W", "conv2d"), "conv2d");
    EXPECT_EQ(name_of("W", ""), "y");
}

TEST(ImportConv, GivesSharedWeightsDistinctNames) {
    OnnxModel model({0, 2, 4, 4});
    model.filled("c.weight", {2, 2, 1, 1});
    model.node("Conv", {"x", "c.weight"}, "once");
    model.node("Conv", {"once", "c.weight"});
    const Graph graph = model.imported();
    EXPECT_EQ(graph.nodes[1].name, "c");
    EXPECT_EQ(graph.nodes[2].name, "c_2");
}

// --- Linear layers -------------------------------------------------------------------------------

TEST(ImportGemm, BringsWeightsIntoRowsOfOutputs) {
    // y = alpha * x B + beta * c with B = [[1,2],[3,4],[5,6]]
    OnnxModel model({0, 3});
    model.reals("B", {3, 2}, {1, 2, 3, 4, 5, 6});
    model.reals("c", {1, 2}, {10, 20});
    auto& gemm = model.node("Gemm", {"x", "B", "c"});
    set(gemm, "alpha", 2.0F);
    set(gemm, "beta", 0.5F);
    const Node n = model.imported().nodes[1];
    EXPECT_EQ(n.op, Op::linear);
    EXPECT_EQ(n.shape, (Shape{2, 1, 1}));
    EXPECT_THAT(n.weights, ElementsAre(2, 6, 10, 4, 8, 12));
    EXPECT_THAT(n.bias, ElementsAre(5, 10));
}

TEST(ImportGemm, TakesTransposedWeightsAndOneBiasForAll) {
    OnnxModel model({0, 3});
    model.reals("fc.weight", {2, 3}, {1, 2, 3, 4, 5, 6});
    model.reals("c", {}, {7});
    set(model.node("Gemm", {"x", "fc.weight", "c"}), "transB", 1);
    const Node n = model.imported().nodes[1];
    EXPECT_EQ(n.name, "fc");
    EXPECT_THAT(n.weights, ElementsAre(1, 2, 3, 4, 5, 6));
    EXPECT_THAT(n.bias, ElementsAre(7, 7));
}

TEST(ImportMatMul, FoldsTheBiasAddedAfterwards) {
    OnnxModel model({0, 3});
    model.reals("w", {3, 2}, {1, 2, 3, 4, 5, 6});
    model.reals("b", {2}, {-1, 1});
    model.node("MatMul", {"x", "w"}, "product");
    model.node("Add", {"b", "product"});
    const Graph graph = model.imported();
    ASSERT_THAT(ops_of(graph), ElementsAre(Op::input, Op::linear));
    EXPECT_THAT(graph.nodes[1].weights, ElementsAre(1, 3, 5, 2, 4, 6));
    EXPECT_THAT(graph.nodes[1].bias, ElementsAre(-1, 1));
}

TEST(ImportMatMul, FollowsWeightsThroughTransposeAndIdentity) {
    OnnxModel model({0, 3});
    model.reals("w", {2, 3}, {1, 2, 3, 4, 5, 6});
    model.node("Identity", {"w"}, "same");
    set(model.node("Transpose", {"same"}, "turned"), "perm", {1, 0});
    model.node("MatMul", {"x", "turned"});
    EXPECT_THAT(model.imported().nodes[1].weights, ElementsAre(1, 2, 3, 4, 5, 6));
}

// --- Per-channel arithmetic ----------------------------------------------------------------------

OnnxModel model_with_batch_norm() {
    OnnxModel model({0, 2, 4, 4});
    model.reals("gamma", {2}, {3, 1});
    model.reals("beta", {2}, {10, 20});
    model.reals("mean", {2}, {1, 2});
    model.reals("var", {2}, {3.75F, 0.75F});
    return model;
}

TEST(ImportBatchNormalization, IsFoldedIntoTheConvolutionBefore) {
    OnnxModel model = model_with_batch_norm();
    model.reals("c.weight", {2, 2, 1, 1}, {1, 2, 3, 4});
    model.reals("c.bias", {2}, {5, 6});
    model.node("Conv", {"x", "c.weight", "c.bias"}, "c");
    set(model.node("BatchNormalization", {"c", "gamma", "beta", "mean", "var"}), "epsilon", 0.25F);
    const Graph graph = model.imported();
    ASSERT_THAT(ops_of(graph), ElementsAre(Op::input, Op::convolution));
    // scale = gamma / sqrt(var + 0.25) = 3/2, 1; bias = scale (b - mean) + beta
    EXPECT_THAT(graph.nodes[1].weights,
                ElementsAre(FloatEq(1.5F), FloatEq(3), FloatEq(3), FloatEq(4)));
    EXPECT_THAT(graph.nodes[1].bias, ElementsAre(FloatEq(16), FloatEq(24)));
    EXPECT_EQ(graph.output, NodeId{1});
}

TEST(ImportBatchNormalization, StaysWhereTheConvolutionHasAnotherUser) {
    OnnxModel model = model_with_batch_norm();
    model.filled("w", {2, 2, 1, 1});
    model.node("Conv", {"x", "w"}, "c");
    set(model.node("BatchNormalization", {"c", "gamma", "beta", "mean", "var"}, "n"), "epsilon",
        0.25F);
    model.node("Add", {"n", "c"});
    const Graph graph = model.imported();
    ASSERT_THAT(ops_of(graph), ElementsAre(Op::input, Op::convolution, Op::affine, Op::add));
    EXPECT_THAT(graph.nodes[2].weights, ElementsAre(FloatEq(1.5F), FloatEq(1)));
    EXPECT_THAT(graph.nodes[2].bias, ElementsAre(FloatEq(8.5F), FloatEq(18)));
    EXPECT_THAT(graph.nodes[1].weights, ElementsAre(0.5F, 0.5F, 0.5F, 0.5F));
}

TEST(ImportArithmetic, BecomesScaleAndShiftPerChannel) {
    // ((x - 4) * [2, 3]) / 4, then 1 - it: scale -2/4, -3/4; shift 1 + 4*2/4, 1 + 4*3/4
    OnnxModel model({0, 2, 4, 4});
    model.reals("four", {}, {4});
    model.reals("factors", {1, 2, 1, 1}, {2, 3});
    model.reals("one", {1}, {1});
    model.node("Sub", {"x", "four"}, "a");
    model.node("Mul", {"factors", "a"}, "b");
    model.node("Div", {"b", "four"}, "c");
    model.node("Sub", {"one", "c"});
    const Graph graph = model.imported();
    ASSERT_THAT(ops_of(graph), ElementsAre(Op::input, Op::affine));
    EXPECT_THAT(graph.nodes[1].weights, ElementsAre(-0.5F, -0.75F));
    EXPECT_THAT(graph.nodes[1].bias, ElementsAre(3, 4));
}

// --- Elementwise, joining ------------------------------------------------------------------------

TEST(ImportClip, TakesBoundsFromAttributesOrInputs) {
    OnnxModel old({0, 3}, 6 + 1);
    auto& six = old.node("Clip", {"x"});
    set(six, "min", 0.0F);
    set(six, "max", 6.0F);
    EXPECT_EQ(old.imported().nodes[1].clip_low, 0.0F);
    EXPECT_EQ(old.imported().nodes[1].clip_high, 6.0F);

    OnnxModel open({0, 3}, 11);
    open.reals("six", {}, {6});
    open.node("Clip", {"x", "", "six"});
    EXPECT_EQ(open.imported().nodes[1].clip_low, -infinity);
    EXPECT_EQ(open.imported().nodes[1].clip_high, 6.0F);
}

TEST(ImportRelu, IsAClipAtZero) {
    OnnxModel model({0, 3});
    model.node("Relu", {"x"});
    const Node n = model.imported().nodes[1];
    EXPECT_EQ(n.op, Op::clip);
    EXPECT_EQ(n.clip_low, 0.0F);
    EXPECT_EQ(n.clip_high, infinity);
}

TEST(ImportAdd, JoinsTwoBranches) {
    OnnxModel model({0, 2, 4, 4});
    model.node("Relu", {"x"}, "a");
    model.node("Add", {"x", "a"});
    const Graph graph = model.imported();
    EXPECT_EQ(graph.nodes[2].inputs, (std::vector<NodeId>{{0}, {1}}));
}

TEST(ImportConcat, JoinsChannels) {
    OnnxModel model({0, 2, 4, 4});
    model.node("Relu", {"x"}, "a");
    set(model.node("Concat", {"x", "a", "x"}), "axis", -3);
    EXPECT_EQ(model.imported().nodes[2].shape, (Shape{6, 4, 4}));
}

TEST(ImportSoftmax, IsOverChannels) {
    OnnxModel model({0, 10});
    model.node("Softmax", {"x"});
    EXPECT_EQ(model.imported().nodes[1].op, Op::softmax);
}

// --- Pools ---------------------------------------------------------------------------------------

TEST(ImportMaxPool, RoundsUpWithPaddingAtTheEnd) {
    // ceil((6 - 3) / 2) + 1 = 3 positions span (3-1)*2+3 = 7 elements: one more than there is.
    OnnxModel model({0, 2, 6, 6});
    auto& pool = model.node("MaxPool", {"x"});
    set(pool, "kernel_shape", {3, 3});
    set(pool, "strides", {2, 2});
    set(pool, "ceil_mode", 1);
    const Node n = model.imported().nodes[1];
    EXPECT_EQ(n.op, Op::max_pool);
    EXPECT_EQ(n.shape, (Shape{2, 3, 3}));
    EXPECT_EQ(n.window.pad_top, 0);
    EXPECT_EQ(n.window.pad_bottom, 1);
}

TEST(ImportMaxPool, DropsAWindowThatWouldStartBehindTheImage) {
    // ceil((5 - 1) / 3) + 1 = 3, but the third window would start at 6, behind the image of 5.
    OnnxModel model({0, 1, 5, 5});
    auto& pool = model.node("MaxPool", {"x"});
    set(pool, "kernel_shape", {1, 1});
    set(pool, "strides", {3, 3});
    set(pool, "ceil_mode", 1);
    EXPECT_EQ(model.imported().nodes[1].shape, (Shape{1, 2, 2}));
}

TEST(ImportAveragePool, KeepsWhetherPaddingCounts) {
    OnnxModel model({0, 2, 4, 4});
    auto& pool = model.node("AveragePool", {"x"});
    set(pool, "kernel_shape", {2, 2});
    set(pool, "pads", {1, 1, 1, 1});
    EXPECT_FALSE(model.imported().nodes[1].average_counts_padding);
    set(pool, "count_include_pad", 1);
    EXPECT_TRUE(model.imported().nodes[1].average_counts_padding);
    EXPECT_EQ(model.imported().nodes[1].shape, (Shape{2, 5, 5}));
}

TEST(ImportAveragePool, CountsGivenPaddingButNotWhatRoundingUpAdds) {
    // 6 + 2*1 = 8 elements, kernel 3, stride 2: the fourth window needs one more, which must not
    // count.
    OnnxModel model({0, 2, 6, 6});
    auto& pool = model.node("AveragePool", {"x"});
    set(pool, "kernel_shape", {3, 3});
    set(pool, "strides", {2, 2});
    set(pool, "pads", {1, 1, 1, 1});
    set(pool, "count_include_pad", 1);
    set(pool, "ceil_mode", 1);
    const Graph graph = model.imported();
    ASSERT_THAT(ops_of(graph), ElementsAre(Op::input, Op::pad, Op::average_pool));
    EXPECT_EQ(graph.nodes[1].shape, (Shape{2, 8, 8}));
    EXPECT_EQ(graph.nodes[2].shape, (Shape{2, 4, 4}));
    EXPECT_FALSE(graph.nodes[2].average_counts_padding);
    EXPECT_EQ(graph.nodes[2].window.pad_top, 0);
    EXPECT_EQ(graph.nodes[2].window.pad_bottom, 1);
}

TEST(ImportGlobalAveragePool, HasThreeSpellings) {
    OnnxModel plain({0, 8, 4, 4});
    plain.node("GlobalAveragePool", {"x"});
    OnnxModel attribute({0, 8, 4, 4});
    set(attribute.node("ReduceMean", {"x"}), "axes", {2, 3});
    OnnxModel input({0, 8, 4, 4}, 18);
    input.integers("axes", {2}, {-1, -2});
    set(input.node("ReduceMean", {"x", "axes"}), "keepdims", 0);
    for (const OnnxModel& model : {plain, attribute, input}) {
        const Graph graph = model.imported();
        ASSERT_THAT(ops_of(graph), ElementsAre(Op::input, Op::global_average_pool));
        EXPECT_EQ(graph.nodes[1].shape, (Shape{8, 1, 1}));
    }
}

TEST(ImportReduceMean, MayAverageOneAxisAfterTheOther) {
    OnnxModel model({0, 8, 4, 6});
    auto& over_width = model.node("ReduceMean", {"x"}, "rows");
    set(over_width, "axes", OnnxModel::Dims{3});
    set(over_width, "keepdims", 0);
    auto& over_height = model.node("ReduceMean", {"rows"});
    set(over_height, "axes", OnnxModel::Dims{-1});
    set(over_height, "keepdims", 0);
    const Graph graph = model.imported();
    ASSERT_THAT(ops_of(graph), ElementsAre(Op::input, Op::average_pool, Op::average_pool));
    EXPECT_EQ(graph.nodes[1].shape, (Shape{8, 4, 1}));
    EXPECT_EQ(graph.nodes[2].shape, (Shape{8, 1, 1}));
}

// --- Padding -------------------------------------------------------------------------------------

TEST(ImportPad, SurroundsHeightAndWidth) {
    const OnnxModel::Dims pads{0, 0, 1, 2, 0, 0, 3, 4};
    OnnxModel attribute({0, 2, 4, 4}, 9);
    set(attribute.node("Pad", {"x"}), "pads", pads);
    OnnxModel input({0, 2, 4, 4});
    input.integers("pads", {8}, pads);
    input.node("Pad", {"x", "pads"});
    OnnxModel axes({0, 2, 4, 4}, 18);
    axes.integers("pads", {4}, {1, 2, 3, 4});
    axes.integers("axes", {2}, {2, -1});
    axes.reals("zero", {}, {0});
    axes.node("Pad", {"x", "pads", "zero", "axes"});
    for (const OnnxModel& model : {attribute, input, axes}) {
        const Node n = model.imported().nodes[1];
        EXPECT_EQ(n.op, Op::pad);
        EXPECT_EQ(n.window.pad_top, 1);
        EXPECT_EQ(n.window.pad_left, 2);
        EXPECT_EQ(n.window.pad_bottom, 3);
        EXPECT_EQ(n.window.pad_right, 4);
        EXPECT_EQ(n.shape, (Shape{2, 8, 10}));
    }
}

/// F.pad(x, (1, 2, 3, 4)), as PyTorch 1.13 exports it without constant folding: the pads are
/// filled up with zeros to 2 per axis, then turned around.
TEST(ImportPad, FollowsTheComputationOfItsPads) {
    OnnxModel model({0, 2, 4, 4});
    constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
    model.integers("given", {4}, {1, 2, 3, 4});  // left, right, top, bottom
    model.integers("zero", {}, {0});
    model.integers("two", {}, {2});
    model.integers("rank", {}, {4});
    model.integers("pairs", {2}, {-1, 2});
    model.integers("from", {1}, {-1});
    model.integers("to", {1}, {lowest});
    model.integers("axis", {1}, {0});
    model.integers("list", {1}, {-1});
    model.node("Shape", {"given"}, "shape");
    model.node("Gather", {"shape", "zero"}, "count");
    model.node("Mul", {"rank", "two"}, "all");
    model.node("Sub", {"all", "count"}, "missing");
    model.node("Unsqueeze", {"missing", "axis"}, "missing_1d");
    auto& filling = *model.node("ConstantOfShape", {"missing_1d"}, "zeros").add_attribute();
    filling.set_name("value");
    filling.set_type(onnx::AttributeProto::TENSOR);
    filling.mutable_t()->set_data_type(onnx::TensorProto::INT64);
    filling.mutable_t()->add_dims(1);
    filling.mutable_t()->add_int64_data(0);
    set(model.node("Concat", {"given", "zeros"}, "filled"), "axis", 0);
    model.node("Reshape", {"filled", "pairs"}, "rows");
    model.node("Slice", {"rows", "from", "to", "axis", "from"}, "turned");
    set(model.node("Transpose", {"turned"}, "columns"), "perm", {1, 0});
    model.node("Reshape", {"columns", "list"}, "flat");
    set(model.node("Cast", {"flat"}, "pads"), "to", static_cast<int>(onnx::TensorProto::INT64));
    model.node("Pad", {"x", "pads"});
    const Window window = model.imported().nodes[1].window;
    EXPECT_EQ(window.pad_left, 1);
    EXPECT_EQ(window.pad_right, 2);
    EXPECT_EQ(window.pad_top, 3);
    EXPECT_EQ(window.pad_bottom, 4);
}

TEST(ImportPad, VanishesWhenThereIsNothingToPad) {
    OnnxModel model({0, 2, 4, 4});
    model.integers("pads", {8}, OnnxModel::Dims(8, 0));
    model.node("Pad", {"x", "pads"}, "p");
    model.node("Relu", {"p"});
    EXPECT_THAT(ops_of(model.imported()), ElementsAre(Op::input, Op::clip));
}

// --- Storage -------------------------------------------------------------------------------------

TEST(ImportTensor, ReadsFloatAndDoubleFromRawBytesAndFields) {
    const auto weights_after = [](auto&& store) {
        OnnxModel model({0, 2});
        store(model.reals("w", {1, 2}, {}));
        set(model.node("Gemm", {"x", "w"}), "transB", 1);
        return model.imported().nodes[1].weights;
    };
    const auto raw_bytes = [](auto a, auto b) {
        const std::array values{a, b};
        return std::string(reinterpret_cast<const char*>(values.data()), sizeof(values));
    };
    EXPECT_THAT(weights_after([&](onnx::TensorProto& w) { w.set_raw_data(raw_bytes(1.5F, -2.F)); }),
                ElementsAre(1.5F, -2.0F));
    EXPECT_THAT(weights_after([&](onnx::TensorProto& w) {
                    w.set_data_type(onnx::TensorProto::DOUBLE);
                    w.set_raw_data(raw_bytes(0.25, 3.0));
                }),
                ElementsAre(0.25F, 3.0F));
    EXPECT_THAT(weights_after([](onnx::TensorProto& w) {
                    w.set_data_type(onnx::TensorProto::DOUBLE);
                    w.add_double_data(0.25);
                    w.add_double_data(3.0);
                }),
                ElementsAre(0.25F, 3.0F));
}

TEST(ImportTensor, ReadsConstantsMadeByNodes) {
    OnnxModel model({0, 3});
    auto& constant = model.node("Constant", {}, "six");
    auto& value = *constant.add_attribute();
    value.set_name("value");
    value.set_type(onnx::AttributeProto::TENSOR);
    value.mutable_t()->set_data_type(onnx::TensorProto::FLOAT);
    value.mutable_t()->add_float_data(6);
    set(model.node("Constant", {}, "zero"), "value_float", 0.0F);
    model.node("Clip", {"x", "zero", "six"});
    const Node n = model.imported().nodes[1];
    EXPECT_EQ(n.clip_low, 0.0F);
    EXPECT_EQ(n.clip_high, 6.0F);
}

TEST(ImportTensor, IgnoresInitializersListedAmongTheInputs) {
    OnnxModel model({0, 3});
    model.filled("w", {2, 3});
    model.add_input("w", {2, 3});  // as before IR version 4
    set(model.node("Gemm", {"x", "w"}), "transB", 1);
    EXPECT_EQ(model.imported().nodes[1].shape, (Shape{2, 1, 1}));
}

TEST(SupportedOnnxOperators, AreSortedAndAllDescribedInTheManual) {
    const std::vector<std::string> names = supported_onnx_operators();
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
    const std::string manual =
        read_file(std::filesystem::path(OHMGRID_SOURCE_DIR) / "docs/reference/networks.md");
    for (const std::string& name : names) {
        EXPECT_THAT(manual, ::testing::HasSubstr("\n| " + name + " |"));
    }
}

}  // namespace
}  // namespace ohmgrid
