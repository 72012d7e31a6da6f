// How long a chip of ResNet-20's size takes to draw: 270 thousand weights in pairs of cells.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "sim/device/programmed_array.hpp"

namespace {

using namespace ohmgrid;

constexpr double micro = 1e-6;
constexpr int arrays = 33;  // of 128 x 128 cells: 540672

DeviceModel plain() {
    DeviceModel device;
    device.g_min_siemens = 0.25 * micro;
    device.g_max_siemens = 25 * micro;
    device.programming.error = {.kind = SigmaKind::polynomial,
                                .reference_siemens = 25 * micro,
                                .polynomial_siemens = {0.26 * micro, 1.97 * micro, -1.17 * micro}};
    return device;
}

DeviceModel phase_change() {
    DeviceModel device = plain();
    device.drift.kind = DriftKind::power;
    device.drift.reference_second = 20;
    device.drift.time_second = 86400;
    device.drift.exponent = {.constant = 0.0244, .log_slope = -0.0155, .low = 0.049, .high = 0.1};
    device.drift.exponent_spread = {
        .constant = -0.0059, .log_slope = -0.0125, .low = 0.008, .high = 0.045};
    device.read_noise.relative = {.scale = 0.0088, .power = -0.65, .high = 0.2};
    device.read_noise.bandwidth_second = 250e-9;
    device.read_noise.timing = NoiseTiming::lasting;
    return device;
}

/// Median and range of nine chips, in milliseconds.
void report(const char* name, const DeviceModel& device) {
    RowMajorMatrix aim(128, 128);
    for (Eigen::Index i = 0; i < aim.size(); ++i) {
        aim.data()[i] = i % 2 == 0 ? device.g_min_siemens : device.level_siemens(i / 2 % 128, 128);
    }
    std::vector<double> times;
    for (int chip = 0; chip < 9; ++chip) {
        const auto start = std::chrono::steady_clock::now();
        double sum = 0;
        for (int a = 0; a < arrays; ++a) {
            sum += program_array(device, aim, {.seed = 1, .trial = {chip}},
                                 static_cast<std::uint32_t>(a))(0, 0);
        }
        const std::chrono::duration<double, std::milli> spent =
            std::chrono::steady_clock::now() - start;
        times.push_back(sum >= 0 ? spent.count() : 0);
    }
    std::sort(times.begin(), times.end());
    fmt::print("{:<28} {:6.1f} ms ({:.1f} .. {:.1f})\n", name, times[4], times.front(),
               times.back());
}

}  // namespace

int main() {
    fmt::print("one thread, {} cells, median of 9 chips (least .. most)\n", arrays * 128 * 128);
    report("programming error", plain());
    DeviceModel lasting = plain();
    lasting.variation = {.cell = 0.02, .correlated = 0.02, .row = 0.01, .column = 0.01};
    lasting.faults = {.stuck_low = 0.001, .stuck_high = 0.001};
    report("and variation, faults", lasting);
    report("PCM: and drift, 1/f noise", phase_change());
    return 0;
}
