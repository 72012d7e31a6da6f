#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/cost/chip_cost.hpp"
#include "sim/io/table.hpp"

namespace ohmgrid {

/// The table of `ohmgrid cost`: one row per layer and a last row `total`. Columns: layer, type,
/// arrays, tiles, copies, utilisation, area_m2, latency_second, energy_joule, leakage_watt, then
/// `area_m2.adc` and so on for area, latency, energy and leakage of every component, then the low
/// and high figures of the converters. Energies are dynamic; leakage is a power of its own.
/// Column names are part of the machine contract: extend, never rename.
Table cost_table(const ChipCost& chip);

/// Chip figures by name: tops, tops_per_watt, tops_per_mm2, edap, frames_per_second and more.
std::vector<std::pair<std::string, double>> chip_figures(const ChipCost& chip);

}  // namespace ohmgrid
