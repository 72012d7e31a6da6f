#pragma once

#include <cstdint>
#include <span>

#include "sim/cost/layer_plan.hpp"

namespace ohmgrid {

/// Area and latency as XPert's phase-1 search estimates them, to check against its published
/// results. Not a cost model of this project: for that see chip_cost.
struct XpertCost {
    double area_m2 = 0;
    double latency = 0;  ///< in units of the regression, about 15.7 us of XPertSim at 8-bit inputs
    std::int64_t tiles = 0;
};

/// XPert's regression over its own simulator (XPertSim; 32 nm, 64 x 64 RRAM arrays, 64 per tile,
/// 8-bit weights in two 4-bit cells) for one convolution:
///
///     area    = (a m + e) T + b exp(c T / m) + d
///     latency = (a e T + b m^2 + d) windows / speedup,  speedup = 64 T / arrays
///
/// with T tiles, m columns per converter and coefficients for flash and SAR. Depends on the shape,
/// `adc.type` (an ideal converter counts as SAR) and `array.column_sharing` only: converter bits,
/// input bits and array size are those it was fitted for. Spare arrays of a tile speed a layer up
/// by a fraction. There is no energy. Source: Phase1_VGG16_backbone.py of XPert (DAC 2023).
XpertCost xpert_surrogate(const LayerPlan& convolution);

/// The sum XPert's search minimises: all convolutions but the last, and one tile for the classifier
/// with the peripherals of the last convolution, without latency. Linear layers are skipped.
/// VGG16 at a sharing of 8: 100.5 mm2 and 117.0 with flash, 58.1 mm2 and 448.1 with SAR converters.
/// @throws InputError (id COST007) if there is no convolution
XpertCost xpert_surrogate(std::span<const LayerPlan> network);

}  // namespace ohmgrid
