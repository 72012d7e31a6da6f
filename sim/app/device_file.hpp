#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/core/parameters.hpp"
#include "sim/device/device_model.hpp"

namespace ohmgrid {

/// All keys of section [device]: those of the model and those of the cells' I-V law.
std::vector<ParamInfo> device_infos();

/// Section [device] of a parameter set, checked, with its measured conductances, whose file counts
/// from the file that names it; the hash of what was read is added to `sha256_of`.
/// @throws IoError, InputError as read_measured and with_measured
DeviceModel read_device(const ParameterSet& set, std::map<std::string, std::string>& sha256_of,
                        Complaints& complaints);

}  // namespace ohmgrid
