#include "sim/network/preprocessing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<float> values_of(const DataSpec& spec, const Shape& shape,
                             const std::vector<std::uint8_t>& pixels) {
    std::vector<float> values(pixels.size());
    Preprocessing(spec, shape)(pixels, values);
    return values;
}

std::string complaint_about(const DataSpec& spec, const Shape& shape) {
    try {
        Preprocessing preprocess(spec, shape);
    } catch (const InputError& error) {
        return error.what();
    }
    return "nothing was thrown";
}

TEST(Preprocessing, DividesByScaleSubtractsTheMeanAndDividesByStd) {
    const DataSpec spec{.scale = 255, .mean = {0.5, 0.25}, .std = {0.5, 2}};
    // (255/255 - 0.5)/0.5 = 1; (0 - 0.5)/0.5 = -1; (51/255 - 0.25)/2 = -0.025; (0 - 0.25)/2
    EXPECT_THAT(values_of(spec, {2, 1, 2}, {255, 0, 51, 0}), ElementsAre(1, -1, -0.025F, -0.125F));
}

TEST(Preprocessing, UsesOneNumberForAllChannels) {
    const DataSpec spec{.scale = 1, .mean = {10}, .std = {2}};
    EXPECT_THAT(values_of(spec, {3, 1, 1}, {10, 12, 14}), ElementsAre(0, 1, 2));
}

TEST(Preprocessing, LeavesRawPixelsWithScaleOne) {
    EXPECT_THAT(values_of({.scale = 1}, {1, 1, 3}, {0, 128, 255}), ElementsAre(0, 128, 255));
}

TEST(Preprocessing, SwapsColoursBeforeMeanAndStd) {
    const DataSpec spec{
        .scale = 1, .mean = {100, 0, 0}, .std = {1, 1, 2}, .channel_order = ChannelOrder::bgr};
    // File: red 1, green 2, blue 3. Network: blue - 100, green, red / 2.
    EXPECT_THAT(values_of(spec, {3, 1, 1}, {1, 2, 3}), ElementsAre(-97, 2, 0.5F));
}

TEST(Preprocessing, RefusesListsThatDoNotFitTheChannels) {
    const std::string all = complaint_about({.mean = {1, 2}, .std = {1, 1, 1, 1}}, {3, 2, 2});
    EXPECT_THAT(all, HasSubstr("error[DAT007]: data.mean has 2 entries for images of 3 channels"));
    EXPECT_THAT(all, HasSubstr("error[DAT007]: data.std has 4 entries for images of 3 channels"));
    EXPECT_THAT(complaint_about({.mean = {}}, {1, 2, 2}), HasSubstr("data.mean has 0 entries"));
    EXPECT_THAT(complaint_about({.channel_order = ChannelOrder::bgr}, {1, 2, 2}),
                HasSubstr("error[DAT007]: data.channel_order is bgr for images of 1 channels"));
}

TEST(LoaderOf, LoadsTheImageAskedFor) {
    const ImageSet set({1, 1, 2}, {1, 2, 3, 4}, {0, 1}, 2);
    const ImageLoader load = loader_of(set, Preprocessing({.scale = 1}, set.shape()));
    std::vector<float> values(2);
    load(1, values);
    EXPECT_THAT(values, ElementsAre(3, 4));
}

TEST(DataParameters, FillTheSpecAndLeaveLimitsOpen) {
    ParameterSet set;
    set.set("data.test", {std::string("a.bin, b.bin"), {}});
    set.set("data.mean", {std::vector<double>{0.1, 0.2, 0.3}, {}});
    set.set("data.format", {std::string("cifar10"), {}});
    set.set("data.calibration_limit", {std::int64_t{100}, {}});
    Complaints complaints;
    const DataSpec spec = data_parameters().read(set, complaints);
    EXPECT_TRUE(complaints.empty());
    EXPECT_THAT(files_of(spec.test), ElementsAre("a.bin", "b.bin"));
    EXPECT_TRUE(files_of(spec.calibration).empty());
    EXPECT_EQ(spec.format, ImageFormat::cifar10);
    EXPECT_EQ(spec.limit, all_images);
    EXPECT_EQ(spec.calibration_limit, 100);
    EXPECT_EQ(spec.scale, 255);
    EXPECT_THAT(spec.mean, ElementsAre(0.1, 0.2, 0.3));
    EXPECT_THAT(spec.std, ElementsAre(1));
}

TEST(DataParameters, RefuseAnEmptyCalibrationSetAndAZeroStd) {
    ParameterSet set;
    set.set("data.calibration_limit", {std::int64_t{0}, {"run.toml", 3, 1}});
    set.set("data.std", {std::vector<double>{0.2, 0}, {"run.toml", 4, 1}});
    Complaints complaints;
    (void)data_parameters().read(set, complaints);
    ASSERT_EQ(complaints.messages().size(), 2U);
    EXPECT_THAT(complaints.messages()[0].text(), HasSubstr("data.calibration_limit: 0 is outside"));
    EXPECT_THAT(complaints.messages()[1].text(), HasSubstr("data.std: 0 is outside"));
}

}  // namespace
}  // namespace ohmgrid
