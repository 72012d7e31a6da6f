#include "sim/cost/components/level_shifter.hpp"

namespace ohmgrid {
namespace {

// Transistor widths in minimum ones, thick-oxide ones times 2.5: n-channel 2 (15 + 2.5 (2 x 32 +
// 64)), p-channel 2 (20 + 2.5 (2 x 10 + 82)) (NeuroSim V1.3, LevelShifter).
constexpr double n_widths = 670;
constexpr double p_widths = 550;
// Inverter areas per width, fitted to reference/cost/components/subarray.csv (RRAM and FeFET arrays
// of NeuroSim V1.3 at 22, 32, 45 and 65 nm; includes its factor of 1.44 for wiring after layout).
// Residuals 2.3, 4.9, 3.2, 2.9 %: the reference folds transistors into whole fingers.
constexpr double inverters_per_width = 0.107;

}  // namespace

Cost level_shifter(const LogicCells& cells) {
    return {.area_m2 =
                inverters_per_width * (n_widths + p_widths * cells.p_over_n) * cells.area_m2};
}

Explanation explain_level_shifter(const LogicCells& cells) {
    return {.component = "level_shifter",
            .models = "one line's way to the programming voltage; idle during inference",
            .inputs = {{"r", "width of p- over n-channel transistor", cells.p_over_n, ""},
                       {"A_inv", "area of a minimum inverter", cells.area_m2, "m2"}},
            .results = explained(level_shifter(cells), {"0.107 (670 + 550 r) A_inv", "not used",
                                                        "not used", "not modelled"}),
            .source = "transistor widths of NeuroSim V1.3 (LevelShifter), area fitted to it"};
}

}  // namespace ohmgrid
