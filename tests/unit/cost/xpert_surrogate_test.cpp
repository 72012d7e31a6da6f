#include "sim/cost/xpert_surrogate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "sim/core/error.hpp"
#include "sim/network/shape_table.hpp"

namespace ohmgrid {
namespace {

std::vector<LayerPlan> vgg16(AdcType type, std::int64_t sharing) {
    std::vector<LayerPlan> plans;
    for (const LayerShape& shape : layer_shapes(read_shape_table(
             std::string(OHMGRID_SOURCE_DIR) + "/netlists/networks/vgg16_cifar10.csv"))) {
        LayerPlan plan;
        plan.shape = shape;
        plan.array.column_sharing = sharing;
        plan.adc.type = type;
        plans.push_back(plan);
    }
    return plans;
}

// What XPert's published code adds up for VGG16 with the same peripherals in every layer
// (facts/XPERT.md, section 3, item 2).
TEST(XpertSurrogate, GivesThePublishedSumsOfVgg16) {
    const XpertCost flash = xpert_surrogate(vgg16(AdcType::flash, 8));
    EXPECT_NEAR(flash.area_m2 * 1e6, 100.5, 0.05);
    EXPECT_NEAR(flash.latency, 117.0, 0.05);
    const XpertCost sar = xpert_surrogate(vgg16(AdcType::sar, 8));
    EXPECT_NEAR(sar.area_m2 * 1e6, 58.1, 0.05);
    EXPECT_NEAR(sar.latency, 448.1, 0.05);
}

// The same over all sharings (facts/NEUROSIM.md, section 8).
TEST(XpertSurrogate, GivesThePublishedLatenciesAtEverySharing) {
    const std::array<std::int64_t, 5> sharings{2, 4, 8, 16, 32};
    const std::array flash{112.8, 113.6, 117.0, 130.4, 184.2};
    const std::array sar{426.6, 430.9, 448.1, 516.8, 791.5};
    for (std::size_t i = 0; i < sharings.size(); ++i) {
        EXPECT_NEAR(xpert_surrogate(vgg16(AdcType::flash, sharings[i])).latency, flash[i], 0.05);
        EXPECT_NEAR(xpert_surrogate(vgg16(AdcType::sar, sharings[i])).latency, sar[i], 0.05);
    }
}

// 3 x 3 x 64 inputs and 64 outputs fill 9 x 2 arrays, all in one tile of 64.
TEST(XpertSurrogate, SpeedsALayerUpByItsSpareArrays) {
    LayerPlan plan = vgg16(AdcType::sar, 8)[1];
    const XpertCost one = xpert_surrogate(plan);
    EXPECT_EQ(one.tiles, 1);
    plan.shape.channels = 192;  // 9 x 6 arrays
    EXPECT_EQ(xpert_surrogate(plan).tiles, 1);
    EXPECT_NEAR(xpert_surrogate(plan).latency / one.latency, 3, 1e-12);
}

TEST(XpertSurrogate, RefusesANetworkWithoutConvolutions) {
    std::vector<LayerPlan> plans = vgg16(AdcType::sar, 8);
    EXPECT_THAT([&] { (void)xpert_surrogate(std::span(plans).last(1)); },
                testing::ThrowsMessage<InputError>(testing::HasSubstr("error[COST007]")));
}

}  // namespace
}  // namespace ohmgrid
