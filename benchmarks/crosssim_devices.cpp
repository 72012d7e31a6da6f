// Prints the table of docs/results/crosssim_devices.md: every row of CrossSim's CIFAR-10 study
// whose devices or converters err at random, beside our chips on the same images.
//
//     crosssim_devices [CHIPS] [NAME_PART]     (default 24 chips, all rows)
//
// Ends with how many rows lie within one and two standard errors, and with exit code 1 if one lies
// beyond three, which chance alone would do in one table of fifteen.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "tests/shared/crosssim_devices.hpp"

int main(int count, char** words) {
    using namespace ohmgrid;
    const std::int64_t chips = count > 1 ? std::stoll(words[1]) : 24;
    const std::string part = count > 2 ? words[2] : "";
    fmt::print(
        "| row | images | CrossSim % (chips) | here % (chips) | sd of a chip | difference | "
        "standard error | ratio |\n|---|---|---|---|---|---|---|---|\n");
    std::vector<double> ratios;
    for (const CrossSimDeviceRow& row : crosssim_device_rows()) {
        if ((row.group + ' ' + row.name).find(part) == std::string::npos) continue;
        const RowComparison ours = compare(row, chips, {.threads = 1});
        const double difference = ours.mean_percent - row.accuracy_percent;
        ratios.push_back(std::abs(difference) / ours.standard_error_percent);
        fmt::print(
            "| {} {} | {} | {:.2f} ({}) | {:.2f} ({}) | {:.2f} | {:+.2f} | {:.2f} | {:+.1f} |\n",
            row.group, row.name, row.images, row.accuracy_percent, row.seeds, ours.mean_percent,
            ours.chips, ours.deviation_percent, difference, ours.standard_error_percent,
            difference / ours.standard_error_percent);
        std::fflush(stdout);
    }
    const auto within = [&ratios](double limit) {
        return std::ranges::count_if(ratios, [limit](double ratio) { return ratio <= limit; });
    };
    fmt::print("\n{} of {} rows within one standard error, {} within two, {} within three\n",
               within(1), ratios.size(), within(2), within(3));
    return within(3) == std::ssize(ratios) ? 0 : 1;
}
