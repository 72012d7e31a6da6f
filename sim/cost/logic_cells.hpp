#pragma once

#include "sim/cost/cost.hpp"
#include "sim/cost/technology.hpp"

namespace ohmgrid {

/// The yardstick of all digital components: a minimum-size inverter of a technology, and the few
/// cells that components are built from, as multiples of it.
///
/// Widths: 2 F for the n-channel transistor, wider in inverse proportion to its current for the
/// p-channel one, so that both switch equally fast. Layout: rows of cells and gate pitches of the
/// technology (planar: 28 F and 3.8 F). Neglected: clock distribution, wiring inside cells.
struct LogicCells {
    double feature_metre = 0;
    double supply_volt = 0;
    double area_m2 = 0;      ///< of the inverter
    double gate_farad = 0;   ///< input of the inverter
    double drain_farad = 0;  ///< output of the inverter
    double n_ohm = 0;        ///< switching resistance of its n-channel transistor
    double p_ohm = 0;
    double leakage_watt = 0;
    double row_height_metre = 0;  ///< of a row of cells
    double p_over_n = 0;          ///< width of its p-channel over its n-channel transistor

    /// Energy to charge input and output of the inverter: the unit of dynamic energy.
    [[nodiscard]] double switch_joule() const {
        return (gate_farad + drain_farad) * supply_volt * supply_volt;
    }
    /// Mean switching resistance times that capacitance: the unit of delay.
    [[nodiscard]] double delay_second() const {
        return (gate_farad + drain_farad) * (n_ohm + p_ohm) / 2;
    }
    /// Width of the pass gate that carries a line of `line_ohm`, in minimum transmission gates: its
    /// resistance stays a fixed share of the line's. Never below one.
    [[nodiscard]] double pass_gate_widths(double line_ohm) const;
    /// The line that a pass gate of width one is right for.
    [[nodiscard]] double smallest_pass_gate_line_ohm() const;

    /// A D flip-flop: area and leakage; the energy of one clock cycle with data that change.
    [[nodiscard]] Cost flip_flop() const;
    /// A ripple-carry adder of `bits`; energy of one addition.
    [[nodiscard]] Cost adder(double bits) const;
    /// Area of `cells` (m2 of cells) laid out in whole rows `width_metre` wide.
    [[nodiscard]] double rows_of_cells_m2(double cells_m2, double width_metre) const;
};

/// @throws InputError (id COST001) if the technology is incomplete (a value is not positive)
LogicCells logic_cells(const Technology& technology);

}  // namespace ohmgrid
