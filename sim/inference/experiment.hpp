#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/inference/analog_network.hpp"
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
    /// rms(linearised - solved) / rms(solved) of the column sums of nonlinear cells; 0 elsewhere.
    double linearisation_error = 0;
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
    std::int64_t array_bytes = 0;         ///< memory that all arrays and converters take
};

/// A network's layers on arrays: one entry per weighted node each.
struct ArrayDesign {
    const std::vector<LayerSettings>& settings;
    const std::vector<LayerRanges>& ranges;
};

/// One design on one set of test images: everything that does not depend on the chip is computed
/// once (calibration, quantised weights, what the float network and ideal arrays predict), so that
/// a study pays for each of its virtual chips only what differs between them.
///
/// `run` may be called from several threads.
class Experiment {
  public:
    /// With ranges found earlier: one entry per weighted node.
    /// @throws InputError as LayerMapping; EVA001 if there are no test images
    Experiment(const Graph& graph, LabelledImages test, std::vector<LayerRanges> ranges,
               std::vector<LayerSettings> settings, DeviceModel device, const RunContext& context);
    /// With ranges calibrated on images.
    /// @throws also as calibrate
    Experiment(const Graph& graph, const LabelledImages& test, const ImageSource& calibration,
               const std::vector<LayerSettings>& settings, const DeviceModel& device,
               const RunContext& context);

    /// Programs the network into the arrays of `chip` and classifies the test images. With
    /// `error_images` above 0 it also compares every layer, fed with what it gets on this chip,
    /// with the float layer on the first images.
    [[nodiscard]] ChipReport run(const VirtualChip& chip, const RunContext& context,
                                 std::int64_t error_images = 0) const;
    /// The same with other arrays that are given the same numbers: weights and inputs must be
    /// quantised as the experiment's own.
    [[nodiscard]] ChipReport run_on(const ArrayDesign& design, const VirtualChip& chip,
                                    const RunContext& context, std::int64_t error_images) const;

    /// Errors of every layer on the first images, on a chip with other converters or none.
    [[nodiscard]] std::vector<LayerError> layer_errors(const VirtualChip& chip,
                                                       Conversions conversions, std::int64_t images,
                                                       const RunContext& context) const;
    /// How far the sums of linearised cells (CellReads::linearised) are from those of solved reads,
    /// LayerError::linearisation_error of every layer: on the first image, at most four windows of
    /// each layer, fed with what it gets on linearised arrays. Zero where no cells are linearised.
    [[nodiscard]] std::vector<double> linearisation_errors(const VirtualChip& chip,
                                                           const RunContext& context) const;
    /// Column sums before conversion on the first images: by layer and slice, sampled as in
    /// calibrate().
    [[nodiscard]] std::vector<std::vector<std::vector<float>>> column_sums(
        const VirtualChip& chip, std::int64_t images, const RunContext& context) const;
    /// What the codes stand for: by layer, then row part and slice.
    [[nodiscard]] std::vector<AdcScales> converter_scales(const RunContext& context) const;

    [[nodiscard]] const Classification& digital() const { return digital_; }
    [[nodiscard]] const Classification& ideal() const { return ideal_; }
    [[nodiscard]] const Graph& graph() const { return graph_; }
    [[nodiscard]] const std::vector<LayerRanges>& ranges() const { return ranges_; }
    [[nodiscard]] const std::vector<LayerSettings>& settings() const { return settings_; }
    [[nodiscard]] const DeviceModel& device() const { return device_; }
    [[nodiscard]] const std::vector<std::int64_t>& labels() const { return test_.labels; }

  private:
    [[nodiscard]] std::vector<LayerError> compared(const std::vector<AnalogLayer>& layers,
                                                   std::int64_t images,
                                                   const RunContext& context) const;

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
