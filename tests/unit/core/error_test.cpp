#include "sim/core/error.hpp"

#include <gtest/gtest.h>

namespace ohmgrid {
namespace {

TEST(Error, IsRenderedAsPlaceIdWhatRemedy) {
    const InputError error(
        Message{.place = "a.toml:3:9", .id = "PAR003", .what = "x is wrong", .remedy = "Mend x"});
    EXPECT_STREQ(error.what(), "a.toml:3:9: error[PAR003]: x is wrong. Mend x");
}

TEST(Error, GainsContextWhileItTravelsUp) {
    NumericalError error(
        Message{.place = {}, .id = "NUM001", .what = "not converged", .remedy = {}});
    error.add_context("array 17");
    error.add_context("layer conv1");
    EXPECT_STREQ(error.what(), "ohmgrid: error[NUM001]: layer conv1: array 17: not converged");
}

TEST(Complaints, AreThrownTogether) {
    Complaints complaints;
    EXPECT_NO_THROW(complaints.throw_if_any());
    complaints.add({.place = "f:1:1", .id = "A", .what = "one", .remedy = {}});
    complaints.add({.place = "f:2:1", .id = "B", .what = "two", .remedy = {}});
    try {
        complaints.throw_if_any();
        FAIL() << "nothing was thrown";
    } catch (const InputError& error) {
        EXPECT_EQ(error.messages().size(), 2U);
        EXPECT_STREQ(error.what(), "f:1:1: error[A]: one\nf:2:1: error[B]: two");
    }
}

}  // namespace
}  // namespace ohmgrid
