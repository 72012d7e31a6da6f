#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/run_context.hpp"
#include "sim/device/device_model.hpp"
#include "sim/inference/analog_layer.hpp"
#include "sim/inference/layer_settings.hpp"
#include "sim/network/executor.hpp"

namespace ohmgrid {

/// Images by number: 0 .. count - 1.
struct ImageSource {
    std::int64_t count = 0;
    ImageLoader load;
};

/// What calibration images showed about one layer.
struct LayerRanges {
    ValueRange input;                           ///< values on the word lines
    std::vector<ValueRange> sum_of_slice = {};  ///< column sums before conversion, per weight slice
    std::vector<double> clipped_share = {};     ///< of the sums seen outside that range, likewise
    double driven_share = 0.25;                 ///< LayerSettings::driven_share
};

/// How the range of a slice is found from the sums seen.
enum class RangeSearch {
    percentile,  ///< holds `adc.percentile` of them
    least_error  ///< gives the converter the least mean absolute error, clipping included
};

/// Runs the float network on the images and notes, for every weighted layer, the input range that
/// holds `mapping.input_percentile` of the values (all of them if it is 1). Then runs the quantised
/// network on error-free converters and notes the range of the column sums of each weight slice.
/// By percentile equal shares are cut off at both ends; the search tries shares of 0, 10^-5, ...,
/// 10^-1 at either end and then halfway between, as the codes of `adc` would round.
///
/// Nonlinear cells count as linearised (CellReads), where they count at all. For them a further
/// pass of the float network notes which share of the rows a read drives: what is driven together
/// with a driven row on average, sum(d^2) / sum(d) over the densities d of the input's digits.
/// Column sums are sampled: at most about 20000 per layer and image, from evenly spaced windows.
/// @throws InputError (CAL001) if there are no images
std::vector<LayerRanges> calibrate(const Graph& graph, const ImageSource& images,
                                   const std::vector<LayerSettings>& settings,
                                   const DeviceModel& device, const RunContext& context,
                                   RangeSearch search = RangeSearch::percentile);

/// The column sums before conversion that the images give rise to on `layers` (made with
/// Conversions::observed): by layer and slice, sampled, images in order.
std::vector<std::vector<std::vector<float>>> observed_sums(const Graph& graph,
                                                           const ImageSource& images,
                                                           const std::vector<AnalogLayer>& layers,
                                                           const RunContext& context);

}  // namespace ohmgrid
