#pragma once

#include <string>

#include "sim/core/parameters.hpp"

namespace ohmgrid {

/// Which transistors of a node the logic is built from.
enum class Roadmap { low_standby_power, high_performance };

/// One CMOS process at one temperature: transistors per metre of gate width, and one class of wire.
///
/// All values hold at 300 K and at the nominal supply; other temperatures and voltages are other
/// files. Files in devices/technology/ (schema ohmgrid.technology/1) cover 130 to 22 nm planar CMOS
/// in both roadmaps.
struct Technology {
    std::string name;
    Roadmap roadmap = Roadmap::low_standby_power;
    double feature_metre = 0;  ///< F: half of the smallest transistor's gate width
    double supply_volt = 0;

    double gate_farad_per_metre = 0;      ///< ideal gate, overlap and fringe together
    double junction_farad_per_m2 = 0;     ///< drain bottom
    double sidewall_farad_per_metre = 0;  ///< drain edge
    double channel_farad_per_metre = 0;   ///< drain to channel
    double on_n_ampere_per_metre = 0;     ///< saturation current of an n-channel transistor
    double on_p_ampere_per_metre = 0;
    double off_n_ampere_per_metre = 0;  ///< leakage at zero gate voltage
    double off_p_ampere_per_metre = 0;
    double resistance_factor = 0;  ///< effective switching resistance / (supply / on current)

    double wire_width_metre = 0;
    double wire_aspect = 0;  ///< thickness / width
    double wire_ohm_metre = 0;
    double wire_farad_per_metre = 0;

    [[nodiscard]] double node_nanometre() const { return feature_metre * 1e9; }
    /// Resistance of a wire one metre long.
    [[nodiscard]] double wire_ohm_per_metre() const {
        return wire_ohm_metre / (wire_width_metre * wire_width_metre * wire_aspect);
    }
};

/// Section [technology] of a run file; technology files hold the same keys.
const ParamTable<Technology>& technology_parameters();

}  // namespace ohmgrid
