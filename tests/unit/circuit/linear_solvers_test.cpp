// Node voltages of both solvers of linear crossbars against recorded ones.
#include <gtest/gtest.h>

#include "sim/circuit/line_solver.hpp"
#include "sim/circuit/reference_solver.hpp"
#include "tests/unit/circuit/reference_cases.hpp"

namespace ohmgrid {
namespace {

double deviation(const RowMajorMatrix& value, const RowMajorMatrix& expected) {
    const double scale = expected.cwiseAbs().maxCoeff();
    const double difference = (value - expected).cwiseAbs().maxCoeff();
    return scale > 0 ? difference / scale : difference;
}

/// Every vector of the file's cases with linear cells.
template <class Solver>
void expect_recorded_voltages(const char* file) {
    std::size_t compared = 0;
    for (const ReferenceCase& reference : reference_cases(file)) {
        if (reference.device != "linear") continue;
        SCOPED_TRACE(reference.name);
        for (std::size_t v = 0; v < reference.nodes.size(); ++v, ++compared) {
            const RowMajorMatrix input = reference.input_volt.row(static_cast<Eigen::Index>(v));
            const DcSolution solution = Solver(reference.crossbar).solve(input, Detail::nodes);
            EXPECT_LT(deviation(solution.nodes[0].row_volt, reference.nodes[v].row_volt), 1e-9);
            EXPECT_LT(deviation(solution.nodes[0].column_volt, reference.nodes[v].column_volt),
                      1e-9);
        }
    }
    EXPECT_GT(compared, 50U);
}

/// Currents of all cases, these and larger ones, are checked through `ohmgrid solve` in
/// tests/shared.
class RecordedVoltages : public testing::TestWithParam<const char*> {
  protected:
    void SetUp() override {
        if (!has_reference_file(GetParam())) {
            GTEST_SKIP() << "skipped: " << GetParam() << " absent";
        }
    }
};

TEST_P(RecordedVoltages, AreThoseOfTheLineSolver) {
    expect_recorded_voltages<LineSolver>(GetParam());
}

TEST_P(RecordedVoltages, AreThoseOfTheReferenceSolver) {
    expect_recorded_voltages<ReferenceSolver>(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Files, RecordedVoltages,
                         testing::Values("reference_square.h5", "reference_shapes.h5",
                                         "reference_extreme.h5"));

}  // namespace
}  // namespace ohmgrid
