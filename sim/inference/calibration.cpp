#include "sim/inference/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "sim/core/error.hpp"
#include "sim/inference/analog_network.hpp"

namespace ohmgrid {
namespace {

/// Column sums looked at per layer and image: enough for a percentile of 99.99 %, few enough to
/// stay below 100 MB for a network of 100 layers.
constexpr std::int64_t sums_per_image = 20000;
/// Inputs looked at per layer and image when a percentile below 100 % is asked for.
constexpr std::int64_t inputs_per_image = 10000;

/// The range that holds `share` of the values, equal shares cut off at both ends; a range that
/// touches zero from one side keeps zero as its end.
ValueRange range_of(std::vector<float>& values, double share) {
    const auto at = [&](double position) {
        const double index = position * static_cast<double>(values.size() - 1);
        const auto nth = values.begin() + static_cast<std::ptrdiff_t>(std::llround(index));
        std::nth_element(values.begin(), nth, values.end());
        return *nth;
    };
    if (values.empty()) return {};
    const double cut = (1 - share) / 2;
    const bool never_negative = *std::min_element(values.begin(), values.end()) >= 0;
    return {.low = never_negative ? 0 : std::min(at(cut), 0.0F),
            .high = std::max(at(never_negative ? share : 1 - cut), 0.0F)};
}

/// Values gathered by image and layer, joined in image order so that threads change nothing.
class Samples {
  public:
    Samples(std::size_t images, std::size_t layers)
        : slots_(images, std::vector<std::vector<float>>(layers)) {}

    std::vector<float>& at(std::int64_t image, std::size_t layer) {
        return slots_[static_cast<std::size_t>(image)][layer];
    }
    std::vector<float> join(std::size_t layer) {
        std::vector<float> all;
        for (auto& image : slots_) {
            all.insert(all.end(), image[layer].begin(), image[layer].end());
            image[layer] = {};
        }
        return all;
    }

  private:
    std::vector<std::vector<std::vector<float>>> slots_;
};

void require_images(std::span<const FeatureMap> images) {
    if (!images.empty()) return;
    throw InputError(Message{.place = {},
                             .id = "CAL001",
                             .what = "there are no calibration images",
                             .remedy = "Set data.calibration to an image set and "
                                       "data.calibration_limit above 0"});
}

}  // namespace

std::vector<LayerRanges> calibrate_inputs(const Graph& graph, std::span<const FeatureMap> images,
                                          const std::vector<LayerSettings>& settings,
                                          const RunContext& context) {
    require_images(images);
    Samples samples(images.size(), settings.size());
    const Executor digital(graph);
    const auto observe = [&](LayerId layer, std::int64_t image, const FeatureMap& in) {
        const auto index = static_cast<std::size_t>(layer.value);
        std::vector<float>& seen = samples.at(image, index);
        const auto [low, high] = std::minmax_element(in.values.begin(), in.values.end());
        if (settings[index].mapping.input_percentile >= 1) {
            seen = {*low, *high};
            return;
        }
        const auto count = static_cast<std::int64_t>(in.values.size());
        const std::int64_t stride = std::max<std::int64_t>(1, count / inputs_per_image);
        for (std::int64_t i = 0; i < count; i += stride) {
            seen.push_back(in.values[static_cast<std::size_t>(i)]);
        }
    };
    digital.run(images, observe, context);

    std::vector<LayerRanges> ranges;
    for (std::size_t layer = 0; layer < settings.size(); ++layer) {
        std::vector<float> seen = samples.join(layer);
        ranges.push_back({.input = range_of(seen, settings[layer].mapping.input_percentile)});
    }
    return ranges;
}

void calibrate_columns(const Graph& graph, std::span<const FeatureMap> images,
                       const std::vector<LayerSettings>& settings, const DeviceModel& device,
                       std::vector<LayerRanges>& ranges, const RunContext& context) {
    require_images(images);
    std::vector<LayerSettings> exact = settings;
    std::size_t most_slices = 0;
    for (LayerSettings& layer : exact) {
        layer.adc.type = AdcType::ideal;
        most_slices = std::max(
            most_slices, static_cast<std::size_t>(layer.mapping.slices(layer.array.cell_bits)));
    }
    const AnalogNetwork observed(graph, exact, device, ranges);
    Samples samples(images.size(), settings.size() * most_slices);
    const auto observe = [&](LayerId layer, std::int64_t image, const FeatureMap& in, int worker) {
        std::vector<std::vector<float>> sums;
        observed.observe(layer, in, sums_per_image, worker, sums);
        for (std::size_t s = 0; s < sums.size(); ++s) {
            samples.at(image, static_cast<std::size_t>(layer.value) * most_slices + s) =
                std::move(sums[s]);
        }
    };
    observed.run(images, observe, context);

    for (std::size_t layer = 0; layer < settings.size(); ++layer) {
        const auto slices = static_cast<std::size_t>(
            settings[layer].mapping.slices(settings[layer].array.cell_bits));
        for (std::size_t s = 0; s < slices; ++s) {
            std::vector<float> seen = samples.join(layer * most_slices + s);
            ranges[layer].sum_of_slice.push_back(range_of(seen, settings[layer].adc.percentile));
        }
    }
}

}  // namespace ohmgrid
