// How mismatch and noise of the parts show in the codes, against textbook formulas. All variances
// are sample variances of n independent values, which scatter by sqrt(2 / (n - 1)); five of these
// are allowed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "sim/converter/characterisation.hpp"

namespace ohmgrid {
namespace {

AdcSpec design(AdcType type, int bits) {
    AdcSpec adc;
    adc.type = type;
    adc.bits = bits;
    return adc;
}

constexpr std::uint32_t instances = 4000;

/// One number of each of `instances` converters.
template <class Figure>
std::vector<double> of_instances(const AdcSpec& adc, const Figure& figure) {
    std::vector<double> out;
    for (std::uint32_t i = 0; i < instances; ++i) {
        out.push_back(figure(Converter::drawn(adc, {.seed = 21}, i).transfer()));
    }
    return out;
}

void expect_deviation(const std::vector<double>& values, double expected) {
    const double sigma = spread_of(values).standard_deviation;
    const double scatter = std::sqrt(2 / static_cast<double>(values.size() - 1));
    EXPECT_NEAR(sigma * sigma / (expected * expected), 1, 5 * scatter);
}

// At mid code all capacitors switch: the step is one capacitor of 2^(b-1) units against 2^(b-1) - 1
// others. Source: Saberi et al., IEEE Trans. Circuits Syst. I 58(8), 2011, eq. (20); the INL there
// is half of it.
TEST(SarMismatch, WidensTheMidCodeByTheRootOfAllItsUnits) {
    for (const int bits : {4, 8}) {
        AdcSpec adc = design(AdcType::sar, bits);
        adc.sar.capacitor_sigma = 0.01;
        const auto mid = static_cast<std::size_t>(adc.levels() / 2);
        const double units = static_cast<double>(adc.levels());
        expect_deviation(of_instances(adc,
                                      [&](const Transfer& transfer) {
                                          const auto first = transfer.first_inputs(adc.levels());
                                          return first[mid - 1] - first[mid - 2];
                                      }),
                         0.01 * std::sqrt(units - 1));
        expect_deviation(of_instances(adc,
                                      [&](const Transfer& transfer) {
                                          return transfer.first_inputs(adc.levels())[mid - 1];
                                      }),
                         0.01 * std::sqrt(units) / 2);
    }
}

// Capacitors of n units have n times the area, hence sigma / sqrt(n): the step of bit i above all
// lower ones scatters by sqrt(2^(i+1) - 1).
TEST(SarMismatch, ScalesWithTheRootOfACapacitorsSize) {
    AdcSpec adc = design(AdcType::sar, 8);
    adc.sar.capacitor_sigma = 0.01;
    for (const std::size_t bit : {2U, 5U}) {
        const std::size_t code = std::size_t{1} << bit;
        expect_deviation(of_instances(adc,
                                      [&](const Transfer& transfer) {
                                          const auto first = transfer.first_inputs(256);
                                          return first[code - 1] - first[code - 2];
                                      }),
                         0.01 * std::sqrt(static_cast<double>(2 * code - 1)));
    }
}

// Behind a bridge of 2^m low bits a unit of the high array counts 2^m steps, so its mismatch does
// too: with m = 4 of 8 bits the mid step is 8 + 7 high units of 16 steps each, and the low array.
TEST(SarMismatch, OfASplitArrayIsThatOfItsFewLargeSteps) {
    AdcSpec adc = design(AdcType::sar, 8);
    adc.sar.capacitor_sigma = 0.003;
    adc.sar.split_bits = 4;
    // Variance of the step in high units: 8 + 7 capacitors, and the low array through its bridge:
    // levels 15/16 of the sum of its capacitors' and the bridge's relative errors (first order:
    // s = C_low C_b / (C_low + C_b), ds/dC_b = (C_low / (C_low + C_b))^2 = (15/16)^2).
    const double bridge = std::pow(15.0 / 16, 4) * 16 / 15;
    const double low = 15 / 256.0;
    const double expected = 0.003 * 16 * std::sqrt(8 + 7 + bridge + low);
    const auto steps = of_instances(adc, [](const Transfer& transfer) {
        const auto first = transfer.first_inputs(256);
        return first[127] - first[126];
    });
    const double sigma = spread_of(steps).standard_deviation;
    EXPECT_NEAR(sigma / expected, 1, 0.06) << "first order in the bridge";
}

TEST(SarMismatch, OfABipolarArraySparesTheMiddle) {
    AdcSpec adc = design(AdcType::sar, 8);
    adc.sar.capacitor_sigma = 0.01;
    adc.sar.polarity = SarPolarity::bipolar;
    // About mid code the step is one unit capacitor; a quarter away 64 against 63 units.
    for (const auto& [code, units] : {std::pair{129U, 1.0}, std::pair{192U, 127.0}}) {
        expect_deviation(of_instances(adc,
                                      [&, at = code](const Transfer& transfer) {
                                          const auto first = transfer.first_inputs(256);
                                          return first[at - 1] - first[at - 2];
                                      }),
                         0.01 * std::sqrt(units));
    }
}

TEST(SarErrors, ParasiticOfTheLowArrayShrinksItsSteps) {
    AdcSpec adc = design(AdcType::sar, 6);
    adc.sar.split_bits = 3;
    adc.sar.split_parasitic = 0.1;
    // Low array of 8 units and bridge 8/7; parasitic 0.8 units. A unit reaches the output through
    // C_b / (C_b + C_low): a factor (8/7 + 8) / (8/7 + 8.8) less than without.
    const auto first = Converter::drawn(adc, {}, 0).transfer().first_inputs(64);
    const double low_step = first[1] - first[0];
    const double high_step = (first[55] - first[7]) / 6;  // six steps of the high array
    EXPECT_NEAR(low_step / high_step, (8.0 / 7 + 8) / (8.0 / 7 + 8.8) / 8, 1e-12);
}

TEST(SarErrors, UnsettledArrayIsWhatItsDifferentialEquationSays) {
    AdcSpec adc = design(AdcType::sar, 4);
    adc.sar.bit_second = 1e-9;
    adc.sar.dac_time_constant = 0.5e-9;
    const double left = std::exp(-2.0);
    // Trials of the all-above path: 8, 12, 14, 15; the array starts at 0.
    const auto first = Converter::drawn(adc, {}, 0).transfer().first_inputs(16);
    double level = 0, most = 0;
    for (const double target : {8.0, 12.0, 14.0, 15.0}) {
        level = target + (level - target) * left;
        most = std::max(most, level - 0.5);
    }
    EXPECT_NEAR(first[14], most, 1e-12);
}

TEST(SarErrors, RedundantBitForgivesUnsettledDecisions) {
    AdcSpec adc = design(AdcType::sar, 8);
    adc.sar.bit_second = 1e-9;
    adc.sar.dac_time_constant = 0.25e-9;  // 1.8 % of the first step are missing: over two steps
    const double without =
        static_errors(Converter::drawn(adc, {}, 0).transfer(), 256).worst_inl_lsb();
    adc.sar.redundant_bit = 5;  // tolerates half of 16 steps
    const double with = static_errors(Converter::drawn(adc, {}, 0).transfer(), 256).worst_inl_lsb();
    EXPECT_GT(without, 1.5);
    EXPECT_LT(with, 0.5 * without);
}

TEST(SarErrors, AmplifierOfFiniteGainShrinksLevels) {
    AdcSpec adc = design(AdcType::sar, 6);
    adc.sar.amplifier_gain = 100;
    const auto first = Converter::drawn(adc, {}, 0).transfer().first_inputs(64);
    for (const std::size_t k : {1U, 17U, 63U}) {  // level / (1 + 1 / (A beta))
        const double level = static_cast<double>(k);
        EXPECT_NEAR(first[k - 1] + 0.5, level / (1 + (1 + level / 64) / 100), 1e-12) << k;
    }
}

// Two independent offsets bound each code.
TEST(FlashMismatch, WidensCodesByTwoComparators) {
    AdcSpec adc = design(AdcType::flash, 5);
    adc.comparator_offset_sigma_volt = 0.05 / 32;  // 0.05 steps
    expect_deviation(of_instances(adc,
                                  [](const Transfer& transfer) {
                                      const auto first = transfer.first_inputs(32);
                                      return first[16] - first[15];
                                  }),
                     0.05 * std::sqrt(2.0));
}

// The voltage half way up a ladder of n resistors is a Brownian bridge's: sigma sqrt(n) / 2 steps.
TEST(FlashMismatch, OfTheLadderIsLargestHalfWay) {
    AdcSpec adc = design(AdcType::flash, 6);
    adc.flash.resistor_sigma = 0.01;
    const auto threshold = [](std::size_t k) {
        return [k](const Transfer& transfer) { return transfer.first_inputs(64)[k - 1]; };
    };
    expect_deviation(of_instances(adc, threshold(32)), 0.01 * 8.0 / 2);
    expect_deviation(of_instances(adc, threshold(8)), 0.01 * std::sqrt(64 * 0.125 * 0.875));
}

// Thresholds 2 and 1 swapped by offsets, input between them: comparator 2 says "above", 1 "below".
TEST(FlashEncoders, ReadABubbleEachInItsOwnWay) {
    AdcSpec adc = design(AdcType::flash, 4);
    adc.comparator_offset_sigma_volt = 1.0 / 16;  // one step: many bubbles
    bool differs = false;
    for (std::uint32_t i = 0; i < 20; ++i) {
        const auto transfer_with = [&](FlashEncoder encoder) {
            adc.flash.encoder = encoder;
            return Converter::drawn(adc, {}, i).transfer();
        };
        const Transfer counted = transfer_with(FlashEncoder::ones_counter);
        const Transfer first = transfer_with(FlashEncoder::first_transition);
        const Transfer ored = transfer_with(FlashEncoder::wired_or);
        EXPECT_TRUE(counted.is_monotone());
        EXPECT_TRUE(first.is_monotone());
        for (double x = -1; x < 17; x += 0.05) {
            EXPECT_LE(first.code(x), counted.code(x));  // it stops at the first bubble
            differs |= !ored.is_monotone() && ored.code(x) != counted.code(x);
        }
    }
    EXPECT_TRUE(differs);
}

/// Mean and variance of the codes of repeated conversions of one input.
Spread repeated(const AdcSpec& adc, double input_lsb, std::uint32_t conversions) {
    const Converter converter = Converter::drawn(adc, {}, 0);
    const RandomStream noise(8, Purpose::converter_noise, {}, 0);
    std::vector<double> codes;
    for (std::uint32_t i = 0; i < conversions; ++i) {
        codes.push_back(converter.code(input_lsb, noise, i * 2048));
    }
    return spread_of(codes);
}

// Noise of several steps plus the quantiser's own 1/12 (Sheppard's correction).
TEST(ConverterNoise, OfTheSampleIsKtOverC) {
    for (const AdcType type : {AdcType::sar, AdcType::flash}) {
        AdcSpec adc = design(type, 8);
        adc.full_scale_volt = 0.01;
        adc.sampling_farad = 0.5e-12;
        adc.temperature_kelvin = 350;
        const double lsb_volt = 0.01 / 256;
        const double power = 1.380649e-23 * 350 / 0.5e-12 / (lsb_volt * lsb_volt);
        const Converter converter = Converter::drawn(adc, {}, 0);
        EXPECT_NEAR(converter.noise_lsb() * converter.noise_lsb(), power, 1e-9);
        ASSERT_GT(power, 4) << "steps are coarser than the noise";
        constexpr std::uint32_t conversions = 20'000;
        const double sigma = repeated(adc, 127.5, conversions).standard_deviation;
        EXPECT_NEAR(sigma * sigma / (power + 1.0 / 12), 1, 5 * std::sqrt(2.0 / conversions));
    }
}

/// Probability that the code is above 100 for an input `distance` above the threshold of 101.
void expect_probit(const AdcSpec& adc, double distance, double sigma_lsb) {
    constexpr double conversions = 20'000;
    const Spread codes = repeated(adc, 100.5 + distance, static_cast<std::uint32_t>(conversions));
    const double expected = 0.5 * std::erfc(-distance / sigma_lsb / std::sqrt(2.0));
    EXPECT_NEAR(codes.mean - 100, expected,
                5 * std::sqrt(expected * (1 - expected) / conversions) + 1e-12);
}

TEST(ConverterNoise, OfComparatorsBlursEveryThreshold) {
    for (const AdcType type : {AdcType::sar, AdcType::flash}) {
        AdcSpec adc = design(type, 8);
        adc.comparator_noise_volt = 0.1 / 256;
        for (const double distance : {-0.1, 0.0, 0.05, 0.2}) expect_probit(adc, distance, 0.1);
    }
}

TEST(ConverterNoise, IsAbsentWithoutItsSource) {
    AdcSpec adc = design(AdcType::sar, 8);
    adc.comparator_noise_volt = 0.1;
    adc.sampling_farad = 1e-15;
    const VirtualChip chip{.sources = ErrorSources::all().without(ErrorSource::converter_noise)};
    EXPECT_EQ(Converter::drawn(adc, chip, 0).noise_lsb(), 0);
    EXPECT_GT(Converter::drawn(adc, {}, 0).noise_lsb(), 0);
}

TEST(ForegroundCalibration, RemovesWhatItMeasures) {
    AdcSpec adc = design(AdcType::sar, 6);
    adc.offset_sigma_volt = 0.05;
    adc.comparator_offset_sigma_volt = 0.03;
    adc.gain_sigma = 0.05;
    const auto error = [&](ForegroundCalibration calibration) {
        adc.calibration = calibration;
        return static_errors(Converter::drawn(adc, {}, 5).transfer(), 64);
    };
    const StaticErrors raw = error(ForegroundCalibration::none);
    ASSERT_GT(std::abs(raw.gain_error), 0.01);
    const StaticErrors offset = error(ForegroundCalibration::offset);
    EXPECT_NEAR(offset.gain_error, raw.gain_error, 1e-12);
    EXPECT_NEAR(offset.offset_lsb + offset.gain_error * 31, 0, 1e-12) << "the middle is right";
    const StaticErrors both = error(ForegroundCalibration::offset_and_gain);
    EXPECT_NEAR(both.gain_error, 0, 1e-12);
    EXPECT_NEAR(both.offset_lsb, 0, 1e-12);
}

TEST(ForegroundCalibration, LeavesNonlinearityAlone) {
    AdcSpec adc = design(AdcType::sar, 6);
    adc.sar.capacitor_sigma = 0.05;
    adc.calibration = ForegroundCalibration::none;
    const StaticErrors raw = static_errors(Converter::drawn(adc, {}, 5).transfer(), 64);
    adc.calibration = ForegroundCalibration::offset_and_gain;
    const StaticErrors calibrated = static_errors(Converter::drawn(adc, {}, 5).transfer(), 64);
    EXPECT_NEAR(calibrated.worst_inl_lsb(), raw.worst_inl_lsb(), 1e-9);
}

}  // namespace
}  // namespace ohmgrid
