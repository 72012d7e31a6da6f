#include "sim/cost/components/macro_adc.hpp"

#include <cmath>

#include "sim/cost/components/unit_capacitor.hpp"

namespace ohmgrid {
namespace {

constexpr double flip_flops_per_bit = 4;  // see the header; assumed
// k2 of E = k1 b + k2 4^b, 1 aJ at 1 V: ZigZag-IMC, 0.001 fF 4^b V^2.
constexpr double noise_farad = 1e-18;

// Area in minimum inverters: one bit, and each further bit (NeuroSim V1.3).
constexpr double first_bit_areas = 478;
constexpr double further_bit_areas = 182;

constexpr double cycle_second = 1e-9;  // NeuroSim V1.3, every node

// Published over first principles: tenth percentile, median, ninetieth of the seven converters of
// devices/silicon/macro_converters.csv (4 to 9 bits, 28 to 65 nm). A test recomputes them.
constexpr Range energy_factor{0.27, 1.81, 4.68};
constexpr Range area_factor{0.35, 1.21, 2.91};

Range times(const Range& factor, double figure) {
    return {factor.low * figure, factor.typical * figure, factor.high * figure};
}

}  // namespace

Cost sar_of_gates(double bits, const LogicCells& cells) {
    const double volt2 = cells.supply_volt * cells.supply_volt;
    const double inverters = first_bit_areas + further_bit_areas * (bits - 1);
    return {.area_m2 = inverters * cells.area_m2 + capacitor_array_m2(bits),
            .latency_second = (bits + 1) * cycle_second,
            .energy_joule = flip_flops_per_bit * bits * cells.flip_flop().energy_joule +
                            noise_farad * std::exp2(2 * bits) * volt2};
}

AdcCost macro_sar(double bits, const LogicCells& cells) {
    const Cost gates = sar_of_gates(bits, cells);
    return AdcCost::spread(times(energy_factor, gates.energy_joule),
                           times(area_factor, gates.area_m2), gates.latency_second, cycle_second);
}

}  // namespace ohmgrid
