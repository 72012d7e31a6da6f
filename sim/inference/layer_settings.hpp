#pragma once

#include "sim/circuit/array_spec.hpp"
#include "sim/circuit/cell_law_spec.hpp"
#include "sim/converter/adc_spec.hpp"
#include "sim/converter/driver.hpp"
#include "sim/converter/multiplexer.hpp"
#include "sim/mapping/mapping_spec.hpp"

namespace ohmgrid {

/// The choices a designer makes for one layer; they decide its codes and its cost alike.
struct LayerSettings {
    ArraySpec array;
    AdcSpec adc;
    MappingSpec mapping;
    MultiplexerSpec multiplexer = {};
    DriverSpec driver = {};
    CellLawSpec law = {};  ///< of the cells; `array.cells` says how it counts
    /// Of the rows of an array in one read, for cells that are linearised; calibration measures it.
    double driven_share = 0.25;

    /// The cells have a law of their own, and it counts as `reads` says.
    [[nodiscard]] bool reads_law(CellReads reads) const {
        return law.kind != CellLawKind::linear && array.cells == reads;
    }
};

}  // namespace ohmgrid
