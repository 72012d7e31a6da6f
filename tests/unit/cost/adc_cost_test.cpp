#include "sim/cost/components/adc.hpp"

#include <gtest/gtest.h>

#include "sim/core/error.hpp"
#include "sim/cost/components/sar_adc.hpp"
#include "tests/support/shipped_files.hpp"

namespace ohmgrid {
namespace {

AdcCost of(AdcType type, int bits, AdcModel model, const std::string& node = "32nm") {
    const Technology t = technology_of(node);
    return adc_cost({.type = type, .bits = bits}, {.model = model}, 5e3, 0.5, logic_cells(t), t);
}

// facts/NEUROSIM.md: SAR at 32 nm, 6 bits: 302 um2, 7 ns, 0.223 pJ at 5 kohm.
TEST(AdcCost, NeuroSimSarEqualsThePublishedExample) {
    const Cost c = of(AdcType::sar, 6, AdcModel::neurosim).cost;
    EXPECT_NEAR(c.area_m2, 302e-12, 1e-12);
    EXPECT_NEAR(c.latency_second, 7e-9, 1e-18);
    EXPECT_NEAR(c.energy_joule, 0.223e-12, 0.001e-12);
}

// Measured 8-bit converters near 32 nm: Kull 2013 2.55 pJ and 1500 um2, others up to 6 pJ and
// 5800 um2 (ADC survey).
TEST(AdcCost, SurveySarLiesAmongMeasuredEightBitConverters) {
    const AdcCost c = of(AdcType::sar, 8, AdcModel::survey);
    EXPECT_GT(c.cost.energy_joule, 1.5e-12);
    EXPECT_LT(c.cost.energy_joule, 5.6e-12);
    EXPECT_GT(c.cost.area_m2, 1200e-12);
    EXPECT_LT(c.cost.area_m2, 6000e-12);
    EXPECT_LT(c.energy_joule.low, 2.55e-12);
    EXPECT_GT(c.energy_joule.high, 6e-12);
}

TEST(AdcCost, IsaacIsItsOwnConverterAtEightBitsAnd32Nanometres) {
    const Cost c = of(AdcType::sar, 8, AdcModel::isaac).cost;
    EXPECT_NEAR(c.energy_joule, 1.56e-12, 1e-24);
    EXPECT_NEAR(c.area_m2, 1200e-12, 1e-20);
    EXPECT_THROW(of(AdcType::flash, 8, AdcModel::isaac), InputError);
}

TEST(AdcCost, GivenFiguresReplaceTheModelAndItsSpread) {
    const Technology t = technology_of("32nm");
    const AdcCost c = adc_cost({.type = AdcType::sar, .bits = 8}, {.energy_joule = 7e-12}, 5e3, 0.5,
                               logic_cells(t), t);
    EXPECT_EQ(c.cost.energy_joule, 7e-12);
    EXPECT_EQ(c.energy_joule.low, 7e-12);
    EXPECT_EQ(c.energy_joule.high, 7e-12);
    EXPECT_LT(c.area_m2.low, c.area_m2.high);
}

TEST(AdcCost, CustomNeedsAllItsFigures) {
    Complaints complaints;
    const AdcCostSpec half{.model = AdcModel::custom, .energy_joule = 1e-12};
    check(half, {.type = AdcType::sar, .bits = 8}, ParameterSet{}, complaints);
    ASSERT_EQ(complaints.messages().size(), 1U);
    EXPECT_EQ(complaints.messages()[0].id, "COST005");
    const Technology t = technology_of("32nm");
    EXPECT_THROW(
        (void)adc_cost({.type = AdcType::sar, .bits = 8}, half, 5e3, 0.5, logic_cells(t), t),
        InputError);
}

TEST(AdcCost, InterpolatesPublishedCoefficientsBetweenNodes) {
    Technology between = technology_of("32nm");
    between.feature_metre = 38e-9;
    const LogicCells cells = logic_cells(between);
    const double joule = neurosim_sar(8, 5e3, cells, between).cost.energy_joule;
    EXPECT_GT(joule, of(AdcType::sar, 8, AdcModel::neurosim, "32nm").cost.energy_joule);
    EXPECT_LT(joule, of(AdcType::sar, 8, AdcModel::neurosim, "45nm").cost.energy_joule);
}

TEST(AdcCost, SurveyWarnsOutsideItsConvertersWithTheDistance) {
    const Technology t = technology_of("32nm");
    const auto warning = [&](AdcType type, int bits) {
        const auto gap = extrapolation({.type = type, .bits = bits}, {}, t);
        return gap ? gap->text() : std::string();
    };
    EXPECT_EQ(warning(AdcType::sar, 8), "");
    EXPECT_EQ(warning(AdcType::flash, 5), "");
    // 5 bits are ENOB 3.5; the lowest in the survey is 5.02.
    EXPECT_EQ(warning(AdcType::sar, 5),
              "adc.cost.model = \"survey\" is extrapolated for a SAR converter of 5 bits: ENOB "
              "3.50 lies 1.52 bit below its converters (5.02 .. 10.17)");
    EXPECT_NE(warning(AdcType::flash, 8), "");
    EXPECT_FALSE(extrapolation({.type = AdcType::sar, .bits = 5},
                               {.energy_joule = 1e-12, .area_m2 = 1e-9}, t));
    Technology small = t;
    small.feature_metre = 4e-9;
    EXPECT_EQ(extrapolation({.type = AdcType::sar, .bits = 8}, {}, small).value().text(),
              "adc.cost.model = \"survey\" is extrapolated for a SAR converter of 8 bits: 4 nm "
              "lies a factor 2.00 outside its nodes (8 .. 180 nm)");
}

}  // namespace
}  // namespace ohmgrid
