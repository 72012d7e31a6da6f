#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/parameters.hpp"
#include "sim/device/conditions.hpp"
#include "sim/device/drift.hpp"
#include "sim/device/faults.hpp"
#include "sim/device/measured.hpp"
#include "sim/device/noise.hpp"
#include "sim/device/programming.hpp"
#include "sim/device/sram_cell.hpp"
#include "sim/device/variation.hpp"

namespace ohmgrid {

enum class DeviceKind { reram, pcm, fefet, charge_trap, sram };

/// The states of one memory cell, the voltages it is read with, and what a chip makes of them.
///
/// A cell of b bits holds 2^b levels from g_min to g_max: listed ones, or evenly spaced in
/// conductance. For SRAM the two levels are a read stack that is off (leakage) or on.
/// program_array (programmed_array.hpp) draws cells by the laws below.
/// Neglected here: nonlinearity of the cell (sim/circuit/cell_law_spec.hpp).
struct DeviceModel {
    std::string name;
    DeviceKind kind = DeviceKind::reram;
    double g_min_siemens = 0;
    double g_max_siemens = 0;
    std::vector<double> levels_siemens = {};  ///< empty: evenly spaced
    double least_siemens = 0;                 ///< cells are held inside least .. most
    double most_siemens = std::numeric_limits<double>::infinity();
    double read_volt = 0;      ///< on a word line that carries a 1
    double cell_width_f = 0;   ///< along the word line, in feature sizes
    double cell_height_f = 0;  ///< along the bit line, in feature sizes
    double access_ohm = 0;     ///< on resistance of the access transistor, part of g_max
    double write_volt = 0;     ///< decides whether word lines need level shifters

    ProgrammingSpec programming;  ///< error of writing, cycle to cycle
    VariationSpec variation;      ///< lasting differences, device to device
    DriftSpec drift;
    ReadNoiseSpec read_noise;
    TelegraphSpec telegraph;
    TemperatureSpec temperature;
    SramSpec sram;  ///< only of kind sram
    FaultSpec faults;

    std::string measured_file;  ///< empty: none
    bool measured_means_are_levels = false;
    /// Their errors take the place of `programming` and `drift`; see with_measured.
    std::shared_ptr<const MeasuredConductances> measured = nullptr;

    /// Conductance of `level` out of 0 .. levels - 1.
    [[nodiscard]] double level_siemens(std::int64_t level, std::int64_t levels) const {
        if (!levels_siemens.empty()) return levels_siemens[static_cast<std::size_t>(level)];
        return g_min_siemens + (g_max_siemens - g_min_siemens) * static_cast<double>(level) /
                                   static_cast<double>(levels - 1);
    }
};

/// Section [device] of a run file; device files (schema ohmgrid.device/1) hold the same keys.
const ParamTable<DeviceModel>& device_parameters();

/// Complains if the values contradict each other: DEV001 (g_min above g_max), DEV003 (levels out of
/// order, doubled, or outside of g_min .. g_max), DEV010 .. DEV016 of the laws.
void check(const DeviceModel& device, const ParameterSet& set, Complaints& complaints);

/// Complains unless cells of `bits` can hold the levels that the device lists (DEV004).
void check_levels(const DeviceModel& device, int bits, const ParameterSet& set,
                  Complaints& complaints);

/// The device with measured conductances, which must reach from g_min to g_max and hold every
/// listed level.
/// @throws InputError DEV022 naming the levels that are missing, DEV012 if they are read at a time
/// outside of those measured
DeviceModel with_measured(DeviceModel device, MeasuredConductances measured);

}  // namespace ohmgrid
