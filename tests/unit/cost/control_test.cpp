#include "sim/cost/components/control.hpp"

#include <gtest/gtest.h>

#include "sim/cost/chip_cost.hpp"
#include "sim/cost/components/array_core.hpp"
#include "sim/cost/components/precharge.hpp"
#include "tests/support/shipped_files.hpp"

namespace ohmgrid {
namespace {

Control control() {
    return {
        .rows = 64, .columns = 64, .width_metre = 50e-6, .height_metre = 20e-6, .counter_bits = 6};
}

// Five lines of 64 gates and 50 um along the columns, one of 64 gates and 20 um along the rows,
// each with a third more for its drivers; seven of fourteen flip-flops change, half a counter adds.
TEST(Control, IsSequencerLinesAndClock) {
    const Technology t = technology_of("32nm");
    const LogicCells cells = logic_cells(t);
    const double columns = 50e-6 * t.wire_farad_per_metre + 64 * cells.gate_farad;
    const double rows = 20e-6 * t.wire_farad_per_metre + 64 * cells.gate_farad;
    const double lines = 4.0 / 3 * (5 * columns + rows) * cells.supply_volt * cells.supply_volt;
    const double logic = 7 * cells.flip_flop().energy_joule + 0.5 * cells.adder(6).energy_joule;
    EXPECT_NEAR(cost_of(control(), cells, t).energy_joule, lines + logic, 1e-20);
}

TEST(Control, NeverBecomesCheaperAsItGrows) {
    const Technology t = technology_of("32nm");
    const LogicCells cells = logic_cells(t);
    for (double Control::*size : {&Control::rows, &Control::columns, &Control::width_metre,
                                  &Control::height_metre, &Control::counter_bits}) {
        Control larger = control();
        larger.*size *= 2;
        const Cost small = cost_of(control(), cells, t);
        const Cost large = cost_of(larger, cells, t);
        EXPECT_LT(small.energy_joule, large.energy_joule);
        EXPECT_LE(small.area_m2, large.area_m2);
        EXPECT_LE(small.leakage_watt, large.leakage_watt);
    }
}

// 10 fF that moved by 0.2 V take 2 fC from 0.9 V: 1.8 fJ.
TEST(Precharge, BringsBackTheChargeThatCellsTook) {
    const LogicCells cells = logic_cells(technology_of("32nm"));
    const Cost c = cost_of({.columns = 64, .line_farad = 10e-15, .swing_volt = 0.2}, cells);
    EXPECT_NEAR(c.energy_joule, 1.8e-15, 1e-20);
    EXPECT_NEAR(c.area_m2, 64 * 21.9 * cells.area_m2, 1e-18);
}

LayerPlan layer() {
    LayerPlan plan;
    plan.shape = {.name = "fc", .op = Op::linear, .rows = 128, .channels = 32, .digital = {}};
    plan.array = {.rows = 64, .columns = 32, .cell_bits = 1, .column_sharing = 8};
    plan.adc = {.type = AdcType::sar, .bits = 6};
    plan.mapping = {.weight_bits = 1, .input_bits = 4, .signed_weights = SignedWeights::offset};
    return plan;
}

ChipCost cost_with(const std::string& device, ChipSpec chip = chip_of("default")) {
    const LayerPlan plan = layer();
    return chip_cost(std::span(&plan, 1), technology_of("32nm"), device_of(device), chip);
}

// Two arrays, four input steps, eight phases: 64 phases of 32 columns, a line moving by 0.5 V x 50
// % of inputs x 25 % of cells.
TEST(Precharge, IsChargedForEveryColumnAndPhaseOfSram) {
    const ChipCost sram = cost_with("sram/8t");
    const Technology t = technology_of("32nm");
    const LogicCells cells = logic_cells(t);
    const ArrayCore core = array_core(layer().array, device_of("sram/8t"), cells, t);
    const double swing = 0.5 * 0.5 * 0.25;
    EXPECT_NEAR(sram.components[Component::precharge].energy_joule,
                64 * 32 * core.bit_line_farad * cells.supply_volt * swing, 1e-20);
    EXPECT_EQ(sram.components[Component::array].energy_joule, 0);
    EXPECT_EQ(cost_with("reram/hfox-1t1r").components[Component::precharge].energy_joule, 0);
    EXPECT_EQ(cost_with("reram/hfox-1t1r").components[Component::precharge].area_m2, 0);
}

TEST(Control, IsLeftOutOnRequest) {
    ChipSpec chip = chip_of("default");
    const ChipCost with = cost_with("sram/8t", chip);
    chip.control = ArrayControl::none;
    const ChipCost without = cost_with("sram/8t", chip);
    EXPECT_GT(with.components[Component::control].energy_joule, 0);
    EXPECT_GT(with.components[Component::control].area_m2, 0);
    EXPECT_EQ(without.components[Component::control].energy_joule, 0);
    EXPECT_EQ(without.components[Component::control].area_m2, 0);
    EXPECT_EQ(chip_of("neurosim").control, ArrayControl::none);
}

}  // namespace
}  // namespace ohmgrid
