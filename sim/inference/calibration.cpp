#include "sim/inference/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

#include "sim/core/error.hpp"
#include "sim/inference/analog_network.hpp"

namespace ohmgrid {
namespace {

/// Values of a kind looked at in one image: enough for a percentile of 99.99 % over a handful of
/// images, and about a million (4 MB) over many.
std::int64_t values_per_image(std::int64_t images) {
    return std::clamp<std::int64_t>((1 << 20) / images, 1000, 20000);
}

/// An odd stride, so that it does not keep to the same columns of a feature map.
std::int64_t stride_for(std::int64_t values, std::int64_t images) {
    return std::max<std::int64_t>(1, values / values_per_image(images)) | 1;
}

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

/// Sum of |error(value)| over sorted values: all of the outer ones, where clipping happens and few
/// lie, and evenly spaced ones of the rest, each for those beside it.
template <class Error>
double summed_error(const std::vector<float>& sorted, const Error& error) {
    constexpr std::size_t looked_at = 8192;
    const std::size_t tail = sorted.size() / 100;
    const std::size_t stride = std::max<std::size_t>(1, sorted.size() / looked_at);
    double sum = 0;
    std::size_t next = 0;
    for (std::size_t i = 0; i < sorted.size(); i = next) {
        const bool is_outer = i < tail || i + tail + stride >= sorted.size();
        next = i + (is_outer ? 1 : stride);
        sum += static_cast<double>(next - i) * error(sorted[i]);
    }
    return sum;
}

/// What the codes of a converter make of a value, against the value.
double conversion_error(float value, const AdcScale& scale) {
    const auto exact = static_cast<double>(value);
    const double code =
        std::nearbyint(std::clamp((exact - scale.low) / scale.step, 0.0, scale.top_code));
    return std::abs(scale.low + code * scale.step - exact);
}

/// Shares cut off at both ends; the best pair so far.
struct Cuts {
    double low = 0;
    double high = 0;
    double error = std::numeric_limits<double>::infinity();
};

/// The range of sorted values whose codes make the least error; `error_of` a range.
template <class ErrorOf>
ValueRange least_error_range(const std::vector<float>& sorted, const ErrorOf& error_of) {
    Cuts best;
    const auto try_all = [&](const std::vector<double>& lows, const std::vector<double>& highs) {
        for (const double low : lows) {
            for (const double high : highs) {
                const double error = error_of(range_between(sorted, low, high));
                if (error < best.error) best = {low, high, error};
            }
        }
    };
    const std::vector<double> decades{0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1};
    try_all(sorted.front() < 0 ? decades : std::vector<double>{0}, decades);
    for (const double factor : {3.0, 1.7, 1.3, 1.15}) {
        const auto around = [factor](double cut) {
            return cut > 0 ? std::vector<double>{cut / factor, cut, cut * factor}
                           : std::vector<double>{0};
        };
        try_all(around(best.low), around(best.high));
    }
    return range_between(sorted, best.low, best.high);
}

/// The range of column sums that suits a converter.
ValueRange sum_range(std::vector<float> values, const AdcSpec& adc) {
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    return least_error_range(values, [&](ValueRange range) {
        const AdcScale scale = ranged_scale(adc, range);
        return summed_error(values, [&](float v) { return conversion_error(v, scale); });
    });
}

/// The range of inputs that suits their bits.
ValueRange input_range(std::vector<float> values, const MappingSpec& mapping) {
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    return least_error_range(values, [&](ValueRange range) {
        const InputScale scale(range, mapping.input_bits, mapping.signed_inputs);
        return summed_error(values, [&](float v) {
            const float code = static_cast<float>(scale.quantise(v));
            return static_cast<double>(std::abs(code * scale.step() - v));
        });
    });
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

/// How often each digit of the inputs of a layer drives its row.
class DrivenRows {
  public:
    DrivenRows(ValueRange range, const MappingSpec& mapping)
        : scale_(range, mapping.input_bits, mapping.signed_inputs),
          digit_bits_(mapping.encoding == InputEncoding::multi_level ? mapping.input_bits
                                                                     : mapping.step_bits) {}

    void add(const std::vector<float>& values) {
        const std::int32_t mask = (1 << scale_.bits()) - 1;
        const std::int32_t digit_mask = (1 << digit_bits_) - 1;
        for (const float value : values) {
            const std::int32_t q = scale_.quantise(value);
            const bool magnitude = scale_.is_sign_magnitude() || digit_bits_ >= scale_.bits();
            std::int32_t rest = magnitude ? std::abs(q) : q & mask;
            for (std::size_t d = 0; rest > 0; ++d, rest >>= digit_bits_) {
                if (driven_.size() <= d) driven_.resize(d + 1);
                driven_[d] += (rest & digit_mask) != 0 ? 1 : 0;
            }
        }
        values_ += std::ssize(values);
    }
    void add(const DrivenRows& other) {
        driven_.resize(std::max(driven_.size(), other.driven_.size()));
        for (std::size_t d = 0; d < other.driven_.size(); ++d) driven_[d] += other.driven_[d];
        values_ += other.values_;
    }

    /// Of the rows that are driven together with a driven one.
    [[nodiscard]] double share() const {
        double sum = 0, squares = 0;
        for (const std::int64_t count : driven_) {
            const double density = static_cast<double>(count) / static_cast<double>(values_);
            sum += density;
            squares += density * density;
        }
        return sum > 0 ? squares / sum : 1;
    }

  private:
    InputScale scale_;
    int digit_bits_;
    std::vector<std::int64_t> driven_;
    std::int64_t values_ = 0;
};

/// Whether the largest inputs alone decide a layer's range.
bool needs_extremes_only(const MappingSpec& mapping, RangeSearch search) {
    return mapping.input_range == InputRange::fixed ||
           (search == RangeSearch::percentile && mapping.input_percentile >= 1);
}

ValueRange input_range_of(std::vector<float> seen, const MappingSpec& mapping, RangeSearch search) {
    if (mapping.input_range == InputRange::fixed) {
        return {static_cast<float>(mapping.input_low), static_cast<float>(mapping.input_high)};
    }
    return search == RangeSearch::least_error ? input_range(std::move(seen), mapping)
                                              : range_of(std::move(seen), mapping.input_percentile);
}

std::vector<LayerRanges> input_ranges(const Graph& graph, const ImageSource& images,
                                      const std::vector<LayerSettings>& settings,
                                      const RunContext& context, RangeSearch search) {
    Samples samples(images.count, settings.size());
    const auto observe = [&](const LayerCall& call, const FeatureMap& in) {
        std::vector<float>& seen = samples.at(call.image, index(call.layer));
        if (needs_extremes_only(settings[index(call.layer)].mapping, search)) {
            const auto [low, high] = std::minmax_element(in.values.begin(), in.values.end());
            seen = {*low, *high};
            return;
        }
        const auto stride =
            static_cast<std::size_t>(stride_for(std::ssize(in.values), images.count));
        for (std::size_t i = 0; i < in.values.size(); i += stride) seen.push_back(in.values[i]);
    };
    (void)Executor(graph, {.observer = observe})(context, {0, images.count}, images.load);

    std::vector<LayerRanges> ranges;
    for (std::size_t layer = 0; layer < settings.size(); ++layer) {
        ranges.push_back(
            {.input = input_range_of(samples.take(layer), settings[layer].mapping, search)});
    }
    return ranges;
}

bool is_nonlinear(const LayerSettings& layer) {
    return layer.reads_law(CellReads::linearised) || layer.reads_law(CellReads::newton);
}

void measure_driven_shares(const Graph& graph, const ImageSource& images,
                           const std::vector<LayerSettings>& settings, const RunContext& context,
                           std::vector<LayerRanges>& ranges) {
    std::vector<DrivenRows> none;
    for (std::size_t layer = 0; layer < settings.size(); ++layer) {
        none.emplace_back(ranges[layer].input, settings[layer].mapping);
    }
    std::vector<std::vector<DrivenRows>> of_image(static_cast<std::size_t>(images.count), none);
    const auto observe = [&](const LayerCall& call, const FeatureMap& in) {
        of_image[static_cast<std::size_t>(call.image)][index(call.layer)].add(in.values);
    };
    (void)Executor(graph, {.observer = observe})(context, {0, images.count}, images.load);
    for (std::size_t layer = 0; layer < settings.size(); ++layer) {
        for (const auto& image : of_image) none[layer].add(image[layer]);
        ranges[layer].driven_share = none[layer].share();
    }
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
        auto sums = layer.observe(in.values.data(),
                                  stride_for(layer.sums_per_image(), images.count), workspace);
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
    std::vector<LayerRanges> ranges = input_ranges(graph, images, settings, context, search);
    if (std::any_of(settings.begin(), settings.end(), is_nonlinear)) {
        measure_driven_shares(graph, images, settings, context, ranges);
    }
    // A design is calibrated before any chip is made: wires are known, random errors are not.
    const VirtualChip nominal{.sources = ErrorSources::only(ErrorSource::wires)
                                             .with(ErrorSource::multiplexer)
                                             .with(ErrorSource::nonlinear_cells)};
    std::vector<LayerSettings> quick = settings;
    for (LayerSettings& layer : quick) {
        if (layer.array.cells == CellReads::newton) layer.array.cells = CellReads::linearised;
    }
    const auto layers = analog_layers(graph, quantised_network(graph, settings), quick, device,
                                      ranges, Conversions::observed, nominal, context);
    const auto sums = observed_sums(graph, images, layers, context);
    for (std::size_t layer = 0; layer < settings.size(); ++layer) {
        const AdcSpec& adc = settings[layer].adc;
        const bool searches = search == RangeSearch::least_error && adc.type != AdcType::ideal;
        for (const std::vector<float>& seen : sums[layer]) {
            const ValueRange range =
                searches ? sum_range(seen, adc) : range_of(seen, adc.percentile);
            ranges[layer].sum_of_slice.push_back(range);
            ranges[layer].clipped_share.push_back(share_outside(seen, range));
        }
    }
    return ranges;
}

}  // namespace ohmgrid
