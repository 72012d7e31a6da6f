#include "sim/device/programmed_array.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "sim/random/random_stream.hpp"

namespace ohmgrid {
namespace {

std::span<double> cells_of(RowMajorMatrix& m) {
    return {m.data(), static_cast<std::size_t>(m.size())};
}

void add_programming_error(const DeviceModel& device, const VirtualChip& chip, std::uint32_t array,
                           RowMajorMatrix& siemens) {
    if (device.programming.kind == SigmaKind::none) return;
    const RandomStream stream = chip.stream(ErrorSource::programming, Purpose::programming, array);
    std::vector<double> normal(static_cast<std::size_t>(siemens.size()));
    stream.normals(0, normal);
    std::size_t cell = 0;
    for (double& g : cells_of(siemens)) {
        g += standard_deviation_siemens(device.programming, g, device.g_max_siemens) *
             normal[cell++];
        g = std::max(g, 0.0);
    }
}

}  // namespace

RowMajorMatrix program_array(const DeviceModel& device, const RowMajorMatrix& target_siemens,
                             const VirtualChip& chip, std::uint32_t array) {
    RowMajorMatrix siemens = target_siemens;
    if (chip.sources.has(ErrorSource::programming)) {
        add_programming_error(device, chip, array, siemens);
    }
    if (chip.sources.has(ErrorSource::faults)) {
        place_faults(device.faults, device.g_min_siemens, device.g_max_siemens, chip, array,
                     siemens);
    }
    return siemens;
}

double read_noise_siemens(const DeviceModel& device, double siemens) {
    return standard_deviation_siemens(device.read_noise, siemens, device.g_max_siemens);
}

}  // namespace ohmgrid
