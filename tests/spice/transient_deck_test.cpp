#include <gmock/gmock.h>

#include "sim/core/error.hpp"
#include "tests/spice/spice_support.hpp"

namespace ohmgrid {
namespace {

using Eigen::Index;
using Eigen::VectorXd;
using ::testing::HasSubstr;

const ArrayCapacitance capacitance{
    .row_wire_farad = 3e-16, .column_wire_farad = 2e-16, .cell_farad = 1e-16};

/// Our currents at ngspice's time points must be ngspice's, to 2e-4 of the largest: its trapezoidal
/// rule with 2000 steps is the less accurate of the two.
void expect_agreement(const Crossbar& crossbar, const CellLaw& law, const VectorXd& input_volt,
                      const Waveform& waveform, double stop_second) {
    const TransientDeck deck{.capacitance = capacitance,
                             .waveform = waveform,
                             .stop_second = stop_second,
                             .step_second = stop_second / 2000};
    const SpiceTransient spice = solve_transient_with_ngspice(crossbar, law, input_volt, deck);
    std::vector<double> asked;
    std::vector<Index> points;
    for (std::size_t k = 0; k < spice.second.size(); k += 50) {
        if (spice.second[k] > stop_second) break;
        asked.push_back(spice.second[k]);
        points.push_back(static_cast<Index>(k));
    }
    ASSERT_GT(points.size(), 20U);
    const Transient ours = solve_transient(crossbar, law, capacitance, input_volt, waveform,
                                           {.stop_second = stop_second, .output_second = asked});
    const double largest = spice.column_current_ampere.cwiseAbs().maxCoeff();
    for (std::size_t k = 0; k < points.size(); ++k) {
        const double gap = (ours.column_current_ampere.row(static_cast<Index>(k)) -
                            spice.column_current_ampere.row(points[k]))
                               .cwiseAbs()
                               .maxCoeff();
        EXPECT_LT(gap, 2e-4 * largest) << name_of(law) << " at " << asked[k] << " s";
    }
}

TEST(TransientDeck, StepOfALinearArrayAgreesWithNgspice) {
    OHMGRID_NEEDS_NGSPICE();
    expect_agreement(sample_array(5, 4), LinearLaw{}, sample_input(5, 0.4), step_waveform(2e-13),
                     1e-11);
}

TEST(TransientDeck, PulseOfANonlinearArrayAgreesWithNgspice) {
    OHMGRID_NEEDS_NGSPICE();
    expect_agreement(sample_array(4, 4), SinhLaw{4}, sample_input(4, 1),
                     pulse_waveform(2e-12, 5e-13), 1e-11);
}

TEST(TransientDeck, PulseOfAnArrayWithAccessTransistorsAgreesWithNgspice) {
    OHMGRID_NEEDS_NGSPICE();
    const TransistorLaw law{.transistor = square_law(4e-4, 0.4, 0.05), .gate_volt = {1.2}};
    expect_agreement(sample_array(4, 4), law, sample_input(4, 0.8), pulse_waveform(2e-12, 5e-13),
                     1e-11);
}

TEST(TransientDeck, JumpsAndLateStartsAreWrittenAsRisingTimes) {
    const TransientDeck deck{.capacitance = capacitance,
                             .waveform = {{1e-9, 1e-9}, {0, 1}},
                             .stop_second = 1e-8,
                             .step_second = 1e-10};
    const std::string text =
        transient_deck(sample_array(2, 2), LinearLaw{}, VectorXd::Constant(2, 0.5), deck);
    EXPECT_THAT(text, HasSubstr("PWL(0 0 1e-09 0 1.00001"));
    EXPECT_THAT(text, HasSubstr("* Jumps of the drivers take 1e-14 s here."));
    EXPECT_THAT(text, HasSubstr("\n.tran 1e-10 1e-08 0 1e-10\n"));
}

TEST(TransientDeck, RefusesAStepLongerThanItsTime) {
    TransientDeck deck{.capacitance = capacitance,
                       .waveform = step_waveform(),
                       .stop_second = 1e-9,
                       .step_second = 2e-9};
    EXPECT_THROW(transient_deck(sample_array(2, 2), LinearLaw{}, VectorXd::Ones(2), deck),
                 InputError);
}

}  // namespace
}  // namespace ohmgrid
