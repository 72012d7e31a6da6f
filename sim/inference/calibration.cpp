#include "sim/inference/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/error.hpp"
#include "sim/inference/analog_network.hpp"

namespace ohmgrid {
namespace {

/// Enough for a percentile of 99.99 % over a handful of images, and below 100 MB for 100 layers.
constexpr std::int64_t sums_per_image = 20000;
/// Inputs looked at per layer and image when a percentile below 100 % is asked for.
constexpr std::int64_t inputs_per_image = 10000;

/// The value that a share of the sorted values does not exceed.
float at_share(const std::vector<float>& sorted, double share) {
    const double index = share * static_cast<double>(sorted.size() - 1);
    return sorted[static_cast<std::size_t>(std::llround(index))];
}

/// The range between two shares cut off, zero always inside.
ValueRange range_between(const std::vector<float>& sorted, double cut_low, double cut_high) {
    const float high = at_share(sorted, 1 - cut_high);
    if (sorted.front() >= 0) return {.low = 0, .high = high};
    return {.low = std::min(at_share(sorted, cut_low), 0.0F), .high = std::max(high, 0.0F)};
}

/// Mean absolute error of a converter on evenly spaced ones of the sorted values.
double mean_error(const std::vector<float>& sorted, const AdcScale& scale) {
    constexpr std::size_t looked_at = 8192;
    const std::size_t stride = std::max<std::size_t>(1, sorted.size() / looked_at);
    double sum = 0;
    for (std::size_t i = 0; i < sorted.size(); i += stride) {
        const auto value = static_cast<double>(sorted[i]);
        const double code =
            std::nearbyint(std::clamp((value - scale.low) / scale.step, 0.0, scale.top_code));
        sum += std::abs(scale.low + code * scale.step - value);
    }
    return sum;
}

/// Tries `cuts` at both ends around the best pair so far.
struct Cuts {
    double low = 0;
    double high = 0;
    double error = std::numeric_limits<double>::infinity();

    void try_all(const std::vector<float>& sorted, const AdcSpec& adc,
                 const std::vector<double>& lows, const std::vector<double>& highs) {
        for (const double cut_low : lows) {
            for (const double cut_high : highs) {
                const AdcScale scale = ranged_scale(adc, range_between(sorted, cut_low, cut_high));
                const double found = mean_error(sorted, scale);
                if (found < error) *this = {cut_low, cut_high, found};
            }
        }
    }
};

ValueRange least_error_range(std::vector<float> values, const AdcSpec& adc) {
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    Cuts best;
    const std::vector<double> decades{0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1};
    best.try_all(values, adc, values.front() < 0 ? decades : std::vector<double>{0}, decades);
    for (const double factor : {3.0, 1.7}) {
        const auto around = [factor](double cut) {
            return cut > 0 ? std::vector<double>{cut / factor, cut, cut * factor}
                           : std::vector<double>{0};
        };
        best.try_all(values, adc, around(best.low), around(best.high));
    }
    return range_between(values, best.low, best.high);
}

double share_outside(const std::vector<float>& values, ValueRange range) {
    const auto outside = std::count_if(
        values.begin(), values.end(), [range](float v) { return v < range.low || v > range.high; });
    return values.empty() ? 0 : static_cast<double>(outside) / static_cast<double>(values.size());
}

/// The range that holds `share` of the values. Zero is always inside: a word line that is off must
/// not be forced to another value.
ValueRange range_of(std::vector<float> values, double share) {
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    if (values.front() >= 0) return range_between(values, 0, 1 - share);
    return range_between(values, (1 - share) / 2, (1 - share) / 2);
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

}  // namespace

std::vector<std::vector<std::vector<float>>> observed_sums(const Graph& graph,
                                                           const ImageSource& images,
                                                           const std::vector<AnalogLayer>& layers,
                                                           const RunContext& context) {
    std::size_t most_slices = 0;
    for (const AnalogLayer& layer : layers) {
        most_slices = std::max(most_slices, static_cast<std::size_t>(layer.slices()));
    }
    Samples samples(images.count, layers.size() * most_slices);
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

    std::vector<std::vector<std::vector<float>>> sums(layers.size());
    for (std::size_t layer = 0; layer < layers.size(); ++layer) {
        for (std::size_t s = 0; s < static_cast<std::size_t>(layers[layer].slices()); ++s) {
            sums[layer].push_back(samples.take(layer * most_slices + s));
        }
    }
    return sums;
}

std::vector<LayerRanges> calibrate(const Graph& graph, const ImageSource& images,
                                   const std::vector<LayerSettings>& settings,
                                   const DeviceModel& device, const RunContext& context,
                                   RangeSearch search) {
    if (images.count == 0) {
        throw InputError(Message{.place = {},
                                 .id = "CAL001",
                                 .what = "there are no calibration images",
                                 .remedy = "Set data.calibration to an image set and "
                                           "data.calibration_limit above 0"});
    }
    std::vector<LayerRanges> ranges = input_ranges(graph, images, settings, context);
    // A design is calibrated before any chip is made: wires are known, random errors are not.
    const VirtualChip nominal{
        .sources = ErrorSources::only(ErrorSource::wires).with(ErrorSource::multiplexer)};
    const auto layers = analog_layers(graph, quantised_network(graph, settings), settings, device,
                                      ranges, Conversions::observed, nominal, context);
    const auto sums = observed_sums(graph, images, layers, context);
    for (std::size_t layer = 0; layer < settings.size(); ++layer) {
        const AdcSpec& adc = settings[layer].adc;
        const bool searches = search == RangeSearch::least_error && adc.type != AdcType::ideal;
        for (const std::vector<float>& seen : sums[layer]) {
            const ValueRange range =
                searches ? least_error_range(seen, adc) : range_of(seen, adc.percentile);
            ranges[layer].sum_of_slice.push_back(range);
            ranges[layer].clipped_share.push_back(share_outside(seen, range));
        }
    }
    return ranges;
}

}  // namespace ohmgrid
