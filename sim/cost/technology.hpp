#pragma once

#include <string>

#include "sim/core/parameters.hpp"

namespace ohmgrid {

/// Which transistors of a node the logic is built from.
enum class Roadmap { low_standby_power, high_performance };

/// One CMOS process at one temperature: transistors per metre of gate width, and one class of wire.
///
/// Currents and resistivity hold at 300 K; `temperature_kelvin` moves them: on currents along
/// straight lines, leakage exponentially, resistivity by 0.451 % per kelvin. Voltages other than
/// the nominal supply scale energies, not currents. Files in devices/technology/ (schema
/// ohmgrid.technology/1) cover 130 to 22 nm planar CMOS and 14 and 7 nm FinFETs in both roadmaps;
/// for nodes between them see technology_at.
struct Technology {
    std::string name;
    Roadmap roadmap = Roadmap::low_standby_power;
    double feature_metre = 0;  ///< F: half of the smallest transistor's gate width
    double supply_volt = 0;
    double threshold_volt = 0;
    double temperature_kelvin = 300;

    double gate_farad_per_metre = 0;      ///< ideal gate, overlap and fringe together
    double junction_farad_per_m2 = 0;     ///< drain bottom
    double sidewall_farad_per_metre = 0;  ///< drain edge
    double channel_farad_per_metre = 0;   ///< drain to channel
    double on_n_ampere_per_metre = 0;     ///< saturation current of an n-channel transistor
    double on_p_ampere_per_metre = 0;
    double off_n_ampere_per_metre = 0;  ///< leakage at zero gate voltage
    double off_p_ampere_per_metre = 0;
    double resistance_factor = 0;      ///< effective switching resistance / (supply / on current)
    double on_slope_n_per_kelvin = 0;  ///< relative change of the on current
    double on_slope_p_per_kelvin = 0;
    double off_efold_n_kelvin = 0;  ///< in which leakage grows by e; 0: it does not change
    double off_efold_p_kelvin = 0;

    double gate_pitch_f = 0;  ///< distance of gates in a row of cells, in feature sizes
    double row_height_f = 0;  ///< of a row of cells
    double sram_width_f = 0;  ///< of a six-transistor cell, along the word line
    double sram_height_f = 0;

    double wire_width_metre = 0;
    double wire_aspect = 0;  ///< thickness / width
    double wire_ohm_metre = 0;
    double wire_farad_per_metre = 0;

    [[nodiscard]] double node_nanometre() const { return feature_metre * 1e9; }
    /// Resistance of a wire one metre long, at the temperature.
    [[nodiscard]] double wire_ohm_per_metre() const;
    /// The same process with currents at `temperature_kelvin` in the place of those at 300 K.
    [[nodiscard]] Technology at_temperature() const;
};

/// Section [technology] of a run file; technology files hold the same keys.
const ParamTable<Technology>& technology_parameters();

}  // namespace ohmgrid
