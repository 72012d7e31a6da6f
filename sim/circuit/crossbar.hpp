#pragma once

#include <Eigen/Dense>
#include <string_view>
#include <vector>

#include "sim/circuit/array_spec.hpp"
#include "sim/core/matrix.hpp"

namespace ohmgrid {

/// One resistive crossbar as a circuit: what Kirchhoff's law is solved for.
///
/// Cell (i, j) joins node w(i, j) of word line i and node b(i, j) of bit line j. Neighbouring nodes
/// of a line are joined by one wire segment, and one more segment lies between the last node and
/// each driven or sensed end, in series with the driver's or the sense resistance. Undriven and
/// unsensed ends are open. Every resistance may be 0, which means an ideal wire, exactly.
/// Equations: docs/models/crossbar_dc.md.
struct Crossbar {
    RowMajorMatrix conductance_siemens;  ///< rows x columns, each >= 0; 0 is an open cell
    double row_wire_ohm = 0;
    double column_wire_ohm = 0;
    double driver_ohm = 0;
    double sense_ohm = 0;
    DriveEnds drive = DriveEnds::left;
    SenseEnds sense = SenseEnds::bottom;
    std::vector<bool> floating_rows = {};     ///< drivers disconnected; empty: none
    std::vector<bool> floating_columns = {};  ///< not clamped to virtual ground; empty: none

    [[nodiscard]] Eigen::Index rows() const { return conductance_siemens.rows(); }
    [[nodiscard]] Eigen::Index columns() const { return conductance_siemens.cols(); }
    [[nodiscard]] bool row_floats(Eigen::Index row) const {
        return !floating_rows.empty() && floating_rows[static_cast<std::size_t>(row)];
    }
    [[nodiscard]] bool column_floats(Eigen::Index column) const {
        return !floating_columns.empty() && floating_columns[static_cast<std::size_t>(column)];
    }
    /// Between a driver's source and the first node of its row, and from the last node of a column
    /// to the virtual ground.
    [[nodiscard]] double drive_end_ohm() const { return row_wire_ohm + driver_ohm; }
    [[nodiscard]] double sense_end_ohm() const { return column_wire_ohm + sense_ohm; }

    /// @throws InputError with everything that is wrong: a negative or non-finite value (CIR001
    /// for a conductance, CIR002 for a resistance), sizes that disagree (CIR003), every driver
    /// floating (CIR004), a line with no path to a driver or to ground (CIR005).
    void check() const;
};

/// The array of `spec` with given conductances, all rows driven and all columns clamped.
/// @throws InputError (CIR003) when the conductances have another size than the spec says.
Crossbar make_crossbar(const ArraySpec& spec, RowMajorMatrix conductance_siemens);

/// @throws InputError (CIR003) unless `input_volt` has one column per row of the crossbar, and
/// (CIR006) unless every input is finite.
void check_inputs(const Crossbar& crossbar, const RowMajorMatrix& input_volt);

/// Refuses a computation that cannot fit into the machine's memory, before it is begun.
/// @throws InputError (CIR007) naming `what`, the estimate and the memory there is.
void check_memory(double needed_byte, std::string_view what);

}  // namespace ohmgrid
