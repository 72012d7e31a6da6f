// What the ONNX import refuses, and what it says then.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/core/error.hpp"
#include "sim/io/subprocess.hpp"
#include "tests/unit/network/onnx_model.hpp"

namespace ohmgrid {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// x -> Conv(w) -> y on 3 x 8 x 8, with 4 filters of 3 x 3.
class ConvModel : public OnnxModel {
  public:
    explicit ConvModel(std::int64_t opset = 13) : OnnxModel({0, 3, 8, 8}, opset) {
        filled("w", {4, 3, 3, 3});
        node("Conv", {"x", "w"});
    }
    onnx::NodeProto& conv() { return *graph().mutable_node(0); }
    onnx::TensorProto& weights() { return *graph().mutable_initializer(0); }
};

std::string complaint_about_file(const TemporaryFolder& folder, const std::string& bytes) {
    const std::filesystem::path path = folder.path() / "model.onnx";
    std::ofstream(path, std::ios::binary) << bytes;
    try {
        (void)import_onnx(path);
    } catch (const InputError& error) {
        return error.what();
    }
    return "imported";
}

TEST(OnnxRefusal, NamesEveryUnsupportedOperatorOnceAndListsTheSupported) {
    OnnxModel model({0, 3, 8, 8});
    model.node("LSTM", {"x"}, "a").set_name("memory");
    model.node("LSTM", {"a"}, "b");
    model.node("FusedConv", {"b"}).set_domain("com.microsoft");
    const std::string text = complaint(model);
    EXPECT_THAT(text, AllOf(HasSubstr("model.onnx: error[NET002]: node 'memory' (LSTM): this "
                                      "operator is not supported. Supported are Add, AveragePool"),
                            HasSubstr("(com.microsoft.FusedConv)")));
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);  // two messages
}

TEST(OnnxRefusal, TellsMissingFilesFromBadOnes) {
    const TemporaryFolder folder;
    EXPECT_THROW((void)import_onnx("/no/such/file.onnx"), IoError);
    EXPECT_THAT(complaint_about_file(folder, ""), HasSubstr("NET006"));
    EXPECT_THAT(complaint_about_file(folder, "name,op,inputs\nimage,input,\n"),
                HasSubstr("NET006"));
}

TEST(OnnxRefusal, NoticesATruncationAnywhere) {
    const TemporaryFolder folder;
    const std::string whole = ConvModel().model().SerializeAsString();
    ASSERT_EQ(complaint_about_file(folder, whole), "imported");
    for (std::size_t length = 0; length < whole.size(); ++length) {
        ASSERT_THAT(complaint_about_file(folder, whole.substr(0, length)), HasSubstr("error[NET0"))
            << "first " << length << " of " << whole.size() << " bytes";
    }
}

/// A damaged file is either refused with a message or still a network; nothing else may happen.
TEST(OnnxRefusal, SurvivesDamageToAnyByte) {
    const TemporaryFolder folder;
    const std::string whole = ConvModel().model().SerializeAsString();
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::string damaged = whole;
        damaged[i] = static_cast<char>(damaged[i] ^ (i % 2 == 0 ? 0x81 : 0xFF));
        const std::string outcome = complaint_about_file(folder, damaged);
        ASSERT_TRUE(outcome == "imported" || outcome.find("error[NET0") != std::string::npos)
            << outcome;
    }
}

TEST(OnnxRefusal, WantsTheWeightsItsShapesAnnounce) {
    ConvModel model;
    model.weights().mutable_float_data()->RemoveLast();
    EXPECT_THAT(complaint(model),
                HasSubstr("error[NET007]: node 'Conv_y' (Conv): tensor 'w' has the shape 4x3x3x3, "
                          "108 values, but the file holds 107"));
    model.weights().clear_float_data();
    model.weights().set_raw_data("12345");
    EXPECT_THAT(complaint(model), HasSubstr("in the middle of a value"));
}

TEST(OnnxRefusal, DoesNotBelieveHugeTensors) {
    ConvModel model;
    for (int i = 0; i < 4; ++i) model.weights().set_dims(i, std::int64_t{1} << 40);
    EXPECT_THAT(complaint(model), HasSubstr("NET007"));
    model.weights().set_dims(0, -4);
    EXPECT_THAT(complaint(model), HasSubstr("impossible shape"));
}

