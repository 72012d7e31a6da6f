#include "sim/converter/adc_spec.hpp"

namespace ohmgrid {
namespace {

// A flash converter doubles its comparators with every bit: 1023 of them at 10 bits.
constexpr int flash_bits_most = 10;

std::string place_of(const ParameterSet& set, std::string_view key) {
    const ParamEntry* entry = set.find(key);
    return entry != nullptr ? entry->place.text() : "";
}

}  // namespace

const ParamTable<AdcSpec>& adc_parameters() {
    static const ParamTable<AdcSpec> table{
        "adc",
        {
            param::choice(
                "type", &AdcSpec::type,
                {{"ideal", AdcType::ideal}, {"sar", AdcType::sar}, {"flash", AdcType::flash}},
                {.fallback = "sar", .doc = "successive approximation, flash, or free and exact"}),
            param::count("bits", &AdcSpec::bits,
                         {.fallback = "8",
                          .low = 1,
                          .high = 14,
                          .doc = "resolution: b bits give 2^b codes (flash: at most 10)"}),
            param::choice(
                "range", &AdcSpec::range,
                {{"max", AdcRange::max},
                 {"calibrated", AdcRange::calibrated},
                 {"fixed", AdcRange::fixed}},
                {.fallback = "calibrated", .doc = "what the lowest and highest code stand for"}),
            param::number("percentile", &AdcSpec::percentile,
                          {.fallback = "99.99 %",
                           .low = 0.5,
                           .high = 1,
                           .doc = "share of the calibration column sums inside the range"}),
            param::number("range_low", &AdcSpec::range_low,
                          {.fallback = "0",
                           .low = -1e6,
                           .high = 1e6,
                           .doc = "fixed range: column sum of code 0, in cells at g_max with full "
                                  "input"}),
            param::number("range_high", &AdcSpec::range_high,
                          {.fallback = "0",
                           .low = -1e6,
                           .high = 1e6,
                           .doc = "fixed range: column sum of the highest code"}),
        }};
    return table;
}

void check(const AdcSpec& adc, const ParameterSet& set, Complaints& complaints) {
    if (adc.type == AdcType::flash && adc.bits > flash_bits_most) {
        complaints.add({.place = place_of(set, "adc.bits"),
                        .id = "ADC001",
                        .what = "adc.bits: a flash ADC of " + std::to_string(adc.bits) +
                                " bits needs 2^" + std::to_string(adc.bits) +
                                " - 1 comparators (at most 10 bits)",
                        .remedy = "Use adc.type = \"sar\" or fewer bits"});
    }
    if (adc.range == AdcRange::fixed && adc.range_low >= adc.range_high) {
        complaints.add({.place = place_of(set, "adc.range_low"),
                        .id = "ADC002",
                        .what = "adc.range_low is not below adc.range_high",
                        .remedy = "Give both ends of the fixed range, in column-sum units"});
    }
}

}  // namespace ohmgrid
