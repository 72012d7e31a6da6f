#include "sim/device/device_model.hpp"

#include <iterator>
#include <utility>

namespace ohmgrid {

namespace {

std::vector<ParamRow<DeviceModel>> state_rows() {
    return {
        param::text("name", &DeviceModel::name, {.fallback = "unnamed", .doc = "display name"}),
        param::choice("kind", &DeviceModel::kind,
                      {{"reram", DeviceKind::reram}, {"sram", DeviceKind::sram}},
                      {.fallback = "reram", .doc = "technology of the cell"}),
        param::quantity(
            "states.g_min", &DeviceModel::g_min_siemens, dimension::conductance,
            {.fallback = {}, .low = 0, .high = 1, .doc = "conductance of the fully reset state"}),
        param::quantity(
            "states.g_max", &DeviceModel::g_max_siemens, dimension::conductance,
            {.fallback = {}, .low = 1e-12, .high = 1, .doc = "conductance of the fully set state"}),
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
        append(param::part("programming", &DeviceModel::programming,
                           sigma_law_rows("error of a written conductance")));
        append(param::part("read_noise", &DeviceModel::read_noise,
                           sigma_law_rows("noise of one read")));
        append(param::part("faults", &DeviceModel::faults, fault_rows()));
        return ParamTable<DeviceModel>{"device", std::move(rows)};
    }();
    return table;
}

void check(const DeviceModel& device, const ParameterSet& set, Complaints& complaints) {
    if (device.g_max_siemens > 0 && device.g_min_siemens >= device.g_max_siemens) {
        const ParamEntry* entry = set.find("device.states.g_min");
        complaints.add({.place = entry != nullptr ? entry->place.text() : "",
                        .id = "DEV001",
                        .what = "device.states.g_min is not below device.states.g_max",
                        .remedy = "Swap the two, or mend the wrong one"});
    }
    check(device.programming, "device.programming", set, complaints);
    check(device.read_noise, "device.read_noise", set, complaints);
    if (device.faults.total() > 1) {
        const ParamEntry* entry = set.find("device.faults.stuck_low");
        complaints.add({.place = entry != nullptr ? entry->place.text() : "",
                        .id = "DEV011",
                        .what = "the shares in device.faults add up to more than 1",
                        .remedy = "Make stuck_low + stuck_high + open at most 1"});
    }
}

}  // namespace ohmgrid
