#include <gtest/gtest.h>

#include "sim/io/hdf5.hpp"
#include "sim/io/subprocess.hpp"
#include "tests/support/program.hpp"
#include "tests/unit/circuit/reference_cases.hpp"

namespace ohmgrid {
namespace {

void write_array(const ReferenceCase& c, const std::string& path) {
    const auto dataset = [](const RowMajorMatrix& m) {
        return Dataset<double>{{m.rows(), m.cols()}, {m.data(), m.data() + m.size()}};
    };
    Hdf5Writer file(path);
    file.write("/conductance_siemens", dataset(c.crossbar.conductance_siemens), "siemens", "g");
    file.write("/input_volt", dataset(c.input_volt), "volt", "v");
    file.attribute("/", "row_wire_ohm", c.crossbar.row_wire_ohm);
    file.attribute("/", "column_wire_ohm", c.crossbar.column_wire_ohm);
    file.attribute("/", "driver_ohm", c.crossbar.driver_ohm);
    file.attribute("/", "sense_ohm", c.crossbar.sense_ohm);
    file.attribute("/", "cell_law", c.device);
    file.attribute("/", "sinh_b_per_volt", c.sinh_b_per_volt);
    file.commit();
}

/// Largest deviation of a column current, relative to the largest of its vector.
double worst(const Dataset<double>& found, const RowMajorMatrix& expected) {
    const Eigen::Map<const RowMajorMatrix> value(found.values.data(), found.extents.at(0),
                                                 found.extents.at(1));
    double worst = 0;
    for (Eigen::Index k = 0; k < expected.rows(); ++k) {
        const double scale = expected.row(k).cwiseAbs().maxCoeff();
        const double difference = (value.row(k) - expected.row(k)).cwiseAbs().maxCoeff();
        worst = std::max(worst, scale > 0 ? difference / scale : difference);
    }
    return worst;
}

struct ReferenceFile {
    const char* name;
    std::size_t cases;
    double tolerance;
};

class SolveVerbReference : public testing::TestWithParam<ReferenceFile> {};

/// Tolerances: REFERENCE.md beside the files, which says how far they can be trusted.
TEST_P(SolveVerbReference, EveryCaseAgreesWithBothBackends) {
    const auto& [name, count, tolerance] = GetParam();
    if (!has_reference_file(name)) GTEST_SKIP() << "skipped: " << name << " absent";
    const TemporaryFolder folder;
    const std::string in = (folder.path() / "in.h5").string();
    const std::string out = (folder.path() / "out.h5").string();
    const std::vector<ReferenceCase> cases = reference_cases(name);
    EXPECT_EQ(cases.size(), count);
    for (const ReferenceCase& reference : cases) {
        SCOPED_TRACE(reference.name);
        write_array(reference, in);
        for (const char* backend : {"fast", "reference"}) {
            SCOPED_TRACE(backend);
            const Outcome outcome = run_ohmgrid({"solve", in, "--backend", backend, "--out", out});
            ASSERT_EQ(outcome.code, ExitCode::done) << outcome.err;
            EXPECT_LT(worst(Hdf5Reader(out).read<double>("/column_current_ampere"),
                            reference.column_current_ampere),
                      tolerance);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Files, SolveVerbReference,
                         testing::Values(ReferenceFile{"reference_square.h5", 154, 1e-11},
                                         ReferenceFile{"reference_shapes.h5", 40, 1e-11},
                                         ReferenceFile{"reference_extreme.h5", 129, 1e-9},
                                         ReferenceFile{"reference_nonlinear.h5", 142, 1e-11}));

}  // namespace
}  // namespace ohmgrid
