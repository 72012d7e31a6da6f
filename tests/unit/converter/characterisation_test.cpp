#include "sim/converter/characterisation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace ohmgrid {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

AdcSpec design(AdcType type, int bits) {
    AdcSpec adc;
    adc.type = type;
    adc.bits = bits;
    return adc;
}

TEST(StaticErrors, OfAnIdealConverterAreZero) {
    for (const int bits : {2, 5, 10}) {
        const AdcSpec adc = design(AdcType::sar, bits);
        const StaticErrors errors =
            static_errors(Converter::drawn(adc, {}, 0).transfer(), adc.levels());
        EXPECT_NEAR(errors.offset_lsb, 0, 1e-12);
        EXPECT_NEAR(errors.gain_error, 0, 1e-12);
        EXPECT_THAT(errors.inl_lsb, Each(DoubleNear(0, 1e-9)));
        EXPECT_THAT(errors.dnl_lsb, Each(DoubleNear(0, 1e-9)));
        EXPECT_THAT(errors.missing_codes, IsEmpty());
        EXPECT_EQ(errors.dnl_lsb.size(), static_cast<std::size_t>(adc.levels() - 2));
    }
}

// By hand: thresholds 1, 1.5, 3.5 and then 4 twice (code 4 is missing), 6, 7 of three bits. The
// line has steps of (7 - 1) / 6 = 1.
TEST(StaticErrors, OfAHandMadeTransfer) {
    const Transfer transfer{.thresholds = {1, 1.5, 3.5, 4, 6, 7}, .codes = {0, 1, 2, 3, 5, 6, 7}};
    const StaticErrors errors = static_errors(transfer, 8);
    EXPECT_DOUBLE_EQ(errors.offset_lsb, 0.5);
    EXPECT_DOUBLE_EQ(errors.gain_error, 0);
    EXPECT_THAT(errors.inl_lsb, ElementsAre(0, -0.5, 0.5, 0, -1, 0, 0));
    EXPECT_THAT(errors.dnl_lsb, ElementsAre(-0.5, 1, -0.5, -1, 1, 0));
    EXPECT_THAT(errors.missing_codes, ElementsAre(4));
    EXPECT_EQ(errors.worst_inl_lsb(), 1);
}

TEST(Enob, FromCodeDensityOfAnIdealConverterIsItsBits) {
    for (const int bits : {2, 4, 8, 12}) {
        const AdcSpec adc = design(AdcType::sar, bits);
        const Transfer transfer = Converter::drawn(adc, {}, 0).transfer();
        EXPECT_NEAR(density_enob(transfer, adc.levels(), 0), bits, 1e-7);
        // Noise of sqrt(3/12) step makes the error power four times as large: one bit less.
        EXPECT_NEAR(density_enob(transfer, adc.levels(), 0.5), bits - 1, 1e-7);
    }
}

TEST(Enob, IgnoresOffsetAndGain) {
    AdcSpec adc = design(AdcType::sar, 8);
    adc.offset_sigma_volt = 0.002;
    adc.gain_sigma = 0.01;
    EXPECT_NEAR(density_enob(Converter::drawn(adc, {}, 4).transfer(), 256, 0), 8, 1e-9);
}

/// ENOB of an ideal quantiser for a sine of amplitude A steps whose mean lies half way between two
/// codes. Its error is a sawtooth, e(x) = sum over n of (-1)^n sin(2 pi n x) / (pi n); averaged
/// over the sine, e^2 is 1/12 + sum of J0(2 pi n A) / (pi n)^2, and a part of e with the amplitude
/// a = 2 sum of J1(2 pi n A) / (pi n) follows the sine and counts as signal.
/// Source: Widrow & Kollar, Quantization Noise (2008), appendix G.
double ideal_sine_enob(double amplitude_lsb) {
    double power = 1.0 / 12, following = 0;
    for (int n = 1; n <= 20000; ++n) {
        const double z = 2 * std::numbers::pi * n * amplitude_lsb;
        power += std::cyl_bessel_j(0, z) / std::pow(std::numbers::pi * n, 2);
        following += 2 * std::cyl_bessel_j(1, z) / (std::numbers::pi * n);
    }
    const double signal = std::pow(amplitude_lsb + following, 2) / 2;
    return 0.5 * std::log2(signal / (power - following * following / 2) / 1.5);
}