TEST(OnnxRefusal, DoesNotBelieveHugeImages) {
    OnnxModel model({0, 3, std::int64_t{1} << 40, std::int64_t{1} << 40});
    model.node("Relu", {"x"});
    EXPECT_THAT(complaint(model), HasSubstr("error[NET004]: input 'x'"));
}

TEST(OnnxRefusal, DoesNotLetSmallFilesAskForManyWeights) {
    OnnxModel model({0, 1'000'000});
    model.reals("two", {}, {2});
    std::string last = "x";
    for (int i = 0; i < 20; ++i) {
        const std::string next = i == 19 ? "y" : "t" + std::to_string(i);
        model.node("Mul", {last, "two"}, next);
        last = next;
    }
    EXPECT_THAT(complaint(model), HasSubstr("error[NET004]: node 'Mul_t4' (Mul): the network's "
                                            "weights are far larger than its file"));
}

TEST(OnnxRefusal, WantsFloatWeightsInsideTheFile) {
    ConvModel model;
    model.weights().set_data_type(onnx::TensorProto::FLOAT16);
    EXPECT_THAT(complaint(model), HasSubstr("tensor 'w' has the type FLOAT16"));
    model.weights().set_data_type(onnx::TensorProto::INT64);
    EXPECT_THAT(complaint(model), HasSubstr("NET007"));
    model.weights().set_data_type(onnx::TensorProto::FLOAT);
    model.weights().set_data_location(onnx::TensorProto::EXTERNAL);
    EXPECT_THAT(complaint(model), HasSubstr("keeps its data in another file"));
}

TEST(OnnxRefusal, WantsFiniteWeights) {
    ConvModel model;
    model.weights().set_float_data(5, std::numeric_limits<float>::quiet_NaN());
    EXPECT_THAT(complaint(model),
                HasSubstr("model.onnx: error[NET005]: conv 'Conv_y': weights holds a value"));
}

TEST(OnnxRefusal, ComparesWeightsWithTheImage) {
    ConvModel model;
    set(model.conv(), "group", 3);
    EXPECT_THAT(complaint(model), HasSubstr("'w' of shape 4x3x3x3 do not fit 3 channels in 3"));
    ConvModel other;
    set(other.conv(), "kernel_shape", {5, 5});
    EXPECT_THAT(complaint(other), HasSubstr("kernel_shape is 5x5 but the weights have 3x3"));
    ConvModel biased;
    biased.filled("b", {3});
    biased.conv().add_input("b");
    EXPECT_THAT(complaint(biased), HasSubstr("'b' has the shape 3"));
    OnnxModel linear({0, 5});
    linear.filled("w", {4, 2});
    linear.node("MatMul", {"x", "w"});
    EXPECT_THAT(complaint(linear), HasSubstr("error[NET003]: node 'MatMul_y' (MatMul)"));
}

TEST(OnnxRefusal, NamesAttributesItDoesNotUnderstand) {
    ConvModel unknown;
    set(unknown.conv(), "sparsity", 2);
    EXPECT_THAT(complaint(unknown), HasSubstr("attribute sparsity is not supported"));
    ConvModel wrong_type;
    set(wrong_type.conv(), "strides", 2);
    EXPECT_THAT(complaint(wrong_type), HasSubstr("attribute strides has the wrong type"));
    ConvModel wrong_value;
    set(wrong_value.conv(), "strides", {0, 1});
    EXPECT_THAT(complaint(wrong_value), HasSubstr("strides = [0, 1]"));
    ConvModel too_long;
    set(too_long.conv(), "pads", {1, 1});
    EXPECT_THAT(complaint(too_long), HasSubstr("pads = [1, 1]. It takes 4 numbers"));
}

TEST(OnnxRefusal, NamesMissingInputs) {
    ConvModel none;
    none.conv().mutable_input()->RemoveLast();
    EXPECT_THAT(complaint(none), HasSubstr("error[NET008]: node 'Conv_y' (Conv): input 1 is "
                                           "missing"));
    ConvModel dangling;
    dangling.conv().set_input(1, "v");
    EXPECT_THAT(complaint(dangling), HasSubstr("error[NET009]: node 'Conv_y' (Conv): input 1 "
                                               "('v') is made by nothing before it"));
}

TEST(OnnxRefusal, WantsConstantWeights) {
    OnnxModel model({0, 4});
    model.node("MatMul", {"x", "x"});
    EXPECT_THAT(complaint(model), HasSubstr("depends on the image"));
}

