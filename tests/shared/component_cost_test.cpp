// Component figures against NeuroSim V1.3 as run by others (../shared/reference/cost/components);
// what is compared and what is left out stands in sim/cost/agreement.hpp.
#include <gtest/gtest.h>

#include "sim/cost/agreement.hpp"
#include "tests/support/reference_table.hpp"
#include "tests/support/shipped_files.hpp"

namespace ohmgrid {
namespace {

constexpr const char* folder = "cost/components";

TEST(NeuroSim, ComponentsAgreeWithinATenthInTheMedianAndAQuarterForNineInTen) {
    if (!std::filesystem::exists(reference_path(folder))) {
        GTEST_SKIP() << "skipped: ../shared/reference/" << folder << " absent";
    }
    const std::vector<Agreement> all = component_agreement(reference_path(folder), technology_of);
    EXPECT_GE(all.size(), 28U);
    for (const Agreement& a : all) {
        const std::string name = a.what + ", " + a.figure;
        EXPECT_GT(a.relative.size(), 10U) << name;
        EXPECT_LE(a.quantile(0.5), 0.10) << name;
        EXPECT_LE(a.quantile(0.9), 0.25) << name;
        EXPECT_TRUE(a.holds()) << name;
    }
}

}  // namespace
}  // namespace ohmgrid
