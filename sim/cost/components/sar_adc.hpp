#pragma once

#include "sim/cost/components/adc.hpp"
#include "sim/cost/components/survey_fit.hpp"
#include "sim/cost/logic_cells.hpp"

namespace ohmgrid {

/// SAR converter as NeuroSim V1.3/V1.4 fit it to circuit simulations: power linear in the bits plus
/// a share of the column current, 1 ns per cycle, area linear in the bits. No noise, no reference
/// or capacitor array that doubles with every bit; lowest of all published models
/// (docs/models/cost.md). `column_ohm` is the resistance of the column being converted at 0.5 V.
/// @throws InputError (id COST003) outside 7 .. 130 nm (high performance: 22 .. 130 nm)
AdcCost neurosim_sar(int bits, double column_ohm, const LogicCells& cells,
                     const Technology& technology);

/// SAR converter as measured ones are: a regression over the ADC survey, with the tenth and
/// ninetieth percentile as low and high. Latency is one nanosecond per cycle, bits + 1 cycles.
/// `bits` need not be whole: an effective resolution will do.
AdcCost survey_sar(double bits, const Technology& technology);

/// The converters behind the regression.
const SurveyRange& survey_sar_range();

}  // namespace ohmgrid
