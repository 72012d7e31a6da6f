#pragma once

#include "search/app/search_file.hpp"
#include "search/solver/minimise.hpp"

namespace ohmgrid {

/// The circuits of a trained network, made as coarse as its accuracy allows.
struct CircuitResult {
    BestResult best;
    Scored finest;                ///< the reference: every layer at its most bits
    double calibration_loss = 0;  ///< finest minus best, on the images that decided
    double test_loss = 0;         ///< on the test images, which decided nothing
    double test_accuracy = 0;
    std::int64_t test_images = 0;
    std::string certificate;
};

/// The second phase. Measures sensitivities on calibration images, then looks for the largest
/// budget of summed sensitivities whose exact optimum loses no more than asked in a full
/// simulation: budgets that turn out optimistic are repaired by halving the interval.
/// @param space  of the run file's own network; its activities are replaced by measured ones
/// @throws InputError SEA015 widths are searched or the network has no weights; RUN004 no images
/// @param path  where sensitivities are kept; read again if `resume`
/// @throws InputError SEA008 sensitivities of another search
CircuitResult circuit_phase(Space& space, const SearchFile& file, const Goal& goal,
                            const std::filesystem::path& path, bool resume,
                            const RunContext& context);

}  // namespace ohmgrid
