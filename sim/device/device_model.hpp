#pragma once

#include <cstdint>
#include <string>

#include "sim/core/parameters.hpp"
#include "sim/device/faults.hpp"
#include "sim/device/sigma_law.hpp"

namespace ohmgrid {

enum class DeviceKind { reram, sram };

/// The states of one memory cell and the voltages it is read with.
///
/// A cell of b bits holds 2^b levels, evenly spaced in conductance from g_min to g_max. For SRAM
/// the two levels are a read stack that is off (leakage) or on.
/// What program_array makes of the states on a virtual chip follows from the laws below.
/// Neglected here: nonlinearity of the cell (sim/circuit/cell_law_spec.hpp).
struct DeviceModel {
    std::string name;
    DeviceKind kind = DeviceKind::reram;
    double g_min_siemens = 0;
    double g_max_siemens = 0;
    double read_volt = 0;      ///< on a word line that carries a 1
    double cell_width_f = 0;   ///< along the word line, in feature sizes
    double cell_height_f = 0;  ///< along the bit line, in feature sizes
    double access_ohm = 0;     ///< on resistance of the access transistor, part of g_max
    double write_volt = 0;     ///< decides whether word lines need level shifters

    SigmaLaw programming;  ///< error of a written conductance
    SigmaLaw read_noise;   ///< of one read of one cell
    FaultSpec faults;

    [[nodiscard]] double on_off_ratio() const { return g_max_siemens / g_min_siemens; }
    /// Conductance of `level` out of 0 .. levels - 1.
    [[nodiscard]] double level_siemens(std::int64_t level, std::int64_t levels) const {
        return g_min_siemens + (g_max_siemens - g_min_siemens) * static_cast<double>(level) /
                                   static_cast<double>(levels - 1);
    }
};

/// Section [device] of a run file; device files (schema ohmgrid.device/1) hold the same keys.
const ParamTable<DeviceModel>& device_parameters();

/// Complains if the values contradict each other (g_min above g_max).
void check(const DeviceModel& device, const ParameterSet& set, Complaints& complaints);

}  // namespace ohmgrid
