#include "sim/circuit/crossbar.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

using testing::HasSubstr;

Crossbar two_by_three() {
    return {.conductance_siemens = RowMajorMatrix::Constant(2, 3, 1e-4), .row_wire_ohm = 1};
}

/// All messages of the InputError that `crossbar.check()` throws, one per line.
std::string complaints(const Crossbar& crossbar) {
    try {
        crossbar.check();
    } catch (const InputError& error) {
        return error.what();
    }
    return "nothing to complain about";
}

TEST(Crossbar, NamesRowAndColumnOfAnImpossibleConductance) {
    for (const double bad : {-1e-6, std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::infinity()}) {
        Crossbar crossbar = two_by_three();
        crossbar.conductance_siemens(1, 2) = bad;
        EXPECT_THAT(complaints(crossbar), HasSubstr("CIR001"));
        EXPECT_THAT(complaints(crossbar), HasSubstr("row 1, column 2"));
    }
}

TEST(Crossbar, RefusesImpossibleResistances) {
    Crossbar crossbar = two_by_three();
    crossbar.sense_ohm = -1;
    crossbar.driver_ohm = std::numeric_limits<double>::infinity();
    EXPECT_THAT(complaints(crossbar), HasSubstr("CIR002"));
    EXPECT_THAT(complaints(crossbar), HasSubstr("sense is -1 ohm"));
    EXPECT_THAT(complaints(crossbar), HasSubstr("driver is inf ohm"));
}

TEST(Crossbar, RefusesSizesThatDisagree) {
    Crossbar crossbar = two_by_three();
    crossbar.floating_columns = {true};
    EXPECT_THAT(complaints(crossbar), HasSubstr("floating_columns has 1 entries for 3 lines"));
    EXPECT_THAT(complaints(Crossbar{}), HasSubstr("CIR003"));
    EXPECT_THROW(make_crossbar({.rows = 3, .columns = 3}, two_by_three().conductance_siemens),
                 InputError);
    EXPECT_THROW(check_inputs(two_by_three(), RowMajorMatrix::Zero(1, 3)), InputError);
}

TEST(Crossbar, RefusesAnArrayThatNothingDrives) {
    Crossbar crossbar = two_by_three();
    crossbar.floating_rows = {true, true};
    EXPECT_THAT(complaints(crossbar), HasSubstr("CIR004"));
}

TEST(Crossbar, NamesAColumnWithNoPathToGround) {
    Crossbar crossbar = two_by_three();
    crossbar.floating_columns = {false, true, true};
    EXPECT_NO_THROW(crossbar.check()) << "floating columns still reach the drivers";
    crossbar.conductance_siemens.col(2).setZero();
    EXPECT_THAT(complaints(crossbar), HasSubstr("CIR005"));
    EXPECT_THAT(complaints(crossbar), HasSubstr("column 2"));
}

TEST(Crossbar, RefusesInputsThatAreNotFinite) {
    RowMajorMatrix inputs = RowMajorMatrix::Zero(1, 2);
    EXPECT_NO_THROW(check_inputs(two_by_three(), inputs));
    inputs(0, 1) = std::numeric_limits<double>::infinity();
    EXPECT_THROW(check_inputs(two_by_three(), inputs), InputError);
}

TEST(Crossbar, RefusesWhatDoesNotFitIntoMemoryAndSaysHowMuchItWouldTake) {
    EXPECT_NO_THROW(check_memory(1e6, "a small array"));
    try {
        check_memory(1e18, "a huge array");
        FAIL() << "nothing was thrown";
    } catch (const InputError& error) {
        EXPECT_THAT(error.what(), HasSubstr("CIR007"));
        EXPECT_THAT(error.what(), HasSubstr("a huge array needs about 1e+09 GB"));
    }
}

TEST(Crossbar, TakesItsWiresFromTheArraySpec) {
    const ArraySpec spec{.rows = 2,
                         .columns = 3,
                         .row_wire_ohm = 1,
                         .column_wire_ohm = 2,
                         .driver_ohm = 30,
                         .sense_ohm = 40,
                         .drive = DriveEnds::both,
                         .sense = SenseEnds::top};
    const Crossbar crossbar = make_crossbar(spec, two_by_three().conductance_siemens);
    EXPECT_EQ(crossbar.drive_end_ohm(), 31);
    EXPECT_EQ(crossbar.sense_end_ohm(), 42);
    EXPECT_EQ(crossbar.drive, DriveEnds::both);
    EXPECT_EQ(crossbar.sense, SenseEnds::top);
    EXPECT_EQ(crossbar.conductance_siemens.size(), 6);
}

}  // namespace
}  // namespace ohmgrid
