#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/inference/experiment.hpp"

namespace ohmgrid {

/// What a mapping can do about systematic losses (docs/models/inference.md).
enum class Compensation { column_gain, row_order, drift_scale };

inline constexpr std::array all_compensations{Compensation::column_gain, Compensation::row_order,
                                              Compensation::drift_scale};

/// "column_gain": its key in [mapping].
std::string_view to_text(Compensation compensation);

/// Those that at least one layer uses.
std::vector<Compensation> compensations_of(const std::vector<LayerSettings>& settings);

/// The same layers with these compensations switched off.
std::vector<LayerSettings> without(std::vector<LayerSettings> settings,
                                   const std::vector<Compensation>& compensations);

/// A chip before one of its compensations is switched on.
struct CompensationEffect {
    std::string name;  ///< of the compensation that is left out; "all" if all are
    std::int64_t correct_without = 0;
    std::int64_t gained = 0;                 ///< images that are right with it only
    std::int64_t lost = 0;                   ///< images that are right without it only
    std::vector<double> error_without = {};  ///< LayerError::relative_rms_error by layer
};

/// Makes the chip that gave `with` again, images, random errors and all, once without each of the
/// compensations that the design uses and, if these are several, once without any.
///
/// @param calibration images that set the ranges of every such design anew, as they set the
///        experiment's; without, all keep the experiment's ranges
/// @param error_images as they gave `with`
/// @return empty if the design compensates nothing
std::vector<CompensationEffect> compensation_effects(const Experiment& experiment,
                                                     const ChipReport& with,
                                                     const VirtualChip& chip,
                                                     const std::optional<ImageSource>& calibration,
                                                     const RunContext& context,
                                                     std::int64_t error_images);

}  // namespace ohmgrid
