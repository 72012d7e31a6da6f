#include "sim/converter/converter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace ohmgrid {
namespace {

AdcSpec design(AdcType type, int bits) {
    AdcSpec adc;
    adc.type = type;
    adc.bits = bits;
    return adc;
}

Converter drawn(const AdcSpec& adc, std::uint32_t number) {
    return Converter::drawn(adc, {.seed = 11}, number);
}

std::int32_t rounded(double x, int bits) {
    return static_cast<std::int32_t>(std::clamp(std::nearbyint(x), 0.0, std::ldexp(1.0, bits) - 1));
}

/// Inputs on a grid that holds every tie, and numbers right beside the ties.
std::vector<double> telling_inputs(int bits) {
    std::vector<double> inputs;
    const double top = std::ldexp(1.0, bits);
    for (double x = -2; x <= top + 2; x += 0.125) {
        inputs.insert(inputs.end(), {x, std::nextafter(x, -1e9), std::nextafter(x, 1e9)});
    }
    return inputs;
}

std::vector<AdcSpec> designs_without_errors() {
    std::vector<AdcSpec> all;
    for (const int bits : {1, 2, 5, 8}) {
        all.push_back(design(AdcType::sar, bits));
        all.push_back(design(AdcType::flash, bits));
        for (const FlashEncoder encoder :
             {FlashEncoder::first_transition, FlashEncoder::wired_or}) {
            all.push_back(design(AdcType::flash, bits));
            all.back().flash.encoder = encoder;
        }
        if (bits < 3) continue;
        all.push_back(design(AdcType::sar, bits));
        all.back().sar.split_bits = 2;
        all.push_back(design(AdcType::sar, bits));
        all.back().sar.polarity = SarPolarity::bipolar;
        for (int repeated = 2; repeated <= bits; ++repeated) {
            all.push_back(design(AdcType::sar, bits));
            all.back().sar.redundant_bit = repeated;
        }
    }
    return all;
}

TEST(Converter, WithoutErrorsRoundsExactlyTiesIncluded) {
    for (const AdcSpec& adc : designs_without_errors()) {
        const Converter converter = drawn(adc, 3);
        const Transfer transfer = converter.transfer();
        for (const double x : telling_inputs(adc.bits)) {
            ASSERT_EQ(converter.code(x), rounded(x, adc.bits)) << x << " bits " << adc.bits;
            ASSERT_EQ(transfer.code(x), rounded(x, adc.bits)) << x << " bits " << adc.bits;
        }
        EXPECT_EQ(converter.noise_lsb(), 0);
        EXPECT_FALSE(has_static_errors(adc));
    }
}

/// Every error this design can have, large.
AdcSpec poor(AdcSpec adc) {
    adc.full_scale_volt = 1;
    adc.offset_sigma_volt = 0.02;
    adc.gain_sigma = 0.05;
    adc.comparator_offset_sigma_volt = 0.01;
    adc.sar.capacitor_sigma = 0.1;
    adc.sar.split_parasitic = 0.05;
    adc.sar.amplifier_gain = 300;
    adc.sar.dac_time_constant = 0.3e-9;
    adc.flash.resistor_sigma = 0.1;
    return adc;
}

TEST(Converter, TransferGivesTheCodesOfTheRealDecisions) {
    std::uint32_t number = 0;
    for (const AdcSpec& perfect : designs_without_errors()) {
        for (const ForegroundCalibration calibration :
             {ForegroundCalibration::none, ForegroundCalibration::offset,
              ForegroundCalibration::offset_and_gain}) {
            AdcSpec adc = poor(perfect);
            adc.calibration = calibration;
            EXPECT_TRUE(has_static_errors(adc));
            const Converter converter = drawn(adc, number++);
            const Transfer transfer = converter.transfer();
            ASSERT_EQ(transfer.codes.size(), transfer.thresholds.size() + 1);
            const double top = std::ldexp(1.0, adc.bits);
            const RandomStream inputs(5, Purpose::test, {}, number);
            for (std::uint32_t i = 0; i < 2000; ++i) {
                const double x = inputs.uniform_open(i) * (top + 4) - 2;
                ASSERT_EQ(transfer.code(x), converter.code(x)) << "x " << x << " bits " << adc.bits;
            }
        }
    }
}

TEST(Converter, WithoutStaticErrorsOnTheChipIsPerfect) {
    const AdcSpec adc = poor(design(AdcType::sar, 6));
    const VirtualChip chip{.sources = ErrorSources::all().without(ErrorSource::converter_static)};
    const Converter converter = Converter::drawn(adc, chip, 1);
    for (const double x : telling_inputs(6)) EXPECT_EQ(converter.code(x), rounded(x, 6));
}

TEST(Converter, BitLevelsMakeTheDecisionsOfTheConverter) {
    AdcSpec adc = design(AdcType::sar, 8);
    adc.sar.capacitor_sigma = 0.05;
    adc.gain_sigma = 0.02;
    adc.offset_sigma_volt = 0.01;
    for (const int split : {0, 4}) {
        adc.sar.split_bits = split;
        const Converter converter = drawn(adc, 9);
        const auto bits = converter.bit_levels();
        ASSERT_TRUE(bits.has_value());
        const RandomStream inputs(6, Purpose::test, {}, 0);
        for (std::uint32_t i = 0; i < 5000; ++i) {
            const double x = inputs.uniform_open(i) * 260 - 2;
            double level = bits->first_level;
            std::int32_t code = 0;
            for (const double bit : bits->bit_level) {
                code *= 2;
                if (x < level + bit) continue;
                level += bit;
                code += 1;
            }
            ASSERT_EQ(code, converter.code(x)) << x;
        }
    }
}

TEST(Converter, HasNoBitLevelsWhereDecisionsDependOnThoseBefore) {
    AdcSpec adc = design(AdcType::sar, 6);
    EXPECT_TRUE(drawn(adc, 0).bit_levels().has_value());
    adc.sar.dac_time_constant = 1e-10;
    EXPECT_FALSE(drawn(adc, 0).bit_levels().has_value());
    EXPECT_FALSE(drawn(design(AdcType::flash, 3), 0).bit_levels().has_value());
}

TEST(Converter, MonotoneTransferIsCountedByItsFirstInputs) {
    AdcSpec adc = design(AdcType::sar, 6);
    adc.sar.capacitor_sigma = 0.15;  // enough for missing codes
    std::uint32_t number = 0;
    while (drawn(adc, number).transfer().codes.size() == 64) ++number;
    const Transfer transfer = drawn(adc, number).transfer();
    ASSERT_TRUE(transfer.is_monotone());
    const std::vector<double> first = transfer.first_inputs(64);
    for (double x = -1; x < 66; x += 0.01) {
        const auto count = std::upper_bound(first.begin(), first.end(), x) - first.begin();
        ASSERT_EQ(count, transfer.code(x)) << x;
    }
}

TEST(Converter, RoundedUpComparesFloatsAsTheDoubleWould) {
    const std::vector<double> values{0.1, 0.5, 2.5, 1.0 + 1e-12, -0.3};
    const std::vector<float> up = rounded_up(values);
    for (std::size_t i = 0; i < values.size(); ++i) {
        EXPECT_GE(static_cast<double>(up[i]), values[i]);
        EXPECT_LT(static_cast<double>(std::nextafter(up[i], -1e9F)), values[i]);
    }
}

TEST(Converter, InstancesDifferAndCanBeDrawnAgain) {
    AdcSpec adc = design(AdcType::flash, 4);
    adc.comparator_offset_sigma_volt = 0.01;
    EXPECT_EQ(drawn(adc, 4).transfer().thresholds, drawn(adc, 4).transfer().thresholds);
    EXPECT_NE(drawn(adc, 4).transfer().thresholds, drawn(adc, 5).transfer().thresholds);
    EXPECT_NE(Converter::drawn(adc, {.trial = {1}}, 4).transfer().thresholds,
              Converter::drawn(adc, {.trial = {2}}, 4).transfer().thresholds);
}

}  // namespace
}  // namespace ohmgrid
