#pragma once

#include <string>

#include "sim/core/parameters.hpp"
#include "sim/cost/layer_plan.hpp"
#include "sim/cost/technology.hpp"
#include "sim/device/device_model.hpp"
#include "sim/io/parameter_file.hpp"

namespace ohmgrid {

/// What a shipped file of devices/ says, read as a section of a run file.
template <class Spec>
Spec shipped(const ParamTable<Spec>& table, const std::string& section, const std::string& kind,
             const std::string& name) {
    const ParameterFile file =
        read_parameter_file(std::string(OHMGRID_SOURCE_DIR) + "/devices/" + name, kind, {});
    ParameterSet set;
    for (const auto& [key, entry] : file.values.entries()) {
        if (key != "schema") set.set(section + '.' + key, entry);
    }
    Complaints complaints;
    const Spec spec = table.read(set, complaints);
    complaints.throw_if_any();
    return spec;
}

inline Technology technology_of(const std::string& name) {
    return shipped(technology_parameters(), "technology", "technology",
                   "technology/" + name + ".toml");
}

inline DeviceModel device_of(const std::string& name) {
    return shipped(device_parameters(), "device", "device", name + ".toml");
}

inline ChipSpec chip_of(const std::string& name) {
    return shipped(chip_parameters(), "chip", "chip", "chip/" + name + ".toml");
}

}  // namespace ohmgrid
