#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/run_context.hpp"

namespace ohmgrid {

/// One row of crosssim_cifar10.csv whose devices or converters err at random, and the settings that
/// reproduce it on top of benchmarks/crosssim_resnet20.toml.
struct CrossSimDeviceRow {
    std::string group;
    std::string name;
    std::int64_t images = 0;
    std::int64_t seeds = 0;
    double accuracy_percent = 0;
    std::vector<std::string> settings;  ///< KEY=VALUE
};

/// The rows of groups prog, device, drift, onoff, readnoise and adc_nonideal.
std::vector<CrossSimDeviceRow> crosssim_device_rows();

/// What our chips make of a row.
struct RowComparison {
    std::int64_t chips = 0;
    double mean_percent = 0;
    double deviation_percent = 0;  ///< of one chip's accuracy
    /// Of the difference of the two means on the same images. One chip has our deviation in both
    /// simulators, because CrossSim's own is known from at most three chips; deterministic rows and
    /// ones that scatter less count as one image.
    double standard_error_percent = 0;
};

/// Classifies the row's images on `chips` virtual chips.
RowComparison compare(const CrossSimDeviceRow& row, std::int64_t chips, const RunContext& context);

}  // namespace ohmgrid