TEST(Enob, FromASineThroughAnIdealConverterIsItsBits) {
    constexpr std::int64_t samples = 65536;
    // Squares of an even error have a relative standard deviation of sqrt(4/5) each; samples of
    // a coherent sine are spread more evenly than random ones.
    const double five_sigma = 5 * std::sqrt(0.8 / static_cast<double>(samples));
    for (const int bits : {6, 8, 10, 12}) {
        const AdcSpec adc = design(AdcType::sar, bits);
        const RandomStream noise(3, Purpose::test, {}, static_cast<std::uint32_t>(bits));
        const double enob = sine_enob(Converter::drawn(adc, {}, 0), noise, {samples, 8191});
        const double exact = ideal_sine_enob(std::ldexp(0.5, bits));
        EXPECT_NEAR(enob, exact, 0.5 * std::log2(1 + five_sigma)) << bits;
        const double snr_decibel = 20 * std::log10(std::exp2(enob)) + 10 * std::log10(1.5);
        EXPECT_NEAR(snr_decibel, 6.02 * bits + 1.76, 0.35) << bits;
    }
}

TEST(Enob, OfEvenlySpreadInputsGivesTheTextbookErrorPower) {
    const Converter converter = Converter::drawn(design(AdcType::flash, 8), {}, 0);
    const RandomStream inputs(4, Purpose::test, {}, 0);
    constexpr std::uint32_t samples = 200'000;
    double power = 0;
    for (std::uint32_t i = 0; i < samples; ++i) {
        const double x = inputs.uniform_open(i) * 256 - 0.5;
        const double error = converter.code(x) - x;
        power += error * error / samples;
    }
    EXPECT_NEAR(12 * power, 1, 5 * std::sqrt(0.8 / samples));
}

TEST(ConverterStudy, IsTheSameForAnyNumberOfThreads) {
    AdcSpec adc = design(AdcType::sar, 6);
    adc.sar.capacitor_sigma = 0.03;
    adc.comparator_noise_volt = 1e-3;
    const SineTest sine{.samples = 256, .periods = 31};
    const ConverterStudy one = study_converters(adc, {}, 100, sine, {.threads = 1});
    const ConverterStudy many = study_converters(adc, {}, 100, sine, {.threads = 3});
    ASSERT_EQ(one.instances.size(), 100U);
    for (std::size_t i = 0; i < 100; ++i) {
        EXPECT_EQ(one.instances[i].sine_enob, many.instances[i].sine_enob);
        EXPECT_EQ(one.instances[i].worst_inl_lsb, many.instances[i].worst_inl_lsb);
    }
    for (std::size_t k = 0; k < one.inl_lsb.size(); ++k) {
        EXPECT_EQ(one.inl_lsb[k].standard_deviation, many.inl_lsb[k].standard_deviation);
    }
    EXPECT_EQ(one.good, many.good);
}

TEST(ConverterStudy, CountsGoodConverters) {
    AdcSpec adc = design(AdcType::sar, 8);
    adc.sar.capacitor_sigma = 0.04;
    const ConverterStudy study = study_converters(adc, {}, 200, {64, 13}, {});
    std::int64_t good = 0;
    for (const ConverterFigures& one : study.instances) good += one.worst_inl_lsb < 0.5 ? 1 : 0;
    EXPECT_EQ(study.good, good);
    EXPECT_GT(good, 0);
    EXPECT_LT(good, 200);
}

TEST(Spread, OfFourNumbers) {
    const Spread spread = spread_of({1, 2, 3, 6});
    EXPECT_DOUBLE_EQ(spread.mean, 3);
    EXPECT_DOUBLE_EQ(spread.standard_deviation, std::sqrt(14.0 / 3));
    EXPECT_EQ(spread.low, 1);
    EXPECT_EQ(spread.high, 6);
}

}  // namespace
}  // namespace ohmgrid
