#include <gtest/gtest.h>

#include <iostream>

#include "tests/shared/crosssim_devices.hpp"
#include "tests/support/shared_folder.hpp"

namespace ohmgrid {
namespace {

/// One row of every law; all rows: benchmarks/crosssim_devices, docs/results/crosssim_devices.md.
/// 5 combined standard errors of the mean over 4 of our chips and CrossSim's two or three.
TEST(SharedCrossSim, LosesAsMuchAccuracyToDeviceErrors) {
    OHMGRID_NEEDS_SHARED();
    std::size_t compared = 0;
    for (const CrossSimRow& row : crosssim_device_rows()) {
        if (row.name != "indep_0.02" && row.name != "PCMJoshi" && row.name != "SONOS_1d" &&
            row.name != "PCMNandakumar_1s_nocomp") {
            continue;
        }
        const RowComparison ours = compare(row, 4, {.threads = 2});
        std::cout << row.name << ": CrossSim " << row.accuracy_percent << " %, here "
                  << ours.mean_percent << " +- " << ours.standard_error_percent << " %\n";
        EXPECT_NEAR(ours.mean_percent, row.accuracy_percent, 5 * ours.standard_error_percent)
            << row.name;
        ++compared;
    }
    EXPECT_EQ(compared, 4U);
}

}  // namespace
}  // namespace ohmgrid
