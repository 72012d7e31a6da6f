#include "sim/inference/calibration.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/error.hpp"
#include "sim/inference/analog_network.hpp"

namespace ohmgrid {
namespace {

/// Enough for a percentile of 99.99 % over a handful of images, and below 100 MB for 100 layers.
constexpr std::int64_t sums_per_image = 20000;
/// Inputs looked at per layer and image when a percentile below 100 % is asked for.
constexpr std::int64_t inputs_per_image = 10000;

/// The range that holds `share` of the values. Zero is always inside: a word line that is off must
/// not be forced to another value.
ValueRange range_of(std::vector<float> values, double share) {
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    const auto at = [&values](double position) {
        const double index = position * static_cast<double>(values.size() - 1);
        return values[static_cast<std::size_t>(std::llround(index))];
    };
    if (values.front() >= 0) return {.low = 0, .high = at(share)};
    const double cut = (1 - share) / 2;
    return {.low = std::min(at(cut), 0.0F), .high = std::max(at(1 - cut), 0.0F)};
}

/// Values gathered per image and joined in the order of images, so that threads change nothing.
class Samples {
  public:
    Samples(std::int64_t images, std::size_t kinds)
        : slots_(static_cast<std::size_t>(images), std::vector<std::vector<float>>(kinds)) {}

    std::vector<float>& at(std::int64_t image, std::size_t kind) {
        return slots_[static_cast<std::size_t>(image)][kind];
    }
    std::vector<float> take(std::size_t kind) {
        std::vector<float> all;
        for (auto& image : slots_) {
            all.insert(all.end(), image[kind].begin(), image[kind].end());
            image[kind] = {};
        }
        return all;
    }

  private:
    std::vector<std::vector<std::vector<float>>> slots_;
};

std::size_t index(LayerId layer) { return static_cast<std::size_t>(layer.value); }

std::vector<LayerRanges> input_ranges(const Graph& graph, const ImageSource& images,
                                      const std::vector<LayerSettings>& settings,
                                      const RunContext& context) {
    Samples samples(images.count, settings.size());
    const auto observe = [&](const LayerCall& call, const FeatureMap& in) {
        std::vector<float>& seen = samples.at(call.image, index(call.layer));
        if (settings[index(call.layer)].mapping.input_percentile >= 1) {
            const auto [low, high] = std::minmax_element(in.values.begin(), in.values.end());
            seen = {*low, *high};
            return;
        }
        const std::size_t stride =
            std::max<std::size_t>(1, in.values.size() / static_cast<std::size_t>(inputs_per_image));
        for (std::size_t i = 0; i < in.values.size(); i += stride) seen.push_back(in.values[i]);
    };
    (void)Executor(graph, {.observer = observe})(context, {0, images.count}, images.load);

    std::vector<LayerRanges> ranges;
    for (std::size_t layer = 0; layer < settings.size(); ++layer) {
        const double share = settings[layer].mapping.input_percentile;
        ranges.push_back({.input = range_of(samples.take(layer), share)});
    }
    return ranges;
}

/// Every `result`-th window gives about `sums_per_image` column sums.
std::int64_t window_stride(const AnalogLayer& layer) {
    return std::max<std::int64_t>(1, layer.sums_per_image() / sums_per_image);
}

void add_sum_ranges(const Graph& graph, const ImageSource& images,
                    const std::vector<LayerSettings>& settings, const DeviceModel& device,
                    std::vector<LayerRanges>& ranges, const RunContext& context) {
    // A design is calibrated before any chip is made: wires are known, random errors are not.
    const VirtualChip nominal{
        .sources = ErrorSources::only(ErrorSource::wires).with(ErrorSource::multiplexer)};
    const auto layers = analog_layers(graph, quantised_network(graph, settings), settings, device,
                                      ranges, Conversions::observed, nominal, context);
    std::size_t most_slices = 0;
    for (const AnalogLayer& layer : layers) {
        most_slices = std::max(most_slices, static_cast<std::size_t>(layer.slices()));
    }
    Samples samples(images.count, settings.size() * most_slices);
    std::vector<AnalogWorkspace> workspaces(static_cast<std::size_t>(context.threads));
    const auto compute = [&](const LayerCall& call, const FeatureMap& in, FeatureMap& out) {
        const AnalogLayer& layer = layers[index(call.layer)];
        AnalogWorkspace& workspace = workspaces[static_cast<std::size_t>(call.worker)];
        auto sums = layer.observe(in.values.data(), window_stride(layer), workspace);
        for (std::size_t s = 0; s < sums.size(); ++s) {
            samples.at(call.image, index(call.layer) * most_slices + s) = std::move(sums[s]);
        }
        layer.run(in.values.data(), out.values.data(), call.image, workspace);
    };
    const std::vector<LayerFunction> functions(layers.size(), compute);
    (void)Executor(graph, {.layers = functions})(context, {0, images.count}, images.load);

    for (std::size_t layer = 0; layer < settings.size(); ++layer) {
        for (std::size_t s = 0; s < static_cast<std::size_t>(layers[layer].slices()); ++s) {
            ranges[layer].sum_of_slice.push_back(
                range_of(samples.take(layer * most_slices + s), settings[layer].adc.percentile));
        }
    }
}

}  // namespace

std::vector<LayerRanges> calibrate(const Graph& graph, const ImageSource& images,
                                   const std::vector<LayerSettings>& settings,
                                   const DeviceModel& device, const RunContext& context) {
    if (images.count == 0) {
        throw InputError(Message{.place = {},
                                 .id = "CAL001",
                                 .what = "there are no calibration images",
                                 .remedy = "Set data.calibration to an image set and "
                                           "data.calibration_limit above 0"});
    }
    std::vector<LayerRanges> ranges = input_ranges(graph, images, settings, context);
    add_sum_ranges(graph, images, settings, device, ranges, context);
    return ranges;
}

}  // namespace ohmgrid
