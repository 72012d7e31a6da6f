#pragma once

#include <cstdint>
#include <vector>

#include "sim/converter/converter.hpp"
#include "sim/core/run_context.hpp"

namespace ohmgrid {

/// Static errors of one converter, in steps (LSB) of the straight line through its first and its
/// last threshold. Definitions: IEEE Std 1241-2010, terminal-based; threshold k is the lowest input
/// whose code is at least k.
struct StaticErrors {
    double offset_lsb = 0;  ///< first threshold from its ideal place
    double gain_error = 0;  ///< width from first to last threshold over the ideal width, - 1
    std::vector<double> inl_lsb = {};  ///< of threshold k = 1 .. levels - 1; both ends are 0
    std::vector<double> dnl_lsb = {};  ///< of code k = 1 .. levels - 2: its total width - 1
    std::vector<std::int32_t> missing_codes = {};  ///< no input gives them

    [[nodiscard]] double worst_inl_lsb() const;  ///< largest magnitude
    [[nodiscard]] double worst_dnl_lsb() const;
};

/// @param levels 2^bits, at least 4: two levels have one threshold, and no line goes through it
StaticErrors static_errors(const Transfer& transfer, std::int64_t levels);

/// Effective number of bits from the density of codes: inputs spread evenly over the range are
/// estimated from their codes by the best straight line; with an rms error of 1 / sqrt(12) ideal
/// steps, an ideal converter's, ENOB is `bits`. Noise of `noise_lsb` adds to the error. Computed
/// from the thresholds, without sampling.
double density_enob(const Transfer& transfer, std::int64_t levels, double noise_lsb);

/// A sine of full scale, converted.
struct SineTest {
    std::int64_t samples = 8192;
    std::int64_t periods = 1021;  ///< coprime to `samples`: every sample sees another phase
};

/// Signal over everything else of a converted sine of full scale, as ENOB = (SINAD/dB - 1.76) /
/// 6.02. Every sample is converted with fresh noise from `noise`, from draw 1 on; draw 0 is the
/// phase. The sine is fitted with three parameters (IEEE Std 1241-2010, 4.1.4), which removes gain
/// and offset.
double sine_enob(const Converter& converter, const RandomStream& noise, const SineTest& test = {});

/// What one converter of a Monte-Carlo study shows.
struct ConverterFigures {
    double offset_lsb = 0;
    double gain_error = 0;
    double worst_inl_lsb = 0;
    double worst_dnl_lsb = 0;
    std::int64_t missing_codes = 0;
    double sine_enob = 0;
    double density_enob = 0;
};

/// Mean, standard deviation and extremes of one quantity over converters.
struct Spread {
    double mean = 0;
    double standard_deviation = 0;  ///< of one converter; 0 for a single one
    double low = 0;
    double high = 0;
};
Spread spread_of(const std::vector<double>& values);

/// A number of instances of one design: figures of each, and the spread of INL and DNL by code.
struct ConverterStudy {
    std::vector<ConverterFigures> instances;
    std::vector<Spread> inl_lsb;  ///< by threshold
    std::vector<Spread> dnl_lsb;  ///< by code
    std::int64_t good = 0;        ///< instances with |INL| below half a step everywhere
};

/// Draws converters 0 .. instances - 1 of `chip` and characterises each. Results do not depend on
/// the number of threads. `adc` is a SAR or flash of at least 2 bits.
/// @throws Interrupted
ConverterStudy study_converters(const AdcSpec& adc, const VirtualChip& chip, std::int64_t instances,
                                const SineTest& sine, const RunContext& context);

}  // namespace ohmgrid
