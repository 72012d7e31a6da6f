#include "sim/circuit/cell_law_spec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/hdf5.hpp"
#include "tests/support/scratch_folder.hpp"

namespace ohmgrid {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Crossbar two_cells{.conductance_siemens = RowMajorMatrix{{1e-5, 2e-5}}};

/// The law of an array file with what `write` puts into it.
CellLaw law_of(const std::function<void(Hdf5Writer&)>& write,
               const ScratchFolder& scratch = ScratchFolder()) {
    const auto path = scratch.path() / "array.h5";
    Hdf5Writer file(path);
    file.write<double>("/conductance_siemens", {{1, 2}, {1e-5, 2e-5}}, "S", "conductances");
    write(file);
    file.commit();
    return read_cell_law(path, two_cells);
}

TEST(CellLawSpec, ArraysAreLinearUnlessTheySayOtherwise) {
    EXPECT_TRUE(std::holds_alternative<LinearLaw>(law_of([](Hdf5Writer&) {})));
    EXPECT_TRUE(std::holds_alternative<LinearLaw>(read_cell_law("array.csv", two_cells)));
}

TEST(CellLawSpec, ReadsSinhAndCubicFromAttributes) {
    const CellLaw sinh = law_of([](Hdf5Writer& file) {
        file.attribute("/", "cell_law", std::string("sinh"));
        file.attribute("/", "sinh_b_per_volt", 3.0);
    });
    EXPECT_EQ(std::get<SinhLaw>(sinh).b_per_volt, 3);
    const CellLaw cubic = law_of([](Hdf5Writer& file) {
        file.attribute("/", "cell_law", std::string("cubic"));
        file.attribute("/", "cubic_k3_per_volt2", -0.25);
    });
    EXPECT_THAT(std::get<CubicLaw>(cubic).c3_siemens_per_volt2, ElementsAre(-0.25e-5, -0.5e-5));
    EXPECT_THAT(std::get<CubicLaw>(cubic).c2_siemens_per_volt, ElementsAre(0, 0));
}

TEST(CellLawSpec, ReadsTransistorsWithASelectVoltagePerRow) {
    const CellLaw law = law_of([](Hdf5Writer& file) {
        file.attribute("/", "cell_law", std::string("1t1r"));
        file.attribute("/", "threshold_volt", 0.35);
        file.attribute("/", "drive_ampere", 1e-4);
        file.write<double>("/gate_volt", {{1}, {0.9}}, "V", "select voltages");
    });
    EXPECT_DOUBLE_EQ(std::get<TransistorLaw>(law).transistor.threshold_volt, 0.35);
    EXPECT_DOUBLE_EQ(std::get<TransistorLaw>(law).transistor.drive_ampere, 1e-4);
    EXPECT_EQ(std::get<TransistorLaw>(law).transistor.alpha, 2);
    EXPECT_THAT(std::get<TransistorLaw>(law).gate_volt, ElementsAre(0.9));
}

TEST(CellLawSpec, FindsTablesBesideTheArray) {
    const ScratchFolder scratch;
    write_file(scratch.path() / "cell.csv", "voltage (V),current at 1 S (A)\n0,0\n1,2\n");
    const CellLaw law = law_of(
        [](Hdf5Writer& file) {
            file.attribute("/", "cell_law", std::string("table"));
            file.attribute("/", "cell_table", std::string("cell.csv"));
        },
        scratch);
    EXPECT_DOUBLE_EQ(std::get<TabulatedLaw>(law).curves.at(1, 0.5).ampere, 1);
}

TEST(CellLawSpec, NamesTheAttributeThatIsWrong) {
    try {
        law_of([](Hdf5Writer& file) {
            file.attribute("/", "cell_law", std::string("sinus"));
            file.attribute("/", "sinh_b_per_volt", -1.0);
        });
        FAIL() << "nothing was thrown";
    } catch (const InputError& error) {
        EXPECT_THAT(error.what(), HasSubstr("array.h5:cell_law: error[PAR003]: device.law.kind: "
                                            "\"sinus\" is none of: linear, sinh"));
        EXPECT_THAT(error.what(), HasSubstr("array.h5:sinh_b_per_volt: error[PAR003]"));
    }
}

TEST(CellLawSpec, DefaultsAreInRangeAndMakeEveryKindOfLaw) {
    Complaints complaints;
    CellLawSpec spec = cell_law_parameters().read(ParameterSet{}, complaints);
    EXPECT_TRUE(complaints.empty());
    for (const CellLawKind kind :
         {CellLawKind::linear, CellLawKind::sinh, CellLawKind::cubic, CellLawKind::transistor}) {
        spec.kind = kind;
        EXPECT_NO_THROW(check(make_cell_law(spec, two_cells.conductance_siemens, "."), two_cells));
    }
}

TEST(CellLawSpec, ReadsCapacitances) {
    const ScratchFolder scratch;
    const auto path = scratch.path() / "array.h5";
    Hdf5Writer file(path);
    file.attribute("/", "row_wire_farad", 2e-16);
    file.attribute("/", "cell_farad", 1e-17);
    file.commit();
    EXPECT_EQ(read_capacitance(path).row_wire_farad, 2e-16);
    EXPECT_EQ(read_capacitance(path).column_wire_farad, 0);
    EXPECT_EQ(read_capacitance(path).cell_farad, 1e-17);
}

}  // namespace
}  // namespace ohmgrid
