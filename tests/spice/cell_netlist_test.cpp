#include "sim/circuit/cell_netlist.hpp"

#include <gmock/gmock.h>

#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/subprocess.hpp"
#include "tests/spice/spice_support.hpp"

namespace ohmgrid {
namespace {

using Eigen::Index;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::filesystem::path shipped(const std::string& name) {
    return std::filesystem::path(OHMGRID_SOURCE_DIR) / "netlists" / "cells" / name;
}

/// What is said about a cell file with this text, when read or when swept.
template <class Action>
std::string complaint_about(const std::string& text, Action action) {
    const TemporaryFolder scratch;
    const auto path = scratch.path() / "cell.sp";
    write_file(path, text);
    try {
        action(path);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}
const auto reading = [](const std::filesystem::path& path) { read_cell_netlist(path); };
const auto sweeping = [](const std::filesystem::path& path) { characterise(path, {}); };

TEST(CellNetlist, ReadsPinsAndParametersOfTheShippedCells) {
    const auto one = read_cell_netlist(shipped("1r.sp"));
    ASSERT_EQ(one.size(), 1U);
    EXPECT_EQ(one[0].name, "cell_1r");
    EXPECT_THAT(one[0].pins, ElementsAre("wl", "bl"));
    EXPECT_THAT(one[0].parameters, ElementsAre("g", "b"));
    EXPECT_THAT(read_cell_netlist(shipped("1t1r.sp")).at(0).pins, ElementsAre("wl", "bl", "gate"));
    EXPECT_THAT(read_cell_netlist(shipped("sram8t_read.sp")).at(0).parameters,
                ElementsAre("bit", "vdd"));
}

TEST(CellNetlist, NamesTheLineOfEveryUnsupportedElement) {
    const std::string complaint = complaint_about(
        "* cell\n.subckt c a b g=1\nR1 a b\n+ {1/g}\nT1 a 0 b 0 Z0=50\n.ends\n.tran 1n 1u\nR2 a b "
        "1\n",
        reading);
    EXPECT_THAT(complaint, HasSubstr("cell.sp:5:1: error[CIR150]: the element 't1'"));
    EXPECT_THAT(complaint, HasSubstr("cell.sp:7:1: error[CIR150]: the command '.tran'"));
    EXPECT_THAT(complaint,
                HasSubstr("cell.sp:8:1: error[CIR150]: the element 'r2' stands outside"));
}

TEST(CellNetlist, RefusesSubcircuitsThatAreNoCells) {
    EXPECT_THAT(complaint_about("* empty\n", reading), HasSubstr("CIR151"));
    EXPECT_THAT(complaint_about(".subckt c a b\nR1 a b 1\n", reading), HasSubstr("no .ends"));
    EXPECT_THAT(complaint_about(".subckt c a\n.ends\n", reading), HasSubstr("has 1 pins"));
}

TEST(Characterise, SaysWhichSubcircuitOrParameterIsMissing) {
    EXPECT_THAT(
        complaint_about(".subckt cell a b g=1\nR1 a b {1/g}\n.ends\n",
                        [](const auto& path) { characterise(path, {.subcircuit = "cel"}); }),
        HasSubstr("error[CIR152]: there is no subcircuit 'cel'. Did you mean 'cell'?"));
    EXPECT_THAT(complaint_about(".subckt cell a b gm=1\nR1 a b {1/gm}\n.ends\n", sweeping),
                HasSubstr("has no parameter 'g'. Did you mean 'gm'?"));
}

TEST(Characterise, NamesTheLineThatNgspiceRefuses) {
    OHMGRID_NEEDS_NGSPICE();
    const std::string complaint = complaint_about(
        "* c\n.subckt cell a b g=1\nR1 a b {1/g}\nM1 a b 0 0 nosuchmodel\n.ends\n", sweeping);
    EXPECT_THAT(complaint, HasSubstr("cell.sp:4:1: error[CIR141]: ngspice refuses the cell: "));
}

/// The shipped 1R cell is the sinh law with b = 2 per volt.
TEST(Characterise, OneResistorGivesItsSinhLaw) {
    OHMGRID_NEEDS_NGSPICE();
    const IvTable table =
        characterise(shipped("1r.sp"), {.points = 101, .states = {1e-6, 1e-5, 1e-4}});
    const IvInterpolant curves(table);
    for (const double v : {-0.993, -0.401, 0.2, 0.777}) {
        for (const double g : {1e-6, 1e-5, 1e-4, 3e-5}) {
            EXPECT_NEAR(curves.at(g, v).ampere, g / 2 * std::sinh(2 * v), 1e-5 * g) << v;
        }
    }
}

/// The shipped 1T1R cell is a square-law transistor with KP W/L = 8e-4 A/V^2 behind a resistor, so
/// the tabulated law must come close to the 1T1R law in an array whose bit lines stay near 0 V.
TEST(Characterise, OneTransistorOneResistorGivesItsLaw) {
    OHMGRID_NEEDS_NGSPICE();
    std::vector<double> states;
    for (int k = 1; k <= 50; ++k) states.push_back(2e-6 * k);
    const TabulatedLaw table{
        IvInterpolant(characterise(shipped("1t1r.sp"), {.points = 101, .states = states}))};
    const TransistorLaw exact{.transistor = square_law(8e-4, 0.4, 0.05), .gate_volt = {1.2}};
    for (const double v : {-0.5, 0.1, 0.4, 0.95}) {
        for (const double g : {2e-6, 5e-5, 1e-4}) {
            const Crossbar cell{.conductance_siemens = RowMajorMatrix::Constant(1, 1, g)};
            EXPECT_NEAR(cell_point(table, cell, 0, 0, v, 0).ampere,
                        cell_point(exact, cell, 0, 0, v, 0).ampere, 1e-5 * g)
                << v << ' ' << g;
        }
    }
    Crossbar crossbar = sample_array(8, 8);
    crossbar.sense_ohm = 1;
    crossbar.column_wire_ohm = 0.5;
    const RowMajorMatrix volt = sample_input(8, 0.3).transpose();
    EXPECT_LT(deviation(solve_nonlinear(crossbar, table, volt).column_current_ampere,
                        solve_nonlinear(crossbar, exact, volt).column_current_ampere),
              2e-3);
}

/// Two equal square-law transistors in series carry, for small voltages, half of what one does:
/// 1/2 KP W/L (vdd - vto) per volt, with KP W/L = 5e-4 A/V^2 and 0.75 V of overdrive.
TEST(Characterise, SramReadStackIsATableOfTwoStates) {
    OHMGRID_NEEDS_NGSPICE();
    const IvTable table =
        characterise(shipped("sram8t_read.sp"), {.from_volt = -0.2,
                                                 .to_volt = 1.1,
                                                 .points = 131,
                                                 .state_parameter = "bit",
                                                 .states = {0, 1},
                                                 .state_name = StateName::chord_at_read,
                                                 .read_volt = 0.01,
                                                 .gate_volt = 1.1});
    EXPECT_NEAR(table.state_siemens[0], 1e-9, 1e-13);
    EXPECT_NEAR(table.state_siemens[1], 0.5 * 5e-4 * 0.75, 0.01 * 0.5 * 5e-4 * 0.75);
    const TabulatedLaw law{IvInterpolant(table)};
    const Crossbar crossbar{.conductance_siemens =
                                RowMajorMatrix{{table.state_siemens[1], table.state_siemens[0]}}};
    const auto found = solve_nonlinear(crossbar, law, RowMajorMatrix::Constant(1, 1, 0.5));
    EXPECT_NEAR(found.column_current_ampere(0, 0), table.current_ampere(1, 70), 1e-12);
    EXPECT_NEAR(found.column_current_ampere(0, 1), 0.5e-9, 1e-15);
}

/// The tables beside the cell files were made by ngspice 39 with the options below; they let the
/// fast solver use these cells, and these tests run, without ngspice.
const CharacteriseOptions one_t_one_r_sweep{
    .from_volt = -0.5,
    .to_volt = 1,
    .points = 61,
    .states = {1e-6, 3e-6, 1e-5, 2e-5, 3e-5, 5e-5, 7e-5, 1e-4}};
const CharacteriseOptions sram_sweep{.from_volt = -0.2,
                                     .to_volt = 1.1,
                                     .points = 66,
                                     .state_parameter = "bit",
                                     .states = {0, 1},
                                     .state_name = StateName::chord_at_read,
                                     .read_volt = 0.2,
                                     .gate_volt = 1.1};

TEST(RecordedTable, OfTheShipped1T1RCellHoldsItsLaw) {
    const IvTable table = read_iv_table(shipped("1t1r.iv.csv"));
    const TransistorLaw law{.transistor = square_law(8e-4, 0.4, 0.05), .gate_volt = {1.2}};
    for (std::size_t s = 0; s < table.state_siemens.size(); ++s) {
        const Crossbar cell{.conductance_siemens =
                                RowMajorMatrix::Constant(1, 1, table.state_siemens[s])};
        for (std::size_t k = 0; k < table.volt.size(); ++k) {
            EXPECT_NEAR(table.current_ampere(static_cast<Index>(s), static_cast<Index>(k)),
                        cell_point(law, cell, 0, 0, table.volt[k], 0).ampere,
                        1e-9 * table.state_siemens[s]);
        }
    }
}

TEST(RecordedTable, IsWhatNgspiceGivesToday) {
    OHMGRID_NEEDS_NGSPICE();
    for (const auto& [cell, sweep] :
         {std::pair{"1t1r", one_t_one_r_sweep}, std::pair{"sram8t_read", sram_sweep}}) {
        const IvTable recorded = read_iv_table(shipped(std::string(cell) + ".iv.csv"));
        const IvTable today = characterise(shipped(std::string(cell) + ".sp"), sweep);
        EXPECT_LT(deviation(today.current_ampere, recorded.current_ampere), 1e-9) << cell;
        for (std::size_t s = 0; s < recorded.state_siemens.size(); ++s) {
            EXPECT_NEAR(today.state_siemens[s], recorded.state_siemens[s],
                        1e-9 * recorded.state_siemens[s]);
        }
    }
}

TEST(Characterise, RefusesACellWhoseCurrentFalls) {
    OHMGRID_NEEDS_NGSPICE();
    EXPECT_THAT(
        complaint_about(".subckt tunnel a b g=1\nB1 a b I=g*V(a,b)*(1-V(a,b)*V(a,b))\n.ends\n",
                        sweeping),
        HasSubstr("error[CIR102]: row 2: the current of state 1e-06 S falls"));
}

}  // namespace
}  // namespace ohmgrid
