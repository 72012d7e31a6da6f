#include <gtest/gtest.h>

#include "sim/circuit/effective_conductance.hpp"
#include "sim/circuit/line_solver.hpp"
#include "sim/circuit/reference_solver.hpp"
#include "sim/core/error.hpp"
#include "tests/property/random_crossbar.hpp"

namespace ohmgrid {
namespace {

constexpr std::uint32_t crossbars = 400;

double deviation(const RowMajorMatrix& value, const RowMajorMatrix& expected) {
    const double scale = expected.cwiseAbs().maxCoeff();
    const double difference = (value - expected).cwiseAbs().maxCoeff();
    return scale > 0 ? difference / scale : difference;
}

TEST(RandomCrossbars, GiveTheSameCurrentsAndVoltagesWithBothSolvers) {
    for (std::uint32_t trial = 0; trial < crossbars; ++trial) {
        SCOPED_TRACE(trial);
        const Crossbar crossbar = random_crossbar(trial);
        const RowMajorMatrix inputs = random_inputs(trial, 2, crossbar.rows());
        const DcSolution fast = LineSolver(crossbar).solve(inputs, Detail::nodes);
        const DcSolution slow = ReferenceSolver(crossbar).solve(inputs, Detail::nodes);
        EXPECT_LT(deviation(fast.column_current_ampere, slow.column_current_ampere), 1e-10);
        EXPECT_LT(deviation(fast.nodes[1].row_volt, slow.nodes[1].row_volt), 1e-11);
        EXPECT_LT(deviation(fast.nodes[1].column_volt, slow.nodes[1].column_volt), 1e-11);
    }
}

TEST(RandomCrossbars, GiveTheSameVoltagesUnderInjectedCurrentsAndShunts) {
    for (std::uint32_t trial = 0; trial < crossbars; ++trial) {
        SCOPED_TRACE(trial);
        const Crossbar crossbar = random_crossbar(trial);
        const Eigen::VectorXd input = random_inputs(trial, 1, crossbar.rows()).row(0).transpose();
        const NodeCurrents injected{
            1e-4 * random_inputs(trial + 1, crossbar.columns(), crossbar.rows()).transpose(),
            1e-4 * random_inputs(trial + 2, crossbar.columns(), crossbar.rows()).transpose()};
        const NodeShunts shunts{.row_siemens = 1e-5, .column_siemens = 3e-6};
        const NodeVoltages fast = LineSolver(crossbar, {}, shunts).nodes(input, injected);
        const NodeVoltages slow = ReferenceSolver(crossbar, shunts).nodes(input, injected);
        EXPECT_LT(deviation(fast.row_volt, slow.row_volt), 1e-11);
        EXPECT_LT(deviation(fast.column_volt, slow.column_volt), 1e-11);
    }
}

TEST(RandomCrossbars, HaveAnEffectiveConductanceThatGivesTheSolvedCurrents) {
    for (std::uint32_t trial = 0; trial < crossbars; ++trial) {
        SCOPED_TRACE(trial);
        const Crossbar crossbar = random_crossbar(trial, {.most_lines = 40});
        const RowMajorMatrix inputs = random_inputs(trial, 3, crossbar.rows());
        const RowMajorMatrix solved = ReferenceSolver(crossbar).solve(inputs).column_current_ampere;
        EXPECT_LT(deviation(inputs * effective_conductance(crossbar), solved), 1e-10);
    }
}

bool has_path_in_every_phase(const Crossbar& crossbar, const ArraySpec& sharing) {
    try {
        for (Eigen::Index p = 0; p < conversion_phases(sharing, crossbar.columns()); ++p) {
            crossbar_in_phase(crossbar, sharing, p).check();
        }
        return true;
    } catch (const InputError&) {
        return false;
    }
}

/// Every column in the phase that converts it, while the others float: adjacent and strided sharing
/// of any number of columns, with zero resistances, open cells and floating rows.
TEST(RandomCrossbars, HaveAnEffectiveConductanceForEveryPhaseOfColumnSharing) {
    std::uint32_t compared = 0;
    for (std::uint32_t trial = 0; trial < crossbars; ++trial) {
        SCOPED_TRACE(trial);
        const Crossbar crossbar = random_crossbar(trial, {.most_lines = 24});
        const Eigen::Index columns = crossbar.columns();
        const ArraySpec sharing{
            .rows = crossbar.rows(),
            .columns = columns,
            .column_sharing = 1 + trial % 7,
            .shared_columns = trial % 2 == 0 ? SharedColumns::adjacent : SharedColumns::strided,
            .unselected = UnselectedColumns::floating};
        if (!has_path_in_every_phase(crossbar, sharing)) continue;
        ++compared;
        const RowMajorMatrix inputs = random_inputs(trial, 2, crossbar.rows());
        RowMajorMatrix solved(2, columns);
        for (Eigen::Index p = 0; p < conversion_phases(sharing, columns); ++p) {
            const RowMajorMatrix one = ReferenceSolver(crossbar_in_phase(crossbar, sharing, p))
                                           .solve(inputs)
                                           .column_current_ampere;
            for (Eigen::Index j = 0; j < columns; ++j) {
                if (conversion_phase(sharing, j) == p) solved.col(j) = one.col(j);
            }
        }
        EXPECT_LT(deviation(inputs * effective_conductance(crossbar, sharing), solved), 1e-10);
    }
    EXPECT_GT(compared, crossbars / 2);
}

}  // namespace
}  // namespace ohmgrid
