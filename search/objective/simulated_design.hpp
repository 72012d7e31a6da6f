#pragma once

#include <vector>

#include "search/objective/paired_loss.hpp"
#include "search/space/space.hpp"
#include "sim/inference/experiment.hpp"
#include "sim/parallel/ranks.hpp"

namespace ohmgrid {

/// The images and chips that the analog simulator judges a trained network on.
struct SimulatorSpec {
    LabelledImages images;    ///< never test images while a search decides
    ImageSource calibration;  ///< scales inputs and converters
    int chips = 1;            ///< virtual chips
    double sigmas = 0;        ///< a design's accuracy is its mean less so many deviations
};

/// What became of the images, chip by chip.
struct SimulatedAccuracy {
    std::vector<std::vector<bool>> right;  ///< by chip and image
    double mean = 0;                       ///< accuracy
    double deviation = 0;                  ///< standard, between chips
    double judged = 0;                     ///< mean - sigmas x deviation
};

/// Full simulation of `design` on the base network, which it must keep. The ranks share the images;
/// all of them get the whole result.
SimulatedAccuracy simulated_accuracy(const Space& space, const Design& design,
                                     const SimulatorSpec& spec, Ranks& ranks,
                                     const RunContext& context);

/// Image by image and chip by chip, `other` against `reference`; counts are means over chips,
/// rounded to the side of a larger loss.
PairedResult paired(const SimulatedAccuracy& reference, const SimulatedAccuracy& other);

/// The base network's layers with the circuits of `design`.
std::vector<LayerSettings> settings_of(const Space& space, const Design& design);

/// What the base network makes of images `range` on the arrays of one chip.
Scores scores_on_chip(const Space& space, const std::vector<LayerSettings>& settings,
                      const std::vector<LayerRanges>& ranges, const ImageSource& images,
                      const ImageRange& range, const VirtualChip& chip, const RunContext& context);

}  // namespace ohmgrid
