#include "sim/inference/experiment.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/inference/analog_network.hpp"

namespace ohmgrid {
namespace {

double seconds_since(std::chrono::steady_clock::time_point began) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

/// Sums of squares of one layer on one image.
struct ErrorSum {
    double error = 0;
    double signal = 0;
    double density = 0;
};

/// Sums of every image (outer) and layer (inner).
std::vector<ErrorSum> error_sums(const Graph& graph, const ImageSource& images,
                                 const std::vector<AnalogLayer>& layers,
                                 const RunContext& context) {
    std::vector<DigitalLayer> digital;
    for (const NodeId id : graph.weighted_nodes()) digital.emplace_back(graph, id);
    std::vector<ErrorSum> sums(layers.size() * static_cast<std::size_t>(images.count));
    std::vector<AnalogWorkspace> workspaces(static_cast<std::size_t>(context.threads));
    const LayerFunction compare = [&](const LayerCall& call, const FeatureMap& in,
                                      FeatureMap& out) {
        const auto layer = static_cast<std::size_t>(call.layer.value);
        layers[layer].run(in.values.data(), out.values.data(), call.image,
                          workspaces[static_cast<std::size_t>(call.worker)]);
        const FeatureMap exact = digital[layer](in);
        ErrorSum& sum = sums[static_cast<std::size_t>(call.image) * layers.size() + layer];
        for (std::size_t i = 0; i < out.values.size(); ++i) {
            const auto value = static_cast<double>(exact.values[i]);
            sum.error += std::pow(static_cast<double>(out.values[i]) - value, 2);
            sum.signal += value * value;
        }
        sum.density = layers[layer].input_bit_density(in.values);
    };
    const std::vector<LayerFunction> functions(layers.size(), compare);
    (void)Executor(graph, {.layers = functions})(context, {0, images.count}, images.load);
    return sums;
}

std::vector<LayerError> errors_of_layers(const Graph& graph, const ImageSource& images,
                                         const std::vector<AnalogLayer>& layers,
                                         const RunContext& context) {
    const std::vector<ErrorSum> sums = error_sums(graph, images, layers, context);
    std::vector<LayerError> errors;
    for (const NodeId id : graph.weighted_nodes()) {
        ErrorSum total;
        for (std::size_t at = errors.size(); at < sums.size(); at += layers.size()) {
            total.error += sums[at].error;
            total.signal += sums[at].signal;
            total.density += sums[at].density / static_cast<double>(images.count);
        }
        errors.push_back(
            {.name = graph.node(id).name,
             .relative_rms_error = total.signal > 0 ? std::sqrt(total.error / total.signal) : 0,
             .input_bit_density = total.density});
    }
    return errors;
}

bool is_linearised(const LayerSettings& layer) { return layer.reads_law(CellReads::linearised); }

/// rms(ours - exact) / rms(exact) over lists of equal lengths.
double relative_difference(const std::vector<std::vector<float>>& ours,
                           const std::vector<std::vector<float>>& exact) {
    double error = 0;
    double signal = 0;
    for (std::size_t s = 0; s < exact.size(); ++s) {
        for (std::size_t i = 0; i < exact[s].size(); ++i) {
            const auto value = static_cast<double>(exact[s][i]);
            error += std::pow(static_cast<double>(ours[s][i]) - value, 2);
            signal += value * value;
        }
    }
    return signal > 0 ? std::sqrt(error / signal) : 0;
}

}  // namespace

Experiment::Experiment(const Graph& graph, LabelledImages test, std::vector<LayerRanges> ranges,
                       std::vector<LayerSettings> settings, DeviceModel device,
                       const RunContext& context)
    : graph_(graph),
      test_(std::move(test)),
      settings_(std::move(settings)),
      device_(std::move(device)),
      ranges_(std::move(ranges)),
      weights_(quantised_network(graph_, settings_)) {
    if (test_.images.count == 0) {
        throw InputError(Message{.place = {},
                                 .id = "EVA001",
                                 .what = "there are no test images",
                                 .remedy = "Set data.test to an image set and data.limit above 0"});
    }
    digital_ = classify(context, Executor(graph_), test_.images.load, test_.labels);
    const auto exact = ideal_layers(graph_, weights_, settings_, ranges_);
    ideal_ = classify(context, Executor(graph_, on_arrays(exact, context.threads)),
                      test_.images.load, test_.labels);
}

Experiment::Experiment(const Graph& graph, const LabelledImages& test,
                       const ImageSource& calibration, const std::vector<LayerSettings>& settings,
                       const DeviceModel& device, const RunContext& context)
    : Experiment(graph, test, calibrate(graph, calibration, settings, device, context), settings,
                 device, context) {}

ChipReport Experiment::run(const VirtualChip& chip, const RunContext& context,
                           std::int64_t error_images) const {
    return run_on({settings_, ranges_}, chip, context, error_images);
}

ChipReport Experiment::run_on(const ArrayDesign& design, const VirtualChip& chip,
                              const RunContext& context, std::int64_t error_images) const {
    const auto began = std::chrono::steady_clock::now();
    const auto layers = analog_layers(graph_, weights_, design.settings, device_, design.ranges,
                                      Conversions::as_designed, chip, context);
    ChipReport report{.images = test_.images.count, .setup_seconds = seconds_since(began)};
    for (const AnalogLayer& layer : layers) report.array_bytes += layer.bytes();
    const auto programmed = std::chrono::steady_clock::now();
    Classification analog = classify(context, Executor(graph_, on_arrays(layers, context.threads)),
                                     test_.images.load, test_.labels);
    report.images_per_second = static_cast<double>(report.images) / seconds_since(programmed);
    report.correct = analog.correct;
    for (std::size_t i = 0; i < analog.predictions.size(); ++i) {
        report.agreeing += analog.predictions[i] == digital_.predictions[i] ? 1 : 0;
    }
    report.predictions = std::move(analog.predictions);
    report.scores = std::move(analog.scores);
    if (error_images == 0) return report;
    report.layers = compared(layers, error_images, context);
    return report;
}

std::vector<LayerError> Experiment::compared(const std::vector<AnalogLayer>& layers,
                                             std::int64_t images, const RunContext& context) const {
    const ImageSource sample{std::min(images, test_.images.count), test_.images.load};
    std::vector<LayerError> errors = errors_of_layers(graph_, sample, layers, context);
    for (std::size_t i = 0; i < errors.size(); ++i) {
        errors[i].cell_level =
            mean_cell_level(weights_[i], settings_[i].array, settings_[i].mapping);
    }
    return errors;
}

std::vector<LayerError> Experiment::layer_errors(const VirtualChip& chip, Conversions conversions,
                                                 std::int64_t images,
                                                 const RunContext& context) const {
    const auto layers =
        analog_layers(graph_, weights_, settings_, device_, ranges_, conversions, chip, context);
    return compared(layers, images, context);
}

std::vector<double> Experiment::linearisation_errors(const VirtualChip& chip,
                                                     const RunContext& context) const {
    constexpr std::int64_t windows = 4;
    std::vector<double> errors(settings_.size());
    if (std::none_of(settings_.begin(), settings_.end(), is_linearised)) return errors;
    std::vector<LayerSettings> solving = settings_;
    for (LayerSettings& layer : solving) {
        if (is_linearised(layer)) layer.array.cells = CellReads::newton;
    }
    const auto observed = [&](const std::vector<LayerSettings>& settings) {
        return analog_layers(graph_, weights_, settings, device_, ranges_, Conversions::observed,
                             chip, context);
    };
    const auto linearised = observed(settings_);
    const auto solved = observed(solving);
    const LayerFunction compare = [&](const LayerCall& call, const FeatureMap& in,
                                      FeatureMap& out) {
        const auto layer = static_cast<std::size_t>(call.layer.value);
        AnalogWorkspace workspace;
        linearised[layer].run(in.values.data(), out.values.data(), call.image, workspace);
        if (!is_linearised(settings_[layer])) return;
        const std::int64_t stride =
            std::max<std::int64_t>(1, out.shape.height * out.shape.width / windows);
        errors[layer] =
            relative_difference(linearised[layer].observe(in.values.data(), stride, workspace),
                                solved[layer].observe(in.values.data(), stride, workspace));
    };
    const std::vector<LayerFunction> functions(errors.size(), compare);
    (void)Executor(graph_, {.layers = functions})(context, {0, 1}, test_.images.load);
    return errors;
}

std::vector<std::vector<std::vector<float>>> Experiment::column_sums(
    const VirtualChip& chip, std::int64_t images, const RunContext& context) const {
    const auto layers = analog_layers(graph_, weights_, settings_, device_, ranges_,
                                      Conversions::observed, chip, context);
    const ImageSource sample{std::min(images, test_.images.count), test_.images.load};
    return observed_sums(graph_, sample, layers, context);
}

std::vector<AdcScales> Experiment::converter_scales(const RunContext& context) const {
    const VirtualChip nominal{.sources = ErrorSources::none()};
    std::vector<AdcScales> scales;
    for (const AnalogLayer& layer : analog_layers(graph_, weights_, settings_, device_, ranges_,
                                                  Conversions::as_designed, nominal, context)) {
        scales.push_back(layer.scales());
    }
    return scales;
}

}  // namespace ohmgrid
