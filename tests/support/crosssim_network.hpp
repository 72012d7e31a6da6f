#pragma once

#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/inference/experiment.hpp"
#include "sim/network/load_network.hpp"
#include "sim/network/preprocessing.hpp"
#include "tests/support/crosssim_rows.hpp"

namespace ohmgrid {

/// Ours beside theirs on the same images.
struct CrossSimComparison {
    double accuracy = 0;
    double agreement = 0;          ///< share of equal predictions
    double score_difference = 0;   ///< rms(ours - theirs) / rms(theirs), class scores
    double images_per_second = 0;  ///< of the arrays; 0 for the float network
};

/// CrossSim's ResNet-20 study on our arrays. Converter ranges that CrossSim ships are found again
/// by its own rule, least mean error of eight bits on 500 training images, but on other images.
/// Which 500 of ours is a choice; the input ranges are known to about 1e-7. What changes with
/// either is what the unknown ranges leave open.
class CrossSimNetwork {
  public:
    static constexpr std::int64_t calibration_images = 500;

    explicit CrossSimNetwork(const RunContext& context)
        : context_(context), graph_(load_network(data("crosssim_resnet20_cifar10.onnx"))) {
        spec_.mean = {0.485, 0.456, 0.406};
        spec_.std = {0.229, 0.224, 0.225};
    }

    /// @param variant  0 .. 9; another one takes other training images, or where the row needs none
    ///                 input ranges 1e-7, 2e-7, ... larger and smaller
    CrossSimComparison compare(const CrossSimRow& row, std::int64_t variant = 0) {
        const bool calibrates = row.expressible() == Expressible::but_both_ranges;
        const ImageSet test = read_images(data("cifar10_test.h5"), spec_, row.images());
        const Preprocessing preprocess(spec_, test.shape());
        const std::vector<LayerRanges>& ranges = ranges_of(row, calibrates ? variant : 0);
        std::vector<LayerSettings> settings = row.settings(graph_, ranges);
        if (!calibrates) {
            const auto steps = static_cast<double>((variant + 1) / 2);
            for (LayerSettings& layer : settings) {
                const double factor = 1 + (variant % 2 == 0 ? -1e-7 : 1e-7) * steps;
                layer.mapping.input_low *= factor;
                layer.mapping.input_high *= factor;
            }
        }
        const Experiment experiment(with_gain(row.output_gain()),
                                    {{test.count(), loader_of(test, preprocess)}, test.labels()},
                                    ranges, std::move(settings), row.device(), context_);
        if (row.is_float()) {
            const Classification& digital = experiment.digital();
            return beside(row.scores(), digital.scores, digital.correct);
        }
        const ChipReport chip = experiment.run({.seed = context_.seed}, context_);
        CrossSimComparison out = beside(row.scores(), chip.scores, chip.correct);
        out.images_per_second = chip.images_per_second;
        return out;
    }

  private:
    const std::vector<LayerRanges>& ranges_of(const CrossSimRow& row, std::int64_t set) {
        auto& found = ranges_[{row.calibration(), set}];
        if (!found.empty()) return found;
        const std::int64_t first = set * calibration_images;
        const ImageSet train =
            read_images(data("cifar10_train_subset.h5"), spec_, first + calibration_images);
        const Preprocessing preprocess(spec_, train.shape());
        const ImageLoader load = loader_of(train, preprocess);
        const ImageSource source{
            calibration_images,
            [&](std::int64_t image, std::span<float> values) { load(first + image, values); }};
        found = calibrate(
            graph_, source, row.calibration_settings(graph_), row.calibration_device(), context_,
            row.calibration() == "none" ? RangeSearch::percentile : RangeSearch::least_error);
        if (row.calibration() == "none") {  // nothing is cut off, on other images either
            for (LayerRanges& layer : found) {
                layer.input.low *= 2;
                layer.input.high *= 2;
            }
        }
        return found;
    }

    static std::string data(const char* name) {
        return (*shared_folder() / "data" / name).string();
    }

    /// The network with every layer's outputs, biases apart, `gain` times as large.
    [[nodiscard]] Graph with_gain(double gain) const {
        Graph scaled = graph_;
        for (Node& node : scaled.nodes) {
            if (!node.is_weighted()) continue;
            for (float& weight : node.weights) weight *= static_cast<float>(gain);
        }
        return scaled;
    }

    static CrossSimComparison beside(const Scores& theirs, const Scores& ours,
                                     std::int64_t correct) {
        const auto images = static_cast<double>(theirs.images());
        CrossSimComparison out{.accuracy = static_cast<double>(correct) / images};
        double error = 0;
        double signal = 0;
        std::int64_t equal = 0;
        for (std::int64_t i = 0; i < theirs.images(); ++i) {
            if (best_class(ours.of(i)) == best_class(theirs.of(i))) ++equal;
        }
        out.agreement = static_cast<double>(equal) / images;
        for (std::size_t i = 0; i < theirs.values.size(); ++i) {
            const auto exact = static_cast<double>(theirs.values[i]);
            error += std::pow(static_cast<double>(ours.values[i]) - exact, 2);
            signal += exact * exact;
        }
        out.score_difference = std::sqrt(error / signal);
        return out;
    }

    RunContext context_;
    Graph graph_;
    DataSpec spec_;
    std::map<std::pair<std::string, std::int64_t>, std::vector<LayerRanges>> ranges_;
};

}  // namespace ohmgrid
