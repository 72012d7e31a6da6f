#include "sim/app/device_file.hpp"

#include "sim/app/data_folders.hpp"
#include "sim/circuit/cell_law_spec.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/parameter_file.hpp"
#include "sim/io/sha256.hpp"

namespace ohmgrid {

std::vector<ParamInfo> device_infos() {
    std::vector<ParamInfo> all = device_parameters().infos();
    for (ParamInfo& info : cell_law_parameters().infos()) all.push_back(std::move(info));
    return all;
}

DeviceModel read_device(const ParameterSet& set, std::map<std::string, std::string>& sha256_of,
                        Complaints& complaints) {
    DeviceModel device = device_parameters().read(set, complaints);
    check(device, set, complaints);
    const ParamEntry* named = set.find("device.measured.file");
    if (named == nullptr || device.measured_file.empty() || !complaints.empty()) return device;
    const std::filesystem::path path =
        find_file(device.measured_file, named->place.file, data_folders());
    sha256_of[path.string()] = sha256(read_file(path));
    device.measured_file = path.string();
    return with_measured(std::move(device), read_measured(path));
}

}  // namespace ohmgrid
