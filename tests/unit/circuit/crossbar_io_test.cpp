#include "sim/circuit/crossbar_io.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/hdf5.hpp"
#include "sim/io/parameter_file.hpp"
#include "sim/io/subprocess.hpp"

namespace ohmgrid {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// An array of one row and two columns with what `write` puts into its file.
ArrayProblem array_with(const std::function<void(Hdf5Writer&)>& write,
                        const std::vector<std::string>& assignments = {},
                        const TemporaryFolder& scratch = TemporaryFolder()) {
    const auto path = scratch.path() / "array.h5";
    Hdf5Writer file(path);
    file.write<double>("/conductance_siemens", {{1, 2}, {1e-5, 2e-5}}, "S", "conductances");
    file.write<double>("/input_volt", {{1, 1}, {0.2}}, "V", "inputs");
    write(file);
    file.commit();
    ParameterSet overrides;
    for (const std::string& one : assignments) set_from_command_line(overrides, one);
    return read_array(path, overrides, 0.2);
}

/// The law of such an array.
CellLaw law_of(const std::function<void(Hdf5Writer&)>& write,
               const TemporaryFolder& scratch = TemporaryFolder()) {
    return array_with(write, {}, scratch).law;
}

TEST(ArrayFile, ArraysAreLinearUnlessTheySayOtherwise) {
    EXPECT_TRUE(std::holds_alternative<LinearLaw>(law_of([](Hdf5Writer&) {})));
}

TEST(ArrayFile, ReadsSinhAndCubicFromAttributes) {
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

TEST(ArrayFile, ReadsTransistorsWithASelectVoltagePerRow) {
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

TEST(ArrayFile, FindsTablesBesideTheArray) {
    const TemporaryFolder scratch;
    write_file(scratch.path() / "cell.csv", "voltage (V),current at 1 S (A)\n0,0\n1,2\n");
    const CellLaw law = law_of(
        [](Hdf5Writer& file) {
            file.attribute("/", "cell_law", std::string("table"));
            file.attribute("/", "cell_table", std::string("cell.csv"));
        },
        scratch);
    EXPECT_DOUBLE_EQ(std::get<TabulatedLaw>(law).curves.at(1, 0.5).ampere, 1);
}

TEST(ArrayFile, NamesTheAttributeThatIsWrong) {
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

TEST(ArrayFile, ReadsWiresEndsAndCapacitances) {
    const ArrayProblem array = array_with([](Hdf5Writer& file) {
        file.attribute("/", "row_wire_ohm", 1.5);
        file.attribute("/", "sense_ohm", 100.0);
        file.attribute("/", "drive", std::string("both"));
        file.attribute("/", "sense_end", std::string("top"));
        file.attribute("/", "row_wire_farad", 2e-16);
        file.attribute("/", "cell_farad", 1e-17);
    });
    EXPECT_EQ(array.crossbar.row_wire_ohm, 1.5);
    EXPECT_EQ(array.crossbar.column_wire_ohm, 0);
    EXPECT_EQ(array.crossbar.sense_ohm, 100);
    EXPECT_EQ(array.crossbar.drive, DriveEnds::both);
    EXPECT_EQ(array.crossbar.sense, SenseEnds::top);
    EXPECT_EQ(array.capacitance.row_wire_farad, 2e-16);
    EXPECT_EQ(array.capacitance.column_wire_farad, 0);
    EXPECT_EQ(array.capacitance.cell_farad, 1e-17);
}

TEST(ArrayFile, ReadsFloatingLinesAndColumnSharing) {
    const ArrayProblem array = array_with([](Hdf5Writer& file) {
        file.write<double>("/floating_columns", {{2}, {0, 1}}, "", "not clamped");
        file.attribute("/", "column_sharing", 2.0);
        file.attribute("/", "unselected", std::string("floating"));
    });
    EXPECT_FALSE(array.crossbar.column_floats(0));
    EXPECT_TRUE(array.crossbar.column_floats(1));
    EXPECT_EQ(array.sharing.column_sharing, 2);
    EXPECT_EQ(array.sharing.unselected, UnselectedColumns::floating);
}

TEST(ArrayFile, IsOverriddenFromOutside) {
    const ArrayProblem array = array_with(
        [](Hdf5Writer& file) {
            file.attribute("/", "row_wire_ohm", 1.5);
            file.attribute("/", "cell_law", std::string("1t1r"));
            file.write<double>("/gate_volt", {{1}, {0.9}}, "V", "select voltages");
        },
        {"array.row_wire=3 ohm", "device.law.transistor.gate=1.1 V"});
    EXPECT_EQ(array.crossbar.row_wire_ohm, 3);
    EXPECT_THAT(std::get<TransistorLaw>(array.law).gate_volt, ElementsAre(1.1));
}

TEST(ArrayFile, RefusesUnknownOverridesAndSizesThatDisagree) {
    const auto nothing = [](Hdf5Writer&) {};
    EXPECT_THROW(array_with(nothing, {"array.row_wires=3 ohm"}), InputError);
    EXPECT_THROW(array_with(nothing, {"array.rows=3"}), InputError);
    EXPECT_THROW(array_with([](Hdf5Writer& file) {
                     file.write<double>("/floating_columns", {{3}, {0, 1, 0}}, "", "mask");
                 }),
                 InputError);
}

TEST(ArrayFile, OfCommaSeparatedNumbersIsLinearUnlessToldOtherwise) {
    const TemporaryFolder scratch;
    const auto path = scratch.path() / "array.csv";
    write_file(path, "# two rows\n1e-5, 2e-5\n3e-5, 0\n");
    EXPECT_TRUE(std::holds_alternative<LinearLaw>(read_array(path, {}, 0.3).law));
    EXPECT_EQ(read_array(path, {}, 0.3).input_volt, RowMajorMatrix::Constant(1, 2, 0.3));
    ParameterSet overrides;
    set_from_command_line(overrides, "device.law.kind=sinh");
    EXPECT_TRUE(std::holds_alternative<SinhLaw>(read_array(path, overrides, 0.3).law));
}

}  // namespace
}  // namespace ohmgrid