TEST(OnnxRefusal, WantsOneImageAndOneOutput) {
    ConvModel two_inputs;
    two_inputs.add_input("z", {0, 3});
    EXPECT_THAT(complaint(two_inputs), HasSubstr("several inputs: x, z"));
    ConvModel two_outputs;
    two_outputs.graph().add_output()->set_name("w");
    EXPECT_THAT(complaint(two_outputs), HasSubstr("2 outputs: y, w"));
    ConvModel none;
    none.graph().clear_input();
    EXPECT_THAT(complaint(none), HasSubstr("has no input"));
    OnnxModel constant({0, 3});
    constant.reals("y", {1}, {1});
    EXPECT_THAT(complaint(constant), HasSubstr("does not depend on the image"));
}

TEST(OnnxRefusal, WantsAnImageOfFixedSize) {
    OnnxModel free_width({0, 3, 8, 0});
    free_width.node("Relu", {"x"});
    EXPECT_THAT(complaint(free_width), HasSubstr("axis 3 of input 'x' has no fixed extent"));
    OnnxModel three_axes({0, 3, 8});
    three_axes.node("Relu", {"x"});
    EXPECT_THAT(complaint(three_axes), HasSubstr("has 3 axes"));
}

TEST(OnnxRefusal, WantsAKnownOperatorSet) {
    EXPECT_THAT(complaint(ConvModel(6)), HasSubstr("operator set 6, older than 7"));
}

TEST(OnnxRefusal, NeverMixesTheImagesOfABatch) {
    OnnxModel reshape({0, 2, 3, 4});
    reshape.integers("to", {2}, {-1, 12});
    reshape.node("Reshape", {"x", "to"});
    EXPECT_THAT(complaint(reshape), HasSubstr("it reshapes batch x 2x3x4 to [-1, 12]"));
    OnnxModel flatten({0, 2, 3, 4});
    set(flatten.node("Flatten", {"x"}), "axis", 0);
    EXPECT_THAT(complaint(flatten), HasSubstr("mixes the images of a batch"));
    OnnxModel softmax({0, 4});
    set(softmax.node("Softmax", {"x"}), "axis", 0);
    EXPECT_THAT(complaint(softmax), HasSubstr("NET008"));
    OnnxModel concat({0, 4});
    set(concat.node("Concat", {"x", "x"}), "axis", 0);
    EXPECT_THAT(complaint(concat), HasSubstr("not that of the channels"));
}

TEST(OnnxRefusal, PadsWithZerosAroundTheImageOnly) {
    OnnxModel reflect({0, 2, 4, 4}, 9);
    set_text(reflect.node("Pad", {"x"}), "mode", "reflect");
    EXPECT_THAT(complaint(reflect), HasSubstr("something else than zeros"));
    OnnxModel channels({0, 2, 4, 4}, 9);
    set(channels.node("Pad", {"x"}), "pads", {0, 1, 0, 0, 0, 1, 0, 0});
    EXPECT_THAT(complaint(channels), HasSubstr("pads channels"));
}

TEST(OnnxRefusal, KnowsWhatAStridedShortcutCanBeWrittenAs) {
    OnnxModel model({0, 2, 4, 4});
    model.integers("start", {1}, {0});
    model.integers("end", {1}, {4});
    model.integers("axis", {1}, {2});
    model.integers("step", {1}, {2});
    model.node("Slice", {"x", "start", "end", "axis", "step"});
    EXPECT_THAT(complaint(model), HasSubstr("it takes a part of a feature map"));
}

TEST(OnnxRefusal, WantsEvaluationMode) {
    OnnxModel model({0, 3});
    model.integers("on", {}, {1});
    model.node("Dropout", {"x", "", "on"});
    EXPECT_THAT(complaint(model), HasSubstr("training mode"));
}

TEST(OnnxRefusal, NamesTheOnnxNodeWhenShapesDoNotFit) {
    OnnxModel model({0, 3, 2, 2});
    model.filled("w", {4, 3, 3, 3});
    model.node("Conv", {"x", "w"}).set_name("stem");
    EXPECT_THAT(complaint(model),
                HasSubstr("model.onnx: error[NET003]: node 'stem' (Conv): conv 'stem': the kernel "
                          "spans 3 but the padded input has height 2"));
}

}  // namespace
}  // namespace ohmgrid
