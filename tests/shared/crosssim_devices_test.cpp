#include <gtest/gtest.h>

#include <iostream>
#include <set>
#include <string>

#include "tests/shared/crosssim_devices.hpp"
#include "tests/support/shared_folder.hpp"

namespace ohmgrid {
namespace {

/// One row of every group and law; all rows on more chips: benchmarks/crosssim_devices,
/// docs/results/crosssim_devices.md. Three combined standard errors of the means over 4 of our
/// chips and CrossSim's one to three.
TEST(SharedCrossSim, LosesAsMuchAccuracyToDeviceErrors) {
    OHMGRID_NEEDS_SHARED();
    const std::set<std::string> names{"indep_0.02",
                                      "prop_0.1",
                                      "PCMJoshi",
                                      "SONOS_1d",
                                      "PCMNandakumar_1s_nocomp",
                                      "onoff_1e+12_prop0.1",
                                      "read_indep_0.02",
                                      "sar8_cal_sigC0.02_cmp0"};
    std::size_t compared = 0;
    for (const CrossSimDeviceRow& row : crosssim_device_rows()) {
        if (!names.contains(row.name)) continue;
        const RowComparison ours = compare(row, 4, {.threads = 2});
        std::cout << row.name << ": CrossSim " << row.accuracy_percent << " %, here "
                  << ours.mean_percent << " +- " << ours.standard_error_percent << " %\n";
        EXPECT_NEAR(ours.mean_percent, row.accuracy_percent, 3 * ours.standard_error_percent)
            << row.name;
        ++compared;
    }
    EXPECT_EQ(compared, names.size());
}

}  // namespace
}  // namespace ohmgrid
