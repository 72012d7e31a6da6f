#pragma once

#include <optional>

#include "search/app/search_file.hpp"
#include "search/objective/paired_loss.hpp"
#include "search/solver/minimise.hpp"
#include "sim/parallel/ranks.hpp"

namespace ohmgrid {

/// The circuits of a trained network, made as coarse as its accuracy allows.
struct CircuitResult {
    BestResult best = {};
    Scored finest = {};        ///< the reference: every layer at its most bits
    double budget = 0;         ///< for the sum of sensitivities that the best design is under
    PairedResult pairs = {};   ///< best against finest, on the images that decided
    double noise = 0;          ///< added to the images that decided, to make them harder
    double promised_loss = 0;  ///< on the test images, before they are looked at
    /// What two phases would lose against choosing circuits and bits at once (two_phases.hpp).
    std::optional<double> two_phase_excess = {};
    std::int64_t layer_simulations = 0;
    std::size_t design_simulations = 0;
    std::int64_t probe_images = 0;
    std::int64_t test_images = 0;
    double test_loss = 0;  ///< finest minus best, on the test images, which decided nothing
    double test_accuracy = 0;
    double finest_test_accuracy = 0;
    std::string certificate = {};  ///< in words
};

/// The second phase. The calibration set has two parts without a common image. On the first one
/// sensitivities are measured. Budgets for their sum, from careful to bold, lead to exact optima;
/// these are simulated on the second part, one after the other, until one cannot be promised to
/// lose at most what is asked on as many images as there are test images (promised_loss). The one
/// before is the result; if there is none, the finest design is.
///
/// The promise holds for images that differ from the calibration images as those differ among each
/// other. Images that the network was trained on are easier for it than others; with
/// circuit.unseen_accuracy they are made harder (harder_images.hpp).
/// @param space  of the run file's own network; its activities are replaced by measured ones
/// @param place  where sensitivities are kept, to be read again on resuming
/// @throws InputError SEA008 sensitivities of another search; SEA015 widths are searched or the
///         network has no weights; SEA016 no calibration images are left to decide; RUN004 no
///         images
CircuitResult circuit_phase(Space& space, const SearchFile& file, const Goal& goal,
                            const SearchPlace& place, Ranks& ranks, const RunContext& context);

}  // namespace ohmgrid
