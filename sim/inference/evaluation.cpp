#include "sim/inference/evaluation.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <chrono>
#include <cmath>

#include "sim/core/error.hpp"
#include "sim/inference/analog_network.hpp"
#include "sim/network/classification.hpp"

namespace ohmgrid {
namespace {

/// Sums of squares of one layer on one image.
struct ErrorSum {
    double error = 0;
    double signal = 0;
    double density = 0;
};

std::vector<LayerError> layer_errors(const Graph& graph, const ImageSource& images,
                                     const std::vector<AnalogLayer>& layers,
                                     const std::vector<LayerSettings>& settings,
                                     const RunContext& context) {
    std::vector<DigitalLayer> digital;
    for (const NodeId id : graph.weighted_nodes()) digital.emplace_back(graph, id);
    std::vector<ErrorSum> sums(layers.size() * static_cast<std::size_t>(images.count));
    std::vector<AnalogWorkspace> workspaces(static_cast<std::size_t>(context.threads));
    const LayerFunction compare = [&](const LayerCall& call, const FeatureMap& in,
                                      FeatureMap& out) {
        const auto layer = static_cast<std::size_t>(call.layer.value);
        layers[layer].run(in.values.data(), out.values.data(),
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

    std::vector<LayerError> errors;
    const std::vector<NodeId> nodes = graph.weighted_nodes();
    for (std::size_t layer = 0; layer < layers.size(); ++layer) {
        ErrorSum total;
        for (std::size_t at = layer; at < sums.size(); at += layers.size()) {
            total.error += sums[at].error;
            total.signal += sums[at].signal;
            total.density += sums[at].density / static_cast<double>(images.count);
        }
        const Node& node = graph.node(nodes[layer]);
        const LayerSettings& own = settings[layer];
        errors.push_back(
            {.name = node.name,
             .relative_rms_error = total.signal > 0 ? std::sqrt(total.error / total.signal) : 0,
             .input_bit_density = total.density,
             .cell_level =
                 mean_cell_level(quantise_weights(node, own.mapping), own.array, own.mapping)});
    }
    return errors;
}

}  // namespace

Interval interval_95(std::int64_t correct, std::int64_t images) {
    using Binomial = boost::math::binomial_distribution<>;
    constexpr double tail = 0.025;
    const auto n = static_cast<double>(images);
    const auto k = static_cast<double>(correct);
    return {Binomial::find_lower_bound_on_p(n, k, tail),
            Binomial::find_upper_bound_on_p(n, k, tail)};
}

InferenceReport evaluate(const Graph& graph, const LabelledImages& test,
                         const ImageSource& calibration, const std::vector<LayerSettings>& settings,
                         const DeviceModel& device, const RunContext& context,
                         std::int64_t error_images) {
    const ImageSource& images = test.images;
    if (images.count == 0) {
        throw InputError(Message{.place = {},
                                 .id = "EVA001",
                                 .what = "there are no test images",
                                 .remedy = "Set data.test to an image set and data.limit above 0"});
    }
    const std::vector<LayerRanges> ranges =
        calibrate(graph, calibration, settings, device, context);
    const auto layers =
        analog_layers(graph, settings, device, ranges, ConverterErrors::as_designed, context);
    const auto ideal = ideal_layers(graph, settings, ranges);
    const auto classified = [&](const ExecutorOptions& options) {
        return classify(context, Executor(graph, options), images.load, test.labels);
    };
    const Classification digital = classified({});
    const Classification exact = classified(on_arrays(ideal, context.threads));
    const auto began = std::chrono::steady_clock::now();
    const Classification analog = classified(on_arrays(layers, context.threads));
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;

    InferenceReport report{.images = images.count,
                           .digital_correct = digital.correct,
                           .ideal_correct = exact.correct,
                           .analog_correct = analog.correct,
                           .images_per_second = static_cast<double>(images.count) / seconds.count(),
                           .predictions = analog.predictions};
    for (std::size_t i = 0; i < analog.predictions.size(); ++i) {
        report.agreeing += analog.predictions[i] == digital.predictions[i] ? 1 : 0;
    }
    const ImageSource sample{std::min(error_images, images.count), images.load};
    report.layers = layer_errors(graph, sample, layers, settings, context);
    return report;
}

}  // namespace ohmgrid
