#pragma once

#include <vector>

#include "sim/device/device_model.hpp"

namespace ohmgrid {

/// What becomes of cells aimed at one conductance, in closed form: the twin of program_array's
/// draws.
struct StateSummary {
    double aim_siemens = 0;
    double written_siemens = 0;     ///< standard deviation right after writing, all parts together
    double read_noise_siemens = 0;  ///< standard deviation of one read
    double accepted = 1;            ///< share of write attempts that read-back accepts
    std::vector<double> mean_siemens = {};       ///< at each of the times asked for
    std::vector<double> deviation_siemens = {};  ///< the same; lasting noise and traps included
};

/// Neglected: limits of the range (cells cut off at 0 S), the second order of transistor mismatch,
/// and cells whose last attempt was not accepted. Faults are left out.
/// @param seconds times after writing at which the cells are read
StateSummary summarise_state(const DeviceModel& device, double aim_siemens,
                             const std::vector<double>& seconds);

/// The states worth showing: the listed or measured levels, two for SRAM, else `count` evenly
/// spaced ones.
std::vector<double> shown_states(const DeviceModel& device, std::size_t count);

/// The times worth showing: those of a table, else the reference and, where cells change with time,
/// 1 h, 1 d, 30 d and 1 year.
std::vector<double> shown_times(const DeviceModel& device);

}  // namespace ohmgrid
