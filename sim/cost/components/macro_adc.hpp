#pragma once

#include "sim/cost/components/adc.hpp"
#include "sim/cost/logic_cells.hpp"

namespace ohmgrid {

/// SAR converter as it stands below the columns of a macro: no reference buffer, input driver,
/// clock or calibration of its own, which are part of the stand-alone converters of the survey.
///
/// First principles: every bit decided switches four flip-flops' worth of gates (two of the
/// sequencer, one of the code, a comparator as large as one), and noise asks for 1 aF 4^bits of
/// capacitance (Murmann's bound as ZigZag-IMC uses it); both at the supply. Area: NeuroSim's gates
/// and an array of 2^bits unit capacitors. The result is moved to the median of seven published
/// converters of macros (devices/silicon/macro_converters.csv), none of them of a chip that
/// `ohmgrid validate --silicon` judges; their spread is carried as low and high.
/// Neglected: references and their settling, calibration, dependence on speed.
AdcCost macro_sar(double bits, const LogicCells& cells);

/// The first principles alone: energy of a conversion and area, not moved to the median.
Cost sar_of_gates(double bits, const LogicCells& cells);

}  // namespace ohmgrid
