#pragma once

#include "sim/cost/components/adc.hpp"
#include "sim/cost/components/survey_fit.hpp"
#include "sim/cost/logic_cells.hpp"

namespace ohmgrid {

/// Flash converter as NeuroSim V1.3 fits it: 2^bits - 1 current sense amplifiers and a thermometer
/// encoder. `column_ohm` is the resistance of the column being converted at 0.5 V.
/// Neglected: the reference columns of V1.4, bubble correction, and the dependence of the delay on
/// the distance between column and reference current (a polynomial clamped to 1 .. 10 ns in V1.3).
/// @throws InputError (id COST003) outside 22 .. 130 nm
AdcCost neurosim_flash(int bits, double column_ohm, const LogicCells& cells,
                       const Technology& technology);

/// The thermometer encoder of a flash converter of 2^bits levels (part of neurosim_flash).
Cost thermometer_encoder(int bits, const LogicCells& cells);

/// Flash converter as measured ones are: a regression over the ADC survey in which energy and area
/// double with every bit, with the tenth and ninetieth percentile as low and high.
AdcCost survey_flash(int bits, const Technology& technology);

/// The converters behind the regression.
const SurveyRange& survey_flash_range();

}  // namespace ohmgrid
