#pragma once

#include <cstdint>

#include "sim/core/parameters.hpp"

namespace ohmgrid {

enum class AdcType { ideal, sar, flash };

/// What the lowest and the highest code stand for.
enum class AdcRange {
    max,         ///< the largest column sum an array can produce
    calibrated,  ///< percentiles of the column sums seen on calibration images
    fixed,       ///< range_low .. range_high as given
    granular     ///< one code per smallest contribution of a cell
};

/// Which codes are used.
enum class AdcCodes {
    all,            ///< 2^bits
    sign_magnitude  ///< 2^bits - 1, as many below zero as above
};

/// Whether the range gives way so that an empty column has a whole code.
enum class AdcZero { on_code, as_given };

/// In which numbers the digital side adds up conversions.
enum class AdcValues {
    whole,            ///< codes, exactly
    single_precision  ///< column sums, each code / (codes per sum) + (sum of code 0) in floats
};

/// What is measured on every finished converter and removed in front of it.
enum class ForegroundCalibration { none, offset, offset_and_gain };

/// How the levels of a SAR converter's capacitor array are made.
enum class SarPolarity {
    unipolar,  ///< every bit adds its capacitor; all switch at mid code
    bipolar    ///< sign and magnitude about mid code: one bit fewer of capacitors
};

/// Errors of a successive-approximation converter's digital-to-analog converter (DAC).
struct SarSpec {
    double capacitor_sigma = 0;  ///< relative, of one unit capacitor; n units: / sqrt(n)
    SarPolarity polarity = SarPolarity::unipolar;
    int split_bits = 0;            ///< low bits behind a bridge capacitor; 0: one array
    double split_parasitic = 0;    ///< at the low array's common node, share of that array
    double amplifier_gain = 0;     ///< of the amplifier behind the DAC; 0: none needed
    int redundant_bit = 0;         ///< this bit (1 = least significant) is decided twice; 0: none
    double bit_second = 1e-9;      ///< time for one decision
    double dac_time_constant = 0;  ///< second; the DAC settles exponentially during each decision
};

/// How a flash converter turns its comparators' outputs into a code.
enum class FlashEncoder {
    ones_counter,      ///< counts the comparators that say "above"
    first_transition,  ///< the lowest comparator that says "below" decides
    wired_or           ///< a ROM line per 1-0 transition: bubbles give the OR of several codes
};

struct FlashSpec {
    double resistor_sigma = 0;  ///< relative, of one resistor of the ladder
    FlashEncoder encoder = FlashEncoder::ones_counter;
};

/// The design of one analog-to-digital converter: decides its codes as well as its cost.
/// `bits` = b always means 2^b codes. Errors are zero unless given; equations and validity:
/// docs/models/converter.md.
struct AdcSpec {
    AdcType type = AdcType::sar;
    int bits = 0;
    AdcRange range = AdcRange::calibrated;
    AdcCodes codes = AdcCodes::all;
    AdcZero zero = AdcZero::on_code;
    AdcValues values = AdcValues::whole;
    double percentile = 0;  ///< share of the calibration column sums inside the range
    double range_low = 0;   ///< in column-sum units: one cell at g_max with full input gives 1
    double range_high = 0;

    double full_scale_volt = 1;  ///< width of all 2^b codes at the converter's input
    double offset_sigma_volt = 0;
    double gain_sigma = 0;
    double comparator_offset_sigma_volt = 0;  ///< SAR: its one comparator; flash: each
    double comparator_noise_volt = 0;         ///< rms of one decision
    double sampling_farad = 0;                ///< sets the sampled noise kT/C; 0: none
    double temperature_kelvin = 300;
    ForegroundCalibration calibration = ForegroundCalibration::none;
    SarSpec sar = {};
    FlashSpec flash = {};

    [[nodiscard]] std::int64_t levels() const { return std::int64_t{1} << bits; }
    [[nodiscard]] double lsb_volt() const {
        return full_scale_volt / static_cast<double>(levels());
    }
};

/// Section [adc] of a run file.
const ParamTable<AdcSpec>& adc_parameters();

/// Complains about bits the chosen type cannot have, an empty fixed range and parts of a SAR that
/// do not fit together (ADC001 .. ADC006).
void check(const AdcSpec& adc, const ParameterSet& set, Complaints& complaints);

}  // namespace ohmgrid
