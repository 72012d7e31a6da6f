#include "sim/inference/evaluation.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <chrono>
#include <cmath>

#include "sim/core/error.hpp"
#include "sim/inference/analog_network.hpp"

namespace ohmgrid {
namespace {

std::vector<std::int64_t> predictions(const Scores& scores) {
    std::vector<std::int64_t> classes;
    for (std::int64_t image = 0; image < scores.images(); ++image) {
        const auto row = scores.of(image);
        classes.push_back(std::max_element(row.begin(), row.end()) - row.begin());
    }
    return classes;
}

std::int64_t equal_entries(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
    std::int64_t count = 0;
    for (std::size_t i = 0; i < a.size(); ++i) count += a[i] == b[i] ? 1 : 0;
    return count;
}

/// Runs the executor in slices so that the user sees progress and can stop.
std::vector<std::int64_t> predict(const Executor& run, const ImageSource& images,
                                  std::string_view task, const RunContext& context) {
    constexpr std::int64_t slice = 64;
    std::vector<std::int64_t> classes;
    for (std::int64_t first = 0; first < images.count; first += slice) {
        const std::int64_t count = std::min(slice, images.count - first);
        const auto more = predictions(run(context, {first, count}, images.load));
        classes.insert(classes.end(), more.begin(), more.end());
        context.report({task, "images", first + count, images.count});
    }
    return classes;
}

/// Sums of squares of one layer on one image.
struct ErrorSum {
    double error = 0;
    double signal = 0;
    double density = 0;
};

std::vector<LayerError> layer_errors(const Graph& graph, const ImageSource& images,
                                     const std::vector<AnalogLayer>& layers,
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
        errors.push_back(
            {.name = graph.node(nodes[layer]).name,
             .relative_rms_error = total.signal > 0 ? std::sqrt(total.error / total.signal) : 0,
             .input_bit_density = total.density});
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
        analog_layers(graph, settings, device, ranges, ConverterErrors::as_designed);
    const auto ideal = ideal_layers(graph, settings, ranges);

    InferenceReport report{.images = images.count};
    const auto float_classes = predict(Executor(graph), images, "digital", context);
    const auto ideal_classes =
        predict(Executor(graph, on_arrays(ideal, context.threads)), images, "ideal array", context);
    const auto began = std::chrono::steady_clock::now();
    report.predictions =
        predict(Executor(graph, on_arrays(layers, context.threads)), images, "this chip", context);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
    report.images_per_second = static_cast<double>(images.count) / seconds.count();
    report.digital_correct = equal_entries(float_classes, test.labels);
    report.ideal_correct = equal_entries(ideal_classes, test.labels);
    report.analog_correct = equal_entries(report.predictions, test.labels);
    report.agreeing = equal_entries(report.predictions, float_classes);
    const ImageSource sample{std::min(error_images, images.count), images.load};
    report.layers = layer_errors(graph, sample, layers, context);
    return report;
}

}  // namespace ohmgrid
