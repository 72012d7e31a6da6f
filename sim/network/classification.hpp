#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/run_context.hpp"
#include "sim/network/executor.hpp"
#include "sim/network/feature_map.hpp"

namespace ohmgrid {

/// What a network makes of labelled images.
struct Classification {
    Scores scores;
    std::vector<std::int64_t> predictions;  ///< the class with the highest score, by image
    std::int64_t correct = 0;               ///< images whose prediction is their label

    [[nodiscard]] std::int64_t images() const { return std::ssize(predictions); }
    /// Top-1 accuracy, 0 .. 1; of at least one image.
    [[nodiscard]] double accuracy() const {
        return static_cast<double>(correct) / static_cast<double>(images());
    }
};

/// The class with the highest score; the first of equals.
std::int64_t best_class(std::span<const float> scores);

/// Runs the images 0 .. labels.size() - 1 through the network, reporting progress in images.
/// @throws as Executor; Interrupted
Classification classify(const RunContext& context, const Executor& run, const ImageLoader& load,
                        std::span<const std::int64_t> labels);

}  // namespace ohmgrid
