#include <gmock/gmock.h>

#include "sim/core/error.hpp"
#include "tests/spice/spice_support.hpp"

namespace ohmgrid {
namespace {

using ::testing::HasSubstr;

std::string complaint_about(const std::string& deck, const NgspiceOptions& options = {}) {
    try {
        run_ngspice(deck, options);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

TEST(Ngspice, SaysHowToInstallItWhenAbsent) {
    EXPECT_THAT(complaint_about("* nothing\n.end\n", {.program = "no-such-ngspice"}),
                HasSubstr("no-such-ngspice: error[CIR140]: ngspice is not installed; it is needed "
                          "only for this. Install it ('apt install ngspice')"));
    EXPECT_EQ(ngspice_version({.program = "no-such-ngspice"}), std::nullopt);
}

TEST(Ngspice, GivesEveryDigitOfADivider) {
    OHMGRID_NEEDS_NGSPICE();
    const SpiceResult result = run_ngspice(
        "* divider\nV1 in 0 0.3\nR1 in mid 1k\nR2 mid 0 2k\n.save v(mid) i(V1)\n.op\n.end\n");
    EXPECT_NEAR(result.column("v(mid)")(0), 0.2, 1e-15);
    EXPECT_NEAR(result.column("i(v1)")(0), -1e-4, 1e-18);
}

TEST(Ngspice, ForwardsItsWordsWithTheLine) {
    OHMGRID_NEEDS_NGSPICE();
    const std::string complaint =
        complaint_about("* wrong\nV1 a 0 1\nR1 a 0 1k\nQ1 a 0\n.op\n.end\n");
    EXPECT_THAT(complaint, HasSubstr("ngspice: error[CIR141]: Error on line 4"));
    EXPECT_THAT(complaint, HasSubstr("q1 a 0"));
}

TEST(Ngspice, SaysWhenThereIsNoSolution) {
    OHMGRID_NEEDS_NGSPICE();
    EXPECT_THAT(complaint_about("* two\nV1 a 0 1\nV2 a 0 2\nR1 a 0 1k\n.op\n.end\n"),
                HasSubstr("ngspice: error[CIR142]: no solution: singular matrix"));
}

TEST(Ngspice, StopsAtItsTimeLimit) {
    OHMGRID_NEEDS_NGSPICE();
    EXPECT_THAT(complaint_about("* long\nV1 a 0 SIN(0 1 1e9)\nR1 a b 1k\nC1 b 0 1p\n"
                                ".tran 1p 1 0 1p\n.save v(b)\n.end\n",
                                {.timeout = std::chrono::milliseconds(300)}),
                HasSubstr("error[PRC002]: not finished after 300ms"));
}

}  // namespace
}  // namespace ohmgrid
