#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/inference/calibration.hpp"
#include "sim/network/classification.hpp"
#include "sim/random/virtual_chip.hpp"

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

/// What one chip makes of the test images.
struct ChipReport {
    std::int64_t images = 0;
    std::int64_t correct = 0;
    std::int64_t agreeing = 0;  ///< images on which it predicts as the float network does
    std::vector<std::int64_t> predictions = {};  ///< one per image
    Scores scores = {};
    std::vector<LayerError> layers = {};  ///< empty unless asked for
    double setup_seconds = 0;             ///< programming the arrays, solving their wires
    double images_per_second = 0;         ///< afterwards
};

/// One design on one set of test images: everything that does not depend on the chip is computed
/// once (calibration, quantised weights, what the float network and ideal arrays predict), so that
/// a study pays for each of its virtual chips only what differs between them.
///
/// `run` may be called from several threads.
class Experiment {
  public:
    /// @throws InputError as calibrate and LayerMapping; EVA001 if there are no test images
    Experiment(Graph graph, LabelledImages test, const ImageSource& calibration,
               std::vector<LayerSettings> settings, DeviceModel device, const RunContext& context);

    /// Programs the network into the arrays of `chip` and classifies the test images. With
    /// `error_images` above 0 it also compares every layer, fed with what it gets on this chip,
    /// with the float layer on the first images.
    [[nodiscard]] ChipReport run(const VirtualChip& chip, const RunContext& context,
                                 std::int64_t error_images = 0) const;

    [[nodiscard]] const Classification& digital() const { return digital_; }
    [[nodiscard]] const Classification& ideal() const { return ideal_; }
    [[nodiscard]] const Graph& graph() const { return graph_; }
    [[nodiscard]] const std::vector<LayerRanges>& ranges() const { return ranges_; }

  private:
    Graph graph_;
    LabelledImages test_;
    std::vector<LayerSettings> settings_;
    DeviceModel device_;
    std::vector<LayerRanges> ranges_;
    std::vector<QuantisedWeights> weights_;
    Classification digital_;  ///< the float network
    Classification ideal_;    ///< quantised weights and inputs, exact arrays
};

}  // namespace ohmgrid
