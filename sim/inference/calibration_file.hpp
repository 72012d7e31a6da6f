#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/inference/calibration.hpp"

namespace ohmgrid {

/// What a calibration holds for: SHA-256 of the weights with their layers' names, and of everything
/// that decides how they stand in arrays and how inputs are fed. Converters may differ: the ranges
/// of eight bits serve six as well.
struct CalibrationKey {
    std::string network;
    std::string mapping;
};

CalibrationKey calibration_key(const Graph& graph, const std::vector<LayerSettings>& settings,
                               const DeviceModel& device);

/// Writes ranges and clipped shares by layer: root attributes filetype = "ohmgrid.calibration",
/// network, mapping; groups /input and /sums (layers x slices).
/// @throws IoError as Hdf5Writer
void write_calibration(const std::filesystem::path& path, const Graph& graph,
                       const CalibrationKey& key, const std::vector<LayerRanges>& ranges);

/// @throws InputError CAL003 if the file is no calibration or holds for another network or mapping;
///         as Hdf5Reader
std::vector<LayerRanges> read_calibration(const std::filesystem::path& path,
                                          const CalibrationKey& key);

}  // namespace ohmgrid
