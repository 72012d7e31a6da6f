#include "sim/device/device_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "sim/device/detail/complain.hpp"

namespace ohmgrid {

namespace {

/// Levels closer than this, relative to g_max, are the same.
constexpr double rounding = 1e-6;

std::vector<ParamRow<DeviceModel>> state_rows() {
    return {
        param::text("name", &DeviceModel::name, {.fallback = "unnamed", .doc = "display name"}),
        param::choice("kind", &DeviceModel::kind,
                      {{"reram", DeviceKind::reram},
                       {"pcm", DeviceKind::pcm},
                       {"fefet", DeviceKind::fefet},
                       {"charge-trap", DeviceKind::charge_trap},
                       {"sram", DeviceKind::sram}},
                      {.fallback = "reram", .doc = "technology of the cell"}),
        param::quantity(
            "states.g_min", &DeviceModel::g_min_siemens, dimension::conductance,
            {.fallback = {}, .low = 0, .high = 1, .doc = "conductance of the fully reset state"}),
        param::quantity(
            "states.g_max", &DeviceModel::g_max_siemens, dimension::conductance,
            {.fallback = {}, .low = 1e-12, .high = 1, .doc = "conductance of the fully set state"}),
        param::quantities("states.levels", &DeviceModel::levels_siemens, dimension::conductance,
                          {.fallback = "",
                           .low = 0,
                           .high = 1,
                           .doc = "conductances of the levels; left out: evenly spaced"}),
        param::quantity("states.least", &DeviceModel::least_siemens, dimension::conductance,
                        {.fallback = "0 S",
                         .low = 0,
                         .high = 1,
                         .doc = "no error takes a cell below this conductance"}),
        param::quantity("states.most", &DeviceModel::most_siemens, dimension::conductance,
                        {.fallback = "",
                         .low = 0,
                         .high = 1,
                         .doc = "no error takes a cell above it; left out: no limit"}),
        param::text("measured.file", &DeviceModel::measured_file,
                    {.fallback = "",
                     .doc = "measured conductances (CSV or HDF5) whose errors are drawn instead of "
                            "device.programming and device.drift"}),
        param::flag("measured.means_are_levels", &DeviceModel::measured_means_are_levels,
                    {.fallback = "false",
                     .doc = "the means measured for each target are the levels of a cell"}),
        param::quantity("read.voltage", &DeviceModel::read_volt, dimension::voltage,
                        {.fallback = {},
                         .low = 1e-3,
                         .high = 5,
                         .doc = "word-line voltage of an input bit that is 1"}),
        param::number("cell.width", &DeviceModel::cell_width_f,
                      {.fallback = {},
                       .low = 1,
                       .high = 1000,
                       .doc = "cell pitch along the word line, in feature sizes F"}),
        param::number("cell.height", &DeviceModel::cell_height_f,
                      {.fallback = {},
                       .low = 1,
                       .high = 1000,
                       .doc = "cell pitch along the bit line, in feature sizes F"}),
        param::quantity("cell.access", &DeviceModel::access_ohm, dimension::resistance,
                        {.fallback = "0 ohm",
                         .low = 0,
                         .high = 1e9,
                         .doc = "on resistance of the access transistor"}),
        param::quantity("write.voltage", &DeviceModel::write_volt, dimension::voltage,
                        {.fallback = "0 V",
                         .low = 0,
                         .high = 20,
                         .doc = "programming voltage; above 1.5 V the word lines carry level "
                                "shifters"}),
    };
}

}  // namespace

const ParamTable<DeviceModel>& device_parameters() {
    static const ParamTable<DeviceModel> table = [] {
        std::vector<ParamRow<DeviceModel>> rows = state_rows();
        const auto append = [&rows](std::vector<ParamRow<DeviceModel>> more) {
            std::move(more.begin(), more.end(), std::back_inserter(rows));
        };
        append(param::part("programming", &DeviceModel::programming, programming_rows()));
        append(param::part("variation", &DeviceModel::variation, variation_rows()));
        append(param::part("drift", &DeviceModel::drift, drift_rows()));
        append(param::part("read_noise", &DeviceModel::read_noise, read_noise_rows()));
        append(param::part("telegraph", &DeviceModel::telegraph, telegraph_rows()));
        append(param::part("temperature", &DeviceModel::temperature, temperature_rows()));
        append(param::part("sram", &DeviceModel::sram, sram_rows()));
        append(param::part("faults", &DeviceModel::faults, fault_rows()));
        return ParamTable<DeviceModel>{"device", std::move(rows)};
    }();
    return table;
}

void check(const DeviceModel& device, const ParameterSet& set, Complaints& complaints) {
    const auto complain = [&](const char* id, const std::string& key, const std::string& what,
                              const char* remedy) {
        detail::complain(set, complaints, id, "device." + key, "device.states.g_max", what, remedy);
    };
    if (device.g_max_siemens > 0 && device.g_min_siemens >= device.g_max_siemens) {
        complain("DEV001", "states.g_min", "is not below device.states.g_max",
                 "Swap the two, or mend the wrong one");
    }
    const std::vector<double>& levels = device.levels_siemens;
    if (std::adjacent_find(levels.begin(), levels.end(), std::greater_equal<>()) != levels.end()) {
        complain("DEV003", "states.levels", "do not ascend, or hold a level twice",
                 "Sort them, and give each only once");
    } else if (!levels.empty() && (levels.front() < device.g_min_siemens * (1 - rounding) ||
                                   levels.back() > device.g_max_siemens * (1 + rounding))) {
        complain("DEV003", "states.levels", "leave the range from g_min to g_max",
                 "Widen the range, or mend the levels");
    }
    if (device.least_siemens > device.most_siemens) {
        complain("DEV001", "states.least", "is above device.states.most",
                 "Swap the two, or mend the wrong one");
    }
    check(device.programming, set, complaints);
    check(device.drift, device.programming.error, set, complaints);
    check(device.read_noise.error, "device.read_noise", set, complaints);
    if (device.kind == DeviceKind::sram) check(device.sram, set, complaints);
    if (device.faults.total() > 1) {
        complain("DEV011", "faults.stuck_low", "and the other shares of faults exceed 1 together",
                 "Make stuck_low + stuck_high + open at most 1");
    }
    if (!device.measured_file.empty() && (device.programming.error.kind != SigmaKind::none ||
                                          device.drift.kind != DriftKind::none)) {
        complain(
            "DEV016", "measured.file", "is given beside a law of programming error or drift",
            "Set device.programming.law and device.drift.law to \"none\", or leave the file out");
    }
}

void check_levels(const DeviceModel& device, int bits, const ParameterSet& set,
                  Complaints& complaints) {
    const std::size_t wanted = std::size_t{1} << static_cast<unsigned>(bits);
    if (device.levels_siemens.empty() || device.levels_siemens.size() == wanted) return;
    detail::complain(set, complaints, "DEV004", "device.states.levels", "array.cell_bits",
                     fmt::format("has {} levels, but cells of {} bits hold {}",
                                 device.levels_siemens.size(), bits, wanted),
                     "Change array.cell_bits, or list as many levels");
}

DeviceModel with_measured(DeviceModel device, MeasuredConductances measured) {
    const std::string file = device.measured_file;
    if (device.measured_means_are_levels) {
        measured = measured.with_means_as_targets();
        device.levels_siemens.clear();
        for (const MeasuredLevel& level : measured.levels) {
            device.levels_siemens.push_back(level.target_siemens);
        }
        device.g_min_siemens = device.levels_siemens.front();
        device.g_max_siemens = device.levels_siemens.back();
    }
    std::string missing;
    const auto need = [&](double siemens) {
        for (const MeasuredLevel& level : measured.levels) {
            if (std::abs(level.target_siemens - siemens) <= rounding * device.g_max_siemens) return;
        }
        missing += fmt::format("{}{:g} S", missing.empty() ? "" : ", ", siemens);
    };
    for (const double level : device.levels_siemens) need(level);
    if (device.levels_siemens.empty()) {
        need(device.g_min_siemens);
        need(device.g_max_siemens);
    }
    if (!missing.empty()) {
        throw InputError(
            Message{.place = file,
                    .id = "DEV022",
                    .what = "the measurements lack the level " + missing,
                    .remedy = "Measure it, or set g_min, g_max and the levels to those that were"});
    }
    const double time = device.drift.time_second;
    if (time >= 0 && (time < measured.time_second.front() || time > measured.time_second.back())) {
        throw InputError(Message{
            .place = file,
            .id = "DEV012",
            .what =
                fmt::format("device.drift.time is {:g} s, outside of the measured {:g} .. {:g} s",
                            time, measured.time_second.front(), measured.time_second.back()),
            .remedy = "Choose a time inside; measurements are not extrapolated"});
    }
    device.measured = std::make_shared<const MeasuredConductances>(std::move(measured));
    return device;
}

}  // namespace ohmgrid
