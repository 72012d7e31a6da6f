#include "sim/cost/components/shift_adder.hpp"

namespace ohmgrid {
namespace {

// Share of the register bits that change at an addition (NeuroSim V1.3, gamma).
constexpr double register_activity = 0.5;

}  // namespace

Cost cost_of(const ShiftAdders& s, const LogicCells& cells) {
    const double units = static_cast<double>(s.units);
    const Cost adder = cells.adder(s.bits);
    const Cost bit = cells.flip_flop();
    const double registers_m2 =
        cells.rows_of_cells_m2(units * (s.bits + 1) * bit.area_m2, s.width_metre) +
        cells.rows_of_cells_m2(units * s.shifts * bit.area_m2, s.width_metre);
    return {.area_m2 = units * adder.area_m2 + registers_m2,
            .latency_second = adder.latency_second,
            .energy_joule =
                adder.energy_joule + register_activity * (s.bits + s.shifts) * bit.energy_joule,
            .leakage_watt = units * (adder.leakage_watt + (s.bits + s.shifts) * bit.leakage_watt)};
}

Explanation explain(const ShiftAdders& s, const LogicCells& cells) {
    const Cost bit = cells.flip_flop();
    return {
        .component = "shift_add",
        .models =
            "joins the slices of a weight or the steps of an input; registers for sums "
            "of waiting columns are neglected",
        .inputs = {{"units", "one per converter", static_cast<double>(s.units), ""},
                   {"b", "bits of a partial result", static_cast<double>(s.bits), "bit"},
                   {"n", "bits of the sum beyond these", static_cast<double>(s.shifts), ""},
                   {"A_ff", "area of a flip-flop", bit.area_m2, "m2"},
                   {"E_ff", "energy of a flip-flop", bit.energy_joule, "J"}},
        .results = explained(cost_of(s, cells),
                             {"units 13.5 b inverters + rows of cells of units (b + 1 + n) A_ff",
                              "ripple carry over b bits", "adder(b) + 0.5 (b + n) E_ff",
                              "units (adder + (b + n) flip-flops)"}),
        .source = "structure of NeuroSim V1.3 (ShiftAdd, Adder, DFF); cells fitted to it"};
}

}  // namespace ohmgrid
