#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/inference/compensation.hpp"
#include "sim/inference/experiment.hpp"

namespace ohmgrid {

/// What a network loses on arrays.
struct InferenceReport {
    std::int64_t images = 0;
    std::int64_t digital_correct = 0;  ///< float network
    std::int64_t ideal_correct = 0;    ///< quantised weights and inputs, exact arrays
    std::int64_t analog_correct = 0;   ///< the design
    std::int64_t agreeing = 0;         ///< images on which the design predicts as the float network
    double setup_seconds = 0;          ///< programming the design's arrays, solving their wires
    double images_per_second = 0;      ///< of the design's own pass
    std::int64_t array_bytes = 0;      ///< memory that all arrays and converters take
    std::vector<LayerError> layers = {};
    std::vector<std::int64_t> predictions = {};         ///< of the design, one per image
    std::vector<CompensationEffect> compensation = {};  ///< empty if nothing is compensated

    [[nodiscard]] double share(std::int64_t count) const {
        return images == 0 ? 0 : static_cast<double>(count) / static_cast<double>(images);
    }
};

/// 95 % confidence interval of a share measured on `images` independent images.
struct Interval {
    double low = 0;
    double high = 0;
};

/// Clopper-Pearson: never covers less than 95 %. Source: Clopper & Pearson, Biometrika 26, 1934.
Interval interval_95(std::int64_t correct, std::int64_t images);

/// One chip (trial 0 of context.seed) of an experiment. Layer errors are taken on the first images
/// of the test set (at most `error_images`); `calibration` as in compensation_effects().
InferenceReport evaluate(const Experiment& experiment,
                         const std::optional<ImageSource>& calibration, const RunContext& context,
                         std::int64_t error_images = 32);

}  // namespace ohmgrid
