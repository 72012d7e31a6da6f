#pragma once

#include <filesystem>
#include <vector>

namespace ohmgrid {

/// Where shipped parameter files and networks are found: `share/ohmgrid` of the folder into which
/// the program or the Python module is installed, or the source tree that holds the build folder.
/// In this order: devices, netlists, networks. Empty if the program stands alone.
std::vector<std::filesystem::path> data_folders();

}  // namespace ohmgrid
