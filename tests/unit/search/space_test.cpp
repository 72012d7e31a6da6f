#include "search/space/space.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "sim/core/error.hpp"
#include "tests/unit/search/shipped_space.hpp"

namespace ohmgrid {
namespace {

TEST(Space, OfVgg16IsXpertsChain) {
    const Space space = space_on("vgg16_cifar10.csv", {.widths = {64, 128, 256, 512},
                                                       .adc_types = {AdcType::flash, AdcType::sar},
                                                       .column_sharing = {2, 4, 8, 16, 32}});
    EXPECT_EQ(space.layer_count(), 14U);
    for (std::size_t layer = 0; layer < 13; ++layer) {
        EXPECT_EQ(space.options(layer).size(), 10U);  // times 4 widths: XPert's 40
        EXPECT_EQ(space.state_count(layer + 1), 4);
        EXPECT_EQ(space.steps(layer).size(), layer == 0 ? 4U : 16U);
    }
    EXPECT_EQ(space.state_count(14), 1);
    EXPECT_NEAR(space.log10_designs(), 13 * std::log10(40) + 1, 1e-12);
}

TEST(Space, OfAResidualNetworkKeepsTheWidthOfTheStreamInMind) {
    const Space space = space_on("resnet20_cifar10.csv", {.widths = {16, 32, 64}});
    std::size_t free = 0;
    for (const WidthVariable& v : space.variables())
        if (v.choices.size() > 1) ++free;
    // Three streams, and one width inside each of nine blocks.
    EXPECT_EQ(free, 12U);
    EXPECT_EQ(space.state_count(1), 3);  // after conv1: the stream
    EXPECT_EQ(space.state_count(2), 9);  // inside a block: the stream and the block's width
    EXPECT_EQ(space.state_count(3), 3);
}

TEST(Space, PlansAreThoseOfTheNetworkWithTheseWidths) {
    const Space space = space_on("resnet20_cifar10.csv", {.widths = {16, 48}, .kernels = {1, 3}});
    Design d = space.first_design();
    for (std::size_t v = 0; v < d.widths.size(); ++v) {
        d.widths[v] = space.variables()[v].choices.size() > 1 ? static_cast<int>(v % 2) : 0;
    }
    for (std::size_t i = 0; i < space.layer_count(); ++i) {
        d.options[i] = static_cast<int>(i % space.options(i).size());
    }
    const Graph network = space.network(d);
    EXPECT_NO_THROW(check(network));
    const std::vector<LayerShape> shapes = layer_shapes(network);
    const std::vector<LayerPlan> plans = space.plans(d);
    ASSERT_EQ(plans.size(), shapes.size());
    for (std::size_t i = 0; i < plans.size(); ++i) {
        EXPECT_EQ(plans[i].shape.rows, shapes[i].rows) << shapes[i].name;
        EXPECT_EQ(plans[i].shape.channels, shapes[i].channels);
        EXPECT_EQ(plans[i].shape.windows, shapes[i].windows);
        EXPECT_EQ(plans[i].shape.input_elements, shapes[i].input_elements);
        EXPECT_EQ(plans[i].shape.digital, shapes[i].digital);
    }
}

TEST(Space, WithNothingToChooseIsTheBaseDesign) {
    const Space space = space_on("vgg16_cifar10.csv", {});
    EXPECT_EQ(space.log10_designs(), 0);
    EXPECT_TRUE(space.keeps_network(space.first_design()));
}

TEST(Space, RefusesAnotherNumberOfClasses) {
    BaseDesign base = base_on("vgg16_cifar10.csv");
    std::vector<LayerSpace> layers(base.settings.size());
    layers.back() = {.widths = {10, 100}, .own_widths = true};
    EXPECT_THROW(Space(std::move(base), layers), InputError);
}

TEST(Space, FingerprintsOfDifferentSpacesDiffer) {
    std::set<std::string> prints;
    for (const std::int64_t bits : {4, 5, 6}) {
        prints.insert(space_on("vgg16_cifar10.csv", {.adc_bits = {bits}}).fingerprint());
    }
    EXPECT_EQ(prints.size(), 3U);
}

}  // namespace
}  // namespace ohmgrid
