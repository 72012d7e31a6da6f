#include <gmock/gmock.h>

#include "sim/circuit/line_solver.hpp"
#include "tests/spice/spice_support.hpp"

namespace ohmgrid {
namespace {

using Eigen::VectorXd;
using ::testing::HasSubstr;
using ::testing::Not;

TransistorLaw transistor(double alpha, double gate_volt) {
    AccessTransistor t{.threshold_volt = 0.4, .alpha = alpha, .drive_ampere = 2e-4};
    t.modulation_per_volt = 0.06;
    if (alpha != 2) t.saturation_volt = 0.8;
    return {.transistor = t, .gate_volt = {gate_volt}};
}

TabulatedLaw two_state_table() {
    IvTable table{.volt = {-1, -0.6, -0.2, 0, 0.1, 0.4, 0.7, 1.1},
                  .state_siemens = {1e-5, 1e-4},
                  .current_ampere = RowMajorMatrix(2, 8),
                  .origin = {}};
    table.current_ampere << -2e-5, -8e-6, -2e-6, 0, 1e-6, 4e-6, 9e-6, 3e-5,  //
        -2e-4, -9e-5, -2e-5, 0, 1e-5, 5e-5, 9e-5, 2e-4;
    return {IvInterpolant(table)};
}

/// ngspice must find what our solver finds. Its own rounding in behavioural sources is 1e-11.
void expect_agreement(const Crossbar& crossbar, const CellLaw& law, const VectorXd& input_volt) {
    const auto ours = solve_nonlinear(crossbar, law, input_volt.transpose(), {}, Detail::nodes);
    const auto spice = solve_with_ngspice(crossbar, law, input_volt.transpose(), {}, Detail::nodes);
    EXPECT_LT(deviation(ours.column_current_ampere, spice.column_current_ampere), 1e-9)
        << name_of(law);
    EXPECT_LT(deviation(ours.nodes[0].row_volt, spice.nodes[0].row_volt), 1e-9) << name_of(law);
    EXPECT_LT((ours.nodes[0].column_volt - spice.nodes[0].column_volt).cwiseAbs().maxCoeff(),
              1e-9 * input_volt.maxCoeff())
        << name_of(law);
}

TEST(DcDeck, EveryLawAgreesWithNgspice) {
    OHMGRID_NEEDS_NGSPICE();
    const Crossbar crossbar = sample_array(6, 5);
    const VectorXd input_volt = sample_input(6, 0.9);
    for (const CellLaw& law : std::vector<CellLaw>{
             LinearLaw{}, SinhLaw{3}, CubicLaw{{2e-6}, {3e-6}}, two_state_table(),
             transistor(2, 1.2), transistor(2, 0.6), transistor(1.3, 1.2), transistor(1.3, 0.6)}) {
        expect_agreement(crossbar, law, input_volt);
    }
}

/// Rows below the virtual ground turn the access transistors round.
TEST(DcDeck, NegativeInputsAgreeWithNgspice) {
    OHMGRID_NEEDS_NGSPICE();
    const VectorXd input_volt = VectorXd::Random(5) * 0.6;
    for (const CellLaw& law :
         std::vector<CellLaw>{SinhLaw{5}, transistor(2, 1.2), transistor(1.3, 1.2)}) {
        expect_agreement(sample_array(5, 4), law, input_volt);
    }
}

TEST(DcDeck, EveryKindOfEndAgreesWithNgspice) {
    OHMGRID_NEEDS_NGSPICE();
    for (const DriveEnds drive : {DriveEnds::left, DriveEnds::right, DriveEnds::both}) {
        for (const SenseEnds sense : {SenseEnds::bottom, SenseEnds::top, SenseEnds::both}) {
            Crossbar crossbar = sample_array(4, 3);
            crossbar.drive = drive;
            crossbar.sense = sense;
            expect_agreement(crossbar, SinhLaw{2}, sample_input(4, 0.5));
        }
    }
}

TEST(DcDeck, IdealWiresAndEndsJoinNodes) {
    OHMGRID_NEEDS_NGSPICE();
    for (int ideal = 0; ideal < 16; ++ideal) {
        Crossbar crossbar = sample_array(4, 3);
        if ((ideal & 1) != 0) crossbar.row_wire_ohm = 0;
        if ((ideal & 2) != 0) crossbar.column_wire_ohm = 0;
        if ((ideal & 4) != 0) crossbar.driver_ohm = 0;
        if ((ideal & 8) != 0) crossbar.sense_ohm = 0;
        expect_agreement(crossbar, LinearLaw{}, sample_input(4, 0.5));
    }
}

TEST(DcDeck, FloatingLinesAgreeWithNgspice) {
    OHMGRID_NEEDS_NGSPICE();
    Crossbar crossbar = sample_array(5, 6);
    crossbar.floating_columns = {false, true, false, true, false, false};
    crossbar.floating_rows = {false, false, true, false, false};
    expect_agreement(crossbar, LinearLaw{}, sample_input(5, 0.5));
    expect_agreement(crossbar, SinhLaw{3}, sample_input(5, 0.5));
}

TEST(DcDeck, RowsWithoutSelectVoltageCarryNothing) {
    OHMGRID_NEEDS_NGSPICE();
    TransistorLaw law = transistor(2, 1.2);
    law.gate_volt = {1.2, 0, 1.2, 0, 0};
    expect_agreement(sample_array(5, 3), law, sample_input(5, 0.5));
}

TEST(DcDeck, ExplainsItself) {
    const std::string deck = dc_deck(sample_array(2, 2), transistor(2, 1.2), VectorXd::Ones(2),
                                     {.notes = {"a note of the user"}});
    EXPECT_THAT(deck, HasSubstr("* Crossbar of 2 x 2 1T1R cells, operating point"));
    EXPECT_THAT(deck, HasSubstr("* a note of the user\n"));
    EXPECT_THAT(deck, HasSubstr(".model access NMOS (LEVEL=1 VTO=0.4 KP=0.0004"));
    EXPECT_THAT(deck, HasSubstr("\nVin_1 in_1 0 1\n"));
    EXPECT_THAT(deck, HasSubstr("\nXc_1_1 w_1_1 b_1_1 gate_1 cell g="));
    EXPECT_THAT(deck, Not(HasSubstr("Xc_1_0")));  // an open cell
    EXPECT_THAT(deck, HasSubstr("\nRdriver_0 in_0 w_0_0 154\n"));
    EXPECT_THAT(deck, HasSubstr("\n.op\n"));
    EXPECT_THAT(deck, HasSubstr("\n.end\n"));
}

}  // namespace
}  // namespace ohmgrid
