#include "sim/network/example_images.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAreArray;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::Lt;

std::vector<std::uint8_t> picture(ExampleSplit split, std::int64_t index,
                                  std::uint64_t seed = example_seed) {
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(example_shape.elements()));
    draw_example_image(split, index, pixels, seed);
    return pixels;
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo; draft-eastlake-fnv).
std::uint64_t hash_of(const std::vector<std::uint8_t>& bytes) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001b3;
    return hash;
}

TEST(ExampleImages, AreTheSameAloneAndInASet) {
    const ImageSet set = draw_example_images(ExampleSplit::test, 25);
    EXPECT_EQ(set.count(), 25);
    EXPECT_EQ(set.shape(), example_shape);
    for (const std::int64_t i : {24, 0, 13}) {
        EXPECT_THAT(picture(ExampleSplit::test, i), ElementsAreArray(set.image(i)));
    }
}

TEST(ExampleImages, HoldEachClassOnceInEveryTen) {
    const ImageSet set = draw_example_images(ExampleSplit::train, 40);
    EXPECT_EQ(set.classes(), 10);
    std::vector<int> count(10);
    for (const std::int64_t label : set.labels()) ++count[static_cast<std::size_t>(label)];
    EXPECT_THAT(count, Each(4));
}

TEST(ExampleImages, DifferBetweenSplitsSeedsAndNumbers) {
    const auto base = picture(ExampleSplit::train, 0);
    EXPECT_NE(base, picture(ExampleSplit::test, 0));
    EXPECT_NE(base, picture(ExampleSplit::train, 10));
    EXPECT_NE(base, picture(ExampleSplit::train, 0, example_seed + 1));
}

/// Neither blank nor burnt out: values spread over at least 40 of 256 steps in every picture, and
/// fewer than 5 % of all values lie at an end of the range.
TEST(ExampleImages, UseTheRangeOfAByteWithoutPilingUpAtItsEnds) {
    const ImageSet set = draw_example_images(ExampleSplit::test, 200);
    for (std::int64_t i = 0; i < set.count(); ++i) {
        const auto [low, high] = std::ranges::minmax(set.image(i));
        EXPECT_GE(high - low, 40) << "picture " << i;
    }
    const auto at_an_end = std::ranges::count_if(
        set.pixels(), [](std::uint8_t value) { return value == 0 || value == 255; });
    EXPECT_LT(static_cast<double>(at_an_end), 0.05 * static_cast<double>(set.pixels().size()));
    const double sum = std::accumulate(set.pixels().begin(), set.pixels().end(), 0.0);
    EXPECT_THAT(sum / static_cast<double>(set.pixels().size()), AllOf(Gt(112), Lt(144)));
}

double squared_distance(const std::vector<double>& mean, std::span<const std::uint8_t> image) {
    double sum = 0;
    for (std::size_t p = 0; p < mean.size(); ++p) sum += std::pow(mean[p] - image[p], 2);
    return sum;
}

/// Colours, places and rotations carry no class: the nearest of the ten mean pictures is right as
/// often as a guess, 10 % of 500 pictures within 5 standard deviations of a binomial count. That
/// the figures do carry it is shown by the network of example_network_test.cpp, right in 95 %.
TEST(ExampleImages, CannotBeToldApartByTheNearestMeanPicture) {
    const ImageSet train = draw_example_images(ExampleSplit::train, 1000);
    const auto size = static_cast<std::size_t>(example_shape.elements());
    std::vector<std::vector<double>> means(example_classes, std::vector<double>(size));
    for (std::int64_t i = 0; i < train.count(); ++i) {
        auto& mean = means[static_cast<std::size_t>(example_label(i))];
        for (std::size_t p = 0; p < size; ++p) mean[p] += train.image(i)[p] / 100.0;
    }
    const ImageSet test = draw_example_images(ExampleSplit::test, 500);
    int correct = 0;
    for (std::int64_t i = 0; i < test.count(); ++i) {
        const auto nearest = std::ranges::min_element(
            means, {}, [&](const auto& mean) { return squared_distance(mean, test.image(i)); });
        correct += nearest - means.begin() == example_label(i) ? 1 : 0;
    }
    EXPECT_NEAR(correct, 50, 5 * std::sqrt(500 * 0.1 * 0.9));
}

/// The bytes the shipped network was trained and measured on, pinned so that they never move: the
/// first test picture of each class, hashed when the network was trained. Whoever changes a
/// picture retrains the network (docs/examples/README.md) and then these hashes.
TEST(ExampleImages, AreThoseTheShippedNetworkWasTrainedOn) {
    const std::vector<std::uint64_t> trained_on{
        0x611ddda17ffd28d8, 0x89d6d5ccc22a33f5, 0xc13993fdafaef060, 0xbe74258da4ea02d8,
        0x7a37d5d27be6b50a, 0x630ed737581c256d, 0xf02e42ef0efa7668, 0x39e02801b24fefd0,
        0xbdff494519d7a26f, 0x84363bec3fbe5531};
    for (std::int64_t c = 0; c < example_classes; ++c) {
        EXPECT_EQ(hash_of(picture(ExampleSplit::test, c)), trained_on[static_cast<std::size_t>(c)])
            << "class " << c;
    }
}

TEST(ExampleImages, AreNamedLikeAFileInARunFile) {
    EXPECT_EQ(example_split("example:train"), ExampleSplit::train);
    EXPECT_EQ(example_split("example:test"), ExampleSplit::test);
    EXPECT_EQ(example_split("cifar10_test.h5"), std::nullopt);
    EXPECT_EQ(read_images("example:test", {}, 30).pixels(),
              draw_example_images(ExampleSplit::test, 30).pixels());
}

TEST(ExampleImages, OfAnUnknownPartAreRefused) {
    try {
        (void)read_images("example:valid", {});
        FAIL() << "nothing was thrown";
    } catch (const InputError& error) {
        EXPECT_THAT(error.what(), HasSubstr("DAT008"));
        EXPECT_THAT(error.what(), HasSubstr("example:train or example:test"));
    }
}

}  // namespace
}  // namespace ohmgrid
