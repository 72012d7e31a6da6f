#include "sim/cost/logic_cells.hpp"

#include <gtest/gtest.h>

#include "sim/core/error.hpp"
#include "tests/support/shipped_files.hpp"

namespace ohmgrid {
namespace {

// facts/NEUROSIM.md: a minimum inverter takes 212.8 F^2 (0.218 um2 at 32 nm), a flip-flop 12 of
// them; its n-channel transistor has 41.47 kohm and 0.108 fF, the inverter leaks 7.21 pW.
TEST(LogicCells, AreThoseOfThePublishedProcess) {
    const LogicCells cells = logic_cells(technology_of("32nm"));
    EXPECT_NEAR(cells.area_m2, 0.218e-12, 0.0005e-12);
    EXPECT_NEAR(cells.n_ohm, 41470, 10);
    EXPECT_NEAR(cells.gate_farad, 0.1082e-15 * (1 + 1.5005), 0.001e-15);
    EXPECT_NEAR(cells.leakage_watt, 7.21e-12, 0.01e-12);
    EXPECT_NEAR(cells.flip_flop().area_m2, 2.61e-12, 0.01e-12);
}

// An adder of n bits is n full adders, and its carry ripples through all of them.
TEST(LogicCells, AddersGrowLinearlyWithTheirBits) {
    const LogicCells cells = logic_cells(technology_of("45nm-hp"));
    const Cost four = cells.adder(4);
    const Cost eight = cells.adder(8);
    EXPECT_DOUBLE_EQ(eight.area_m2, 2 * four.area_m2);
    EXPECT_DOUBLE_EQ(eight.latency_second, 2 * four.latency_second);
    EXPECT_DOUBLE_EQ(eight.energy_joule, 2 * four.energy_joule);
}

TEST(LogicCells, FillWholeRowsOfCells) {
    const LogicCells cells = logic_cells(technology_of("32nm"));
    const double row = 10e-6 * cells.row_height_metre;
    EXPECT_DOUBLE_EQ(cells.rows_of_cells_m2(0.1 * row, 10e-6), row);
    EXPECT_DOUBLE_EQ(cells.rows_of_cells_m2(1.1 * row, 10e-6), 2 * row);
}

TEST(LogicCells, RefuseAnIncompleteTechnology) {
    Technology t = technology_of("32nm");
    t.on_p_ampere_per_metre = 0;
    EXPECT_THROW((void)logic_cells(t), InputError);
}

TEST(Technologies, HighPerformanceIsFasterAndLeaksMore) {
    for (const std::string node :
         {"130nm", "90nm", "65nm", "45nm", "32nm", "22nm", "14nm", "7nm"}) {
        const LogicCells slow = logic_cells(technology_of(node));
        const LogicCells fast = logic_cells(technology_of(node + "-hp"));
        EXPECT_LT(fast.delay_second(), slow.delay_second()) << node;
        EXPECT_GT(fast.leakage_watt, 100 * slow.leakage_watt) << node;
        EXPECT_DOUBLE_EQ(fast.area_m2, slow.area_m2) << node;
    }
}

// NeuroSim V1.4 prints 157 um2 at 14 nm and 48 um2 at 7 nm for a SAR of 8 bits, 1752 inverters.
TEST(Technologies, FinFetInvertersHaveThePublishedArea) {
    EXPECT_NEAR(1752 * logic_cells(technology_of("14nm")).area_m2, 157e-12, 1e-12);
    EXPECT_NEAR(1752 * logic_cells(technology_of("7nm")).area_m2, 48e-12, 0.5e-12);
}

// facts: 19.7 and 69.5 ohm/um in V1.4, 40.6 and 98.0 in V1.3.
TEST(Technologies, ShipBothReleasesWires) {
    EXPECT_NEAR(technology_of("14nm").wire_ohm_per_metre(), 19.7e6, 0.05e6);
    EXPECT_NEAR(technology_of("7nm").wire_ohm_per_metre(), 69.5e6, 0.1e6);
    EXPECT_NEAR(technology_of("14nm-v13-wires").wire_ohm_per_metre(), 40.6e6, 0.1e6);
    EXPECT_NEAR(technology_of("7nm-v13-wires").wire_ohm_per_metre(), 98.0e6, 0.1e6);
}

// The PTM currents NeuroSim tabulates for 32 nm LP: 600.2 -> 333.3 uA/um on, 100.1 -> 1774 pA/um
// off, from 300 to 400 K; wires gain 45.1 %.
TEST(Technologies, FollowTheTemperature) {
    Technology t = technology_of("32nm");
    t.temperature_kelvin = 400;
    const Technology hot = t.at_temperature();
    EXPECT_NEAR(hot.on_n_ampere_per_metre, 333.3, 0.5);
    EXPECT_NEAR(hot.off_n_ampere_per_metre, 1.774e-3, 0.02e-3);
    EXPECT_NEAR(t.wire_ohm_per_metre() / technology_of("32nm").wire_ohm_per_metre(), 1.451, 1e-9);
    EXPECT_GT(logic_cells(t).delay_second(),
              1.7 * logic_cells(technology_of("32nm")).delay_second());
}

}  // namespace
}  // namespace ohmgrid
