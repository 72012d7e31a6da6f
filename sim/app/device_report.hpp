#pragma once

#include <string>

#include "sim/device/device_model.hpp"
#include "sim/io/chart.hpp"
#include "sim/io/html_page.hpp"
#include "sim/io/table.hpp"

namespace ohmgrid {

/// Range, kind, read voltage and the parts of its error, in one or two lines.
std::string description_of(const DeviceModel& device);

/// One row per state: conductance, deviation of a written cell, of one read, share of accepted
/// writes, and mean and deviation at the times worth showing. All in siemens.
Table state_table(const DeviceModel& device);

/// The same for people: in microsiemens, mean and deviation as "19.4 +- 1.4".
Table readable_state_table(const DeviceModel& device);

/// Standard deviation over conductance.
Chart error_chart(const DeviceModel& device);
/// Mean and deviation of five states over time, from the first to the last of those worth showing.
Chart drift_chart(const DeviceModel& device);

/// The same as a page: error over conductance, drift over time, and the file's values.
HtmlPage device_page(const DeviceModel& device, const Table& values);

}  // namespace ohmgrid
