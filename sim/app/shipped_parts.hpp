#pragma once

#include <string>

#include "sim/app/data_folders.hpp"
#include "sim/core/parameters.hpp"
#include "sim/io/parameter_file.hpp"

namespace ohmgrid {

/// What a shipped file of one kind says: `shipped_part(technology_parameters(), "technology",
/// "32nm")` reads devices/technology/32nm.toml.
/// @throws IoError (FIL003) if it is not there, InputError if it is wrong
template <class Spec>
Spec shipped_part(const ParamTable<Spec>& table, const std::string& section,
                  const std::string& name) {
    const auto folders = data_folders();
    const auto path = find_file(name + ".toml", {}, folders);
    const ParameterFile file = read_parameter_file(path, section, folders);
    ParameterSet set;
    for (const auto& [key, entry] : file.values.entries()) {
        if (key != "schema") set.set(section + '.' + key, entry);
    }
    Complaints complaints;
    Spec spec = table.read(set, complaints);
    complaints.throw_if_any();
    return spec;
}

}  // namespace ohmgrid
