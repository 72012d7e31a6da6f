#include "sim/converter/adc_spec.hpp"

#include <iterator>
#include <utility>

#include "sim/core/complain.hpp"

namespace ohmgrid {
namespace {

// A flash converter doubles its comparators with every bit: 1023 of them at 10 bits.
constexpr int flash_bits_most = 10;

using Rows = std::vector<ParamRow<AdcSpec>>;

Rows design_rows() {
    using S = AdcSpec;
    return {param::choice(
                "type", &S::type,
                {{"ideal", AdcType::ideal}, {"sar", AdcType::sar}, {"flash", AdcType::flash}},
                {.fallback = "sar", .doc = "successive approximation, flash, or free and exact"}),
            param::count("bits", &S::bits,
                         {.fallback = "8",
                          .low = 1,
                          .high = 14,
                          .doc = "resolution: b bits give 2^b codes (flash: at most 10)"}),
            param::choice(
                "range", &S::range,
                {{"max", AdcRange::max},
                 {"calibrated", AdcRange::calibrated},
                 {"fixed", AdcRange::fixed},
                 {"granular", AdcRange::granular}},
                {.fallback = "calibrated",
                 .doc = "what the lowest and highest code stand for; 'granular': one code per "
                        "smallest contribution of a cell"}),
            param::choice("codes", &S::codes,
                          {{"all", AdcCodes::all}, {"sign-magnitude", AdcCodes::sign_magnitude}},
                          {.fallback = "all",
                           .doc = "all 2^bits codes, or 2^bits - 1 of them symmetric about zero"}),
            param::choice("zero", &S::zero,
                          {{"on-code", AdcZero::on_code}, {"as-given", AdcZero::as_given}},
                          {.fallback = "on-code",
                           .doc = "whether the range is shifted by less than a step so that an "
                                  "empty column has a whole code"}),
            param::choice(
                "values", &S::values,
                {{"whole", AdcValues::whole}, {"single-precision", AdcValues::single_precision}},
                {.fallback = "whole",
                 .doc = "whether codes add up as whole numbers, or as column sums rounded "
                        "to single precision, as in simulators that work so"}),
            param::number("percentile", &S::percentile,
                          {.fallback = "99.99 %",
                           .low = 0.5,
                           .high = 1,
                           .doc = "share of the calibration column sums inside the range"}),
            param::number("range_low", &S::range_low,
                          {.fallback = "0",
                           .low = -1e6,
                           .high = 1e6,
                           .doc = "fixed range: column sum of code 0, in cells at g_max with full "
                                  "input"}),
            param::number("range_high", &S::range_high,
                          {.fallback = "0",
                           .low = -1e6,
                           .high = 1e6,
                           .doc = "fixed range: column sum of the highest code"})};
}

Rows error_rows() {
    using S = AdcSpec;
    return {
        param::quantity("full_scale", &S::full_scale_volt, dimension::voltage,
                        {.fallback = "1 V",
                         .low = 1e-6,
                         .high = 100,
                         .doc = "width of all codes at the converter's input; what makes a voltage "
                                "a part of a code"}),
        param::quantity("offset_sigma", &S::offset_sigma_volt, dimension::voltage,
                        {.fallback = "0 V",
                         .low = 0,
                         .high = 100,
                         .doc = "offset of the stage in front, from converter to converter"}),
        param::number("gain_sigma", &S::gain_sigma,
                      {.fallback = "0 %",
                       .low = 0,
                       .high = 0.1,
                       .doc = "gain error of the stage in front, from converter to converter"}),
        param::quantity("comparator_offset_sigma", &S::comparator_offset_sigma_volt,
                        dimension::voltage,
                        {.fallback = "0 V",
                         .low = 0,
                         .high = 100,
                         .doc = "offset of a comparator, from comparator to comparator"}),
        param::quantity("comparator_noise", &S::comparator_noise_volt, dimension::voltage,
                        {.fallback = "0 V",
                         .low = 0,
                         .high = 100,
                         .doc = "noise of one decision, rms, referred to the input"}),
        param::quantity("sampling_capacitance", &S::sampling_farad, dimension::capacitance,
                        {.fallback = "0 F",
                         .low = 0,
                         .high = 1e-6,
                         .doc = "capacitor the input is sampled on, for its noise kT/C; 0 has no "
                                "noise"}),
        param::quantity(
            "temperature", &S::temperature_kelvin, dimension::temperature,
            {.fallback = "300 K", .low = 0, .high = 1000, .doc = "of the sampling switch"}),
        param::choice("foreground_calibration", &S::calibration,
                      {{"none", ForegroundCalibration::none},
                       {"offset", ForegroundCalibration::offset},
                       {"offset-and-gain", ForegroundCalibration::offset_and_gain}},
                      {.fallback = "none",
                       .doc = "what is measured on each finished converter and removed: the mean "
                              "error of its thresholds, or the straight line through them"})};
}

std::vector<ParamRow<SarSpec>> sar_rows() {
    using S = SarSpec;
    return {
        param::number("capacitor_sigma", &S::capacitor_sigma,
                      {.fallback = "0 %",
                       .low = 0,
                       .high = 0.2,
                       .doc = "mismatch of one unit capacitor; n of them: divided by sqrt(n)"}),
        param::choice(
            "polarity", &S::polarity,
            {{"unipolar", SarPolarity::unipolar}, {"bipolar", SarPolarity::bipolar}},
            {.fallback = "unipolar",
             .doc = "every bit adds its capacitor, or sign and magnitude about mid code"}),
        param::count("split_bits", &S::split_bits,
                     {.fallback = "0",
                      .low = 0,
                      .high = 12,
                      .doc = "low bits behind a bridge capacitor; 0 is one binary-weighted array"}),
        param::number("split_parasitic", &S::split_parasitic,
                      {.fallback = "0 %",
                       .low = 0,
                       .high = 1,
                       .doc = "parasitic capacitance at the common node of the low array, share of "
                              "that array"}),
        param::number("amplifier_gain", &S::amplifier_gain,
                      {.fallback = "0",
                       .low = 0,
                       .high = 1e12,
                       .doc = "open-loop gain of an amplifier behind the capacitor array (100 dB "
                              "is 1e5); 0 has no amplifier"}),
        param::count("redundant_bit", &S::redundant_bit,
                     {.fallback = "0",
                      .low = 0,
                      .high = 13,
                      .doc = "bit that is decided twice, 1 the least significant (from 2 on); 0 is "
                             "no redundancy"}),
        param::quantity("bit_time", &S::bit_second, dimension::time,
                        {.fallback = "1 ns",
                         .low = 1e-15,
                         .high = 1,
                         .doc = "time for one decision",
                         .source = "NeuroSim V1.3"}),
        param::quantity("time_constant", &S::dac_time_constant, dimension::time,
                        {.fallback = "0 s",
                         .low = 0,
                         .high = 1,
                         .doc = "of the capacitor array, which settles anew for every decision; 0 "
                                "settles at once"})};
}

std::vector<ParamRow<FlashSpec>> flash_rows() {
    using S = FlashSpec;
    return {param::number("resistor_sigma", &S::resistor_sigma,
                          {.fallback = "0 %",
                           .low = 0,
                           .high = 0.2,
                           .doc = "mismatch of one resistor of the reference ladder"}),
            param::choice(
                "encoder", &S::encoder,
                {{"ones-counter", FlashEncoder::ones_counter},
                 {"first-transition", FlashEncoder::first_transition},
                 {"wired-or", FlashEncoder::wired_or}},
                {.fallback = "ones-counter", .doc = "how the comparators' outputs become a code"})};
}

ParamTable<AdcSpec> make_table() {
    Rows rows = design_rows();
    const auto append = [&rows](Rows more) {
        std::move(more.begin(), more.end(), std::back_inserter(rows));
    };
    append(error_rows());
    append(param::part("sar", &AdcSpec::sar, sar_rows()));
    append(param::part("flash", &AdcSpec::flash, flash_rows()));
    return {"adc", std::move(rows)};
}

std::string number(int value) { return std::to_string(value); }

void check_sar(const AdcSpec& adc, const ParameterSet& set, Complaints& complaints) {
    const SarSpec& sar = adc.sar;
    const int array_bits = adc.bits - (sar.polarity == SarPolarity::bipolar ? 1 : 0);
    if (array_bits < 1) {
        complain(set, complaints, {"adc.sar.polarity"},
                 {.id = "ADC003",
                  .what = "adc.sar.polarity: one bit leaves nothing for a magnitude",
                  .remedy = "Use \"unipolar\""});
    }
    if (sar.split_bits > 0 && sar.split_bits >= array_bits) {
        complain(set, complaints, {"adc.sar.split_bits"},
                 {.id = "ADC004",
                  .what = "adc.sar.split_bits: " + number(sar.split_bits) +
                          " low bits leave none for the high array (" + number(array_bits) +
                          " bits of capacitors in all)",
                  .remedy = "Use at most " + number(array_bits - 1) + ", or 0 for one array"});
    }
    if (sar.redundant_bit == 1 || sar.redundant_bit > adc.bits) {
        complain(set, complaints, {"adc.sar.redundant_bit"},
                 {.id = "ADC005",
                  .what = "adc.sar.redundant_bit: a converter of " + number(adc.bits) +
                          " bits cannot decide bit " + number(sar.redundant_bit) + " twice (2 .. " +
                          number(adc.bits) + ", or 0 for none)",
                  .remedy = "The error tolerated is half the weight of that bit"});
    }
    if (sar.redundant_bit != 0 && sar.polarity == SarPolarity::bipolar) {
        complain(
            set, complaints, {"adc.sar.redundant_bit"},
            {.id = "ADC006",
             .what =
                 "adc.sar.redundant_bit: a bipolar capacitor array has no second capacitor of one "
                 "bit",
             .remedy = "Use adc.sar.polarity = \"unipolar\""});
    }
}

}  // namespace

const ParamTable<AdcSpec>& adc_parameters() {
    static const ParamTable<AdcSpec> table = make_table();
    return table;
}

void check(const AdcSpec& adc, const ParameterSet& set, Complaints& complaints) {
    if (adc.type == AdcType::flash && adc.bits > flash_bits_most) {
        complain(set, complaints, {"adc.bits"},
                 {.id = "ADC001",
                  .what = "adc.bits: a flash ADC of " + number(adc.bits) + " bits needs 2^" +
                          number(adc.bits) + " - 1 comparators (at most 10 bits)",
                  .remedy = "Use adc.type = \"sar\" or fewer bits"});
    }
    if (adc.range == AdcRange::fixed && adc.range_low >= adc.range_high) {
        complain(set, complaints, {"adc.range_low"},
                 {.id = "ADC002",
                  .what = "adc.range_low is not below adc.range_high",
                  .remedy = "Give both ends of the fixed range, in column-sum units"});
    }
    if (adc.type == AdcType::sar) check_sar(adc, set, complaints);
}

}  // namespace ohmgrid
