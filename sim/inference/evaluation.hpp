#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/inference/calibration.hpp"

namespace ohmgrid {

/// Images whose classes are known.
struct LabelledImages {
    ImageSource images;
    std::vector<std::int64_t> labels;  ///< one per image
};

/// How far one layer's outputs are from the float layer on the same inputs, and how busy it is.
struct LayerError {
    std::string name;
    double relative_rms_error = 0;  ///< rms(analog - float) / rms(float), bias included
    double input_bit_density = 0;   ///< share of ones on the word lines, 0 .. 1
    double cell_level = 0;          ///< mean of (g - g_min) / (g_max - g_min), 0 .. 1
};

/// What a network loses on arrays.
struct InferenceReport {
    std::int64_t images = 0;
    std::int64_t digital_correct = 0;  ///< float network
    std::int64_t ideal_correct = 0;    ///< quantised weights and inputs, exact arrays
    std::int64_t analog_correct = 0;   ///< the design
    std::int64_t agreeing = 0;         ///< images on which the design predicts as the float network
    double images_per_second = 0;      ///< of the design's own pass
    std::vector<LayerError> layers = {};
    std::vector<std::int64_t> predictions = {};  ///< of the design, one per image

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

/// Calibrates the design, then runs the float network, the quantised network on ideal arrays and
/// the design on the test images. Layer errors are taken on the first images of the test set (at
/// most `error_images`), each layer fed with what it gets in the design.
/// @throws InputError as calibrate; EVA001 if there are no test images
InferenceReport evaluate(const Graph& graph, const LabelledImages& test,
                         const ImageSource& calibration, const std::vector<LayerSettings>& settings,
                         const DeviceModel& device, const RunContext& context,
                         std::int64_t error_images = 32);

}  // namespace ohmgrid
