#include "sim/core/units.hpp"

#include <gtest/gtest.h>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

TEST(Units, ReadsPrefixesProductsQuotientsAndPowers) {
    EXPECT_DOUBLE_EQ(parse_quantity("100 uS").value, 100e-6);
    EXPECT_DOUBLE_EQ(parse_quantity("2.5 kohm").value, 2500.0);
    EXPECT_DOUBLE_EQ(parse_quantity("3 %").value, 0.03);
    EXPECT_DOUBLE_EQ(parse_quantity("0.2 fF/um").value, 0.2e-15 / 1e-6);
    EXPECT_DOUBLE_EQ(parse_quantity("48 um2").value, 48e-12);
    EXPECT_DOUBLE_EQ(parse_quantity("3 ohm*nm").value, 3e-9);
    EXPECT_DOUBLE_EQ(parse_quantity("7").value, 7.0);
    EXPECT_DOUBLE_EQ(parse_quantity("2 d").value, 2 * 24 * 3600.0);
    EXPECT_DOUBLE_EQ(parse_quantity("3 h").value, 3 * 3600.0);
    EXPECT_DOUBLE_EQ(parse_quantity("5 min").value, 300.0);
    EXPECT_TRUE(parse_quantity("1 h").dimension == dimension::time);
}

TEST(Units, KeepsMetreAndMilliApart) {
    EXPECT_TRUE(parse_quantity("1 m").dimension == dimension::length);
    EXPECT_DOUBLE_EQ(parse_quantity("1 mm").value, 1e-3);
    EXPECT_DOUBLE_EQ(parse_quantity("1 mS").value, 1e-3);
    EXPECT_TRUE(parse_quantity("1 mS").dimension == dimension::conductance);
}

TEST(Units, EveryDerivedDimensionFollowsFromItsDefinition) {
    EXPECT_TRUE(parse_quantity("1 A/V").dimension == dimension::conductance);
    EXPECT_TRUE(parse_quantity("1 F*V*V").dimension == dimension::energy);
    EXPECT_TRUE(parse_quantity("1 J*Hz").dimension == dimension::power);
    EXPECT_TRUE(parse_quantity("1 ohm*F").dimension == dimension::time);
}

TEST(Units, RefusesWhatIsNotANumberWithAUnit) {
    for (const char* wrong : {"", "uS", "1 bananas", "nan V", "inf", "1 S/", "1e999 V", "0x10 V"}) {
        EXPECT_THROW(parse_quantity(wrong), InputError) << wrong;
    }
}

TEST(Units, FormatsWithEngineeringPrefix) {
    EXPECT_EQ(format_quantity(1e-4, dimension::conductance), "100 uS");
    EXPECT_EQ(format_quantity(2500.0, dimension::resistance), "2.5 kohm");
    EXPECT_EQ(format_quantity(0.2, dimension::voltage), "200 mV");
    EXPECT_EQ(format_quantity(1.0, dimension::voltage), "1 V");
    EXPECT_EQ(format_quantity(0.0, dimension::time), "0 s");
}

}  // namespace
}  // namespace ohmgrid
