#include "sim/cost/components/flash_adc.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/cost/by_node.hpp"
#include "sim/cost/components/survey_fit.hpp"

namespace ohmgrid {
namespace {

using Coefficients = std::array<NodeValue, 6>;

// Watt per comparator; facts of NeuroSim V1.3 (MultilevelSenseAmp, current mode), 300 K.
constexpr Coefficients low_power_comparator{{{130, 18.09e-6},
                                             {90, 12.612e-6},
                                             {65, 8.4147e-6},
                                             {45, 6.3162e-6},
                                             {32, 3.0875e-6},
                                             {22, 1.7e-6}}};
constexpr Coefficients fast_comparator{{{130, 19.898e-6},
                                        {90, 13.09e-6},
                                        {65, 9.9579e-6},
                                        {45, 7.7017e-6},
                                        {32, 3.9648e-6},
                                        {22, 1.8939e-6}}};

// Longest comparison of a low-standby-power amplifier: per e-fold of column resistance above 1
// kohm, and at 1 kohm. From 22 nm down and in high performance NeuroSim takes 1 ns flat.
constexpr Coefficients seconds_per_efold{{{130, 0.2679e-9},
                                          {90, 0.0586e-9},
                                          {65, 0.1239e-9},
                                          {45, 0.0714e-9},
                                          {32, 0.0714e-9},
                                          {22, 0.0714e-9}}};
constexpr Coefficients seconds_at_kiloohm{{{130, 0.0478e-9},
                                           {90, 1.41e-9},
                                           {65, 0.6642e-9},
                                           {45, 0.7651e-9},
                                           {32, 0.7651e-9},
                                           {22, 0.7651e-9}}};
constexpr double shortest_second = 1e-9;
constexpr double longest_second = 10e-9;

// As for the SAR converter; the published coefficients lie within 13 % of it.
constexpr double column_power_share = 0.08;

constexpr double comparator_areas = 58;  // minimum inverters, NeuroSim V1.3

// Encoder area in minimum inverters, (levels - 1) (a levels + b), fitted to both layouts of the
// reference at 32 nm, which disagree: alone (flash_adc.csv, 4 to 256 levels) and under an array
// (subarray.csv, where partly filled rows of cells are rounded in favour of small and against large
// encoders). Residuals of the encoder, median and largest: alone 47 and 150 % (of 4 levels, a tenth
// of its converter), under an array 20 and 71 %; of the whole converter 5 and 12 %.
constexpr double encoder_areas_per_level = 0.1828;
constexpr double encoder_areas = 11.8;
// Delay and energy fitted to flash_adc.csv (22 .. 65 nm, 4 to 256 levels, without 65 nm high
// performance): median and largest residual 0.9 and 2.1 % (delay), 4.3 and 10 % (energy).
constexpr double encoder_gate_delays = 4.407;
constexpr double encoder_drain_delays = 1.490;
constexpr double encoder_gate_delays_per_level = 0.4673;
constexpr double encoder_drain_delays_per_level = 0.0534;
constexpr double encoder_switches = 0.874;
constexpr double encoder_switches_per_level = 0.4448;

// Regression over reference/silicon/adc_survey.csv, architecture "Flash" alone, at most 180 nm,
// ENOB 3 to 8, 0.1 to 20 GS/s: 15 converters for energy, 14 for area. The slope of one doubling
// per bit is imposed (the number of comparators); free, it comes out at 1.06 and 0.55 with the
// same scatter.
constexpr SurveyFit energy_fit{
    .intercept = -3.227, .per_enob = 1, .per_node = 2.157, .p10 = -2.36, .p50 = -0.07, .p90 = 2.20};
constexpr SurveyFit area_fit{
    .intercept = 8.957, .per_enob = 1, .per_node = 1.997, .p10 = -1.65, .p50 = -0.05, .p90 = 1.89};

// Nominal bits minus ENOB, median of 29 flash converters of the survey.
constexpr double lost_bits = 1.0;

// Lowest and highest of the converters behind the regression.
constexpr SurveyRange survey_range{.lost_bits = lost_bits,
                                   .lowest_enob = 3.36,
                                   .highest_enob = 6.47,
                                   .smallest_nanometre = 28,
                                   .largest_nanometre = 180};

constexpr double survey_second = 1e-9;  // 1 GS/s: the slower end of the survey's flash converters

}  // namespace

Cost thermometer_encoder(int bits, const LogicCells& cells) {
    const double levels = std::exp2(bits);
    const double farad =
        (encoder_gate_delays + encoder_gate_delays_per_level * levels) * cells.gate_farad +
        (encoder_drain_delays + encoder_drain_delays_per_level * levels) * cells.drain_farad;
    return {.area_m2 =
                (levels - 1) * (encoder_areas_per_level * levels + encoder_areas) * cells.area_m2,
            .latency_second = farad * (cells.n_ohm + cells.p_ohm) / 2,
            .energy_joule =
                (encoder_switches + encoder_switches_per_level * levels) * cells.switch_joule()};
}

AdcCost neurosim_flash(int bits, double column_ohm, const LogicCells& cells,
                       const Technology& technology) {
    const double comparators = std::exp2(bits) - 1;
    const bool low_power = technology.roadmap == Roadmap::low_standby_power;
    double sense_second = shortest_second;
    if (low_power && std::isfinite(column_ohm)) {
        sense_second = std::clamp(
            by_node(seconds_per_efold, technology, "neurosim ADC") * std::log(column_ohm / 1e3) +
                by_node(seconds_at_kiloohm, technology, "neurosim ADC"),
            shortest_second, longest_second);
    }
    const double watt = comparators * by_node(low_power ? low_power_comparator : fast_comparator,
                                              technology, "neurosim ADC") +
                        column_power_share * cells.supply_volt * cells.supply_volt / column_ohm;
    const Cost encoder = thermometer_encoder(bits, cells);
    return AdcCost::certain(
        {.area_m2 = comparators * comparator_areas * cells.area_m2 + encoder.area_m2,
         .latency_second = sense_second + encoder.latency_second,
         .energy_joule = watt * sense_second + encoder.energy_joule},
        sense_second, CellCurrent::paid_by_converter);
}

AdcCost survey_flash(int bits, const Technology& technology) {
    const double enob = bits - lost_bits;
    return AdcCost::spread(energy_fit.at(enob, technology), area_fit.at(enob, technology),
                           survey_second, survey_second);
}

const SurveyRange& survey_flash_range() { return survey_range; }

}  // namespace ohmgrid
