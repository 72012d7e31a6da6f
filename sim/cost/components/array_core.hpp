#pragma once

#include "sim/circuit/array_spec.hpp"
#include "sim/cost/explanation.hpp"
#include "sim/cost/logic_cells.hpp"
#include "sim/cost/technology.hpp"
#include "sim/device/device_model.hpp"

namespace ohmgrid {

/// The cells and lines of one array, without anything around them.
///
/// A line's capacitance is that of its wire and of one minimum transistor per cell (its gate on the
/// word line, its drain on the bit line). Reading dissipates `V^2 G` in every conducting cell for
/// as long as the word lines are driven, and charges bit lines to the read voltage.
/// Neglected: leakage of resistive cells (they are off between reads), wire energy of IR drop.
struct ArrayCore {
    double area_m2 = 0;
    double width_metre = 0;  ///< along a word line
    double height_metre = 0;
    double word_line_farad = 0;
    double bit_line_farad = 0;
    double word_line_ohm = 0;  ///< wire from end to end
    double bit_line_ohm = 0;
    double leakage_watt = 0;  ///< of SRAM cells, two inverters each
    double read_volt = 0;

    /// Charging one bit line.
    [[nodiscard]] double bit_line_joule() const { return bit_line_farad * read_volt * read_volt; }
    /// Power in cells that conduct `siemens` together.
    [[nodiscard]] double cell_watt(double siemens) const { return read_volt * read_volt * siemens; }
};

ArrayCore array_core(const ArraySpec& array, const DeviceModel& device, const LogicCells& cells,
                     const Technology& technology);

/// `siemens` all cells that conduct together in one read, `second` how long they do.
Explanation explain(const ArrayCore& core, double siemens, double second);

}  // namespace ohmgrid
