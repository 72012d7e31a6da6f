#include "sim/cost/components/sar_adc.hpp"

#include <array>

#include "sim/cost/by_node.hpp"
#include "sim/cost/components/survey_fit.hpp"

namespace ohmgrid {
namespace {

using Coefficients = std::array<NodeValue, 6>;
using LongCoefficients = std::array<NodeValue, 8>;

// Power in watt per bit and at zero bits; facts of NeuroSim V1.3 (SarADC), 300 K; 14 and 7 nm of
// V1.4.
constexpr LongCoefficients low_power_per_bit{{{130, 8.4483e-6},
                                              {90, 5.9869e-6},
                                              {65, 3.7506e-6},
                                              {45, 2.1691e-6},
                                              {32, 1.1294e-6},
                                              {22, 0.538e-6},
                                              {14, 0.3132e-6},
                                              {7, 0.1061e-6}}};
constexpr LongCoefficients low_power_offset{{{130, 65.243e-6},
                                             {90, 37.462e-6},
                                             {65, 25.844e-6},
                                             {45, 16.693e-6},
                                             {32, 8.8998e-6},
                                             {22, 4.3753e-6},
                                             {14, 2.5681e-6},
                                             {7, 0.8847e-6}}};
constexpr Coefficients fast_per_bit{{{130, 6.4806e-6},
                                     {90, 4.3474e-6},
                                     {65, 2.9503e-6},
                                     {45, 2.1843e-6},
                                     {32, 1.0157e-6},
                                     {22, 0.7213e-6}}};
constexpr Coefficients fast_offset{{{130, 49.047e-6},
                                    {90, 31.782e-6},
                                    {65, 22.047e-6},
                                    {45, 11.931e-6},
                                    {32, 7.6286e-6},
                                    {22, 3.3041e-6}}};

// Power drawn with the column current: this share of supply^2 / column resistance. NeuroSim's own
// coefficients at six nodes lie within 2 % of it (low standby power).
constexpr double column_power_share = 0.1;

// Area in minimum inverters: one bit, and each further bit (NeuroSim V1.3).
constexpr double first_bit_areas = 478;
constexpr double further_bit_areas = 182;

constexpr double cycle_second = 1e-9;  // NeuroSim V1.3, every node

// Regression over reference/silicon/adc_survey.csv (B. Murmann), 29 converters: architecture "SAR"
// alone, at most 180 nm, ENOB 3 to 10.5, at least 10 MS/s. log2(y) = intercept + per_enob ENOB +
// per_node log2(node / 32 nm); the percentiles are those of the residual. R2 0.56 and 0.58.
constexpr SurveyFit energy_fit{.intercept = -3.717,
                               .per_enob = 0.803,
                               .per_node = 0.834,
                               .p10 = -1.47,
                               .p50 = -0.01,
                               .p90 = 1.57};
constexpr SurveyFit area_fit{.intercept = 8.974,
                             .per_enob = 0.544,
                             .per_node = 1.245,
                             .p10 = -1.75,
                             .p50 = -0.12,
                             .p90 = 1.59};

// Nominal bits minus ENOB, median of 108 SAR converters of the survey whose title names the bits.
constexpr double lost_bits = 1.5;

// Lowest and highest of the converters behind the regression.
constexpr SurveyRange survey_range{.lost_bits = lost_bits,
                                   .lowest_enob = 5.02,
                                   .highest_enob = 10.17,
                                   .smallest_nanometre = 8,
                                   .largest_nanometre = 180};

}  // namespace

AdcCost neurosim_sar(int bits, double column_ohm, const LogicCells& cells,
                     const Technology& technology) {
    const bool low_power = technology.roadmap == Roadmap::low_standby_power;
    const double watt = low_power ? bits * by_node(low_power_per_bit, technology, "neurosim ADC") +
                                        by_node(low_power_offset, technology, "neurosim ADC")
                                  : bits * by_node(fast_per_bit, technology, "neurosim ADC") +
                                        by_node(fast_offset, technology, "neurosim ADC");
    const double column_watt =
        column_power_share * cells.supply_volt * cells.supply_volt / column_ohm;
    const double latency_second = (bits + 1) * cycle_second;
    return AdcCost::certain(
        {.area_m2 = (first_bit_areas + further_bit_areas * (bits - 1)) * cells.area_m2,
         .latency_second = latency_second,
         .energy_joule = (watt + column_watt) * latency_second},
        cycle_second, CellCurrent::paid_by_converter);
}

AdcCost survey_sar(double bits, const Technology& technology) {
    const double enob = bits - lost_bits;
    return AdcCost::spread(energy_fit.at(enob, technology), area_fit.at(enob, technology),
                           (bits + 1) * cycle_second, cycle_second);
}

const SurveyRange& survey_sar_range() { return survey_range; }

}  // namespace ohmgrid
