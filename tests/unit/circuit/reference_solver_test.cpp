#include "sim/circuit/reference_solver.hpp"

#include <gtest/gtest.h>

#include "tests/unit/circuit/reference_cases.hpp"

namespace ohmgrid {
namespace {

double deviation(const RowMajorMatrix& value, const RowMajorMatrix& expected) {
    double worst = 0;
    for (Eigen::Index k = 0; k < value.rows(); ++k) {
        const double scale = expected.row(k).cwiseAbs().maxCoeff();
        const double difference = (value.row(k) - expected.row(k)).cwiseAbs().maxCoeff();
        worst = std::max(worst, scale > 0 ? difference / scale : difference);
    }
    return worst;
}

class ReferenceSolverReference : public testing::TestWithParam<const char*> {};

TEST_P(ReferenceSolverReference, AgreesWithTheRecordedCurrents) {
    if (!has_reference_file(GetParam())) GTEST_SKIP() << "skipped: " << GetParam() << " absent";
    for (const ReferenceCase& reference : reference_cases(GetParam())) {
        if (reference.device != "linear") continue;
        SCOPED_TRACE(reference.name);
        const ReferenceSolver solver(reference.crossbar);

        const DcSolution solution = solver.solve(reference.input_volt);
        EXPECT_LT(deviation(solution.column_current_ampere, reference.column_current_ampere), 1e-9);
    }
}

INSTANTIATE_TEST_SUITE_P(Files, ReferenceSolverReference,
                         testing::Values("reference_square.h5", "reference_shapes.h5",
                                         "reference_extreme.h5"));

}  // namespace
}  // namespace ohmgrid
