// Whole layers against XPertSim (a NeuroSim V1.3 derivative) as run by others
// (../shared/reference/cost/xpert_vgg16_sweep_layers_B_rram64.csv): VGG16 on 64 x 64 RRAM arrays,
// 4-bit cells, 32 nm, column sharing 2 .. 32, flash and SAR of 4 .. 8 bits.
#include <gtest/gtest.h>

#include "sim/cost/agreement.hpp"
#include "tests/support/reference_table.hpp"
#include "tests/support/shipped_files.hpp"

namespace ohmgrid {
namespace {

constexpr const char* sweep = "cost/xpert_vgg16_sweep_layers_B_rram64.csv";

class XpertSweep : public ::testing::Test {
  protected:
    void SetUp() override {
        if (!std::filesystem::exists(reference_path(sweep))) {
            GTEST_SKIP() << "skipped: ../shared/reference/" << sweep << " absent";
        }
        agreement_ = sweep_agreement(reference_path(sweep), technology_of("32nm"),
                                     device_of("reram/hfox-1t1r"), chip_of("neurosim"));
    }
    SweepAgreement agreement_;
};

TEST_F(XpertSweep, PlansTheSameTilesForEveryLayer) {
    EXPECT_EQ(agreement_.settings, 40U);
    EXPECT_EQ(agreement_.other_tiles, 0U);
}

TEST_F(XpertSweep, AreasLatenciesAndEnergiesAgree) {
    ASSERT_EQ(agreement_.figures.size(), 4U);
    const Agreement& area = agreement_.figures[0];
    EXPECT_EQ(area.relative.size(), 520U);
    EXPECT_LE(area.quantile(0.5), 0.05);
    EXPECT_LE(area.quantile(1.0), 0.10);
    const Agreement& latency = agreement_.figures[2];
    EXPECT_LE(latency.quantile(0.5), 0.15);
    const Agreement& energy = agreement_.figures[3];
    EXPECT_LE(energy.quantile(0.5), 0.15);
    for (const Agreement& a : agreement_.figures) EXPECT_TRUE(a.holds()) << a.figure;
}

TEST_F(XpertSweep, RanksSettingsByEdapAsTheReferenceDoes) {
    EXPECT_GE(agreement_.edap_rank_correlation, 0.95);
}

}  // namespace
}  // namespace ohmgrid
