#include "sim/inference/diagnosis.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ohmgrid {
namespace {

constexpr int bins = 32;

std::vector<double> errors_of(const std::vector<LayerError>& layers) {
    std::vector<double> errors;
    for (const LayerError& layer : layers) errors.push_back(layer.relative_rms_error);
    return errors;
}

bool needs_converters(ErrorSource source) {
    return source == ErrorSource::converter_static || source == ErrorSource::converter_noise ||
           source == ErrorSource::multiplexer;
}

SumHistogram histogram_of(const std::vector<float>& sums, const AdcScale& scale) {
    SumHistogram out;
    if (sums.empty()) return out;
    if (scale.step > 0) {
        out.range_low = scale.low;
        out.range_high = scale.low + scale.top_code * scale.step;
    }
    const auto [lowest, highest] = std::minmax_element(sums.begin(), sums.end());
    out.first_edge = static_cast<double>(*lowest);
    out.bin_width = (static_cast<double>(*highest) - out.first_edge) / bins;
    out.share.assign(bins, 0);
    const double each = 1 / static_cast<double>(sums.size());
    for (const float sum : sums) {
        const auto value = static_cast<double>(sum);
        const double at =
            out.bin_width > 0 ? std::floor((value - out.first_edge) / out.bin_width) : 0;
        out.share[static_cast<std::size_t>(std::clamp(at, 0.0, bins - 1.0))] += each;
        if (scale.step > 0 && value < out.range_low) out.below += each;
        if (scale.step > 0 && value > out.range_high) out.above += each;
    }
    return out;
}

std::vector<LayerDiagnosis> histograms(const Experiment& experiment, const VirtualChip& chip,
                                       std::int64_t images, const RunContext& context) {
    const auto sums = experiment.column_sums(chip, images, context);
    const auto scales = experiment.converter_scales(context);
    std::vector<LayerDiagnosis> layers;
    for (const NodeId id : experiment.graph().weighted_nodes()) {
        const std::size_t layer = layers.size();
        layers.push_back({.name = experiment.graph().node(id).name});
        for (std::size_t s = 0; s < sums[layer].size(); ++s) {
            layers.back().sums.push_back(histogram_of(sums[layer][s], scales[layer][s]));
        }
    }
    return layers;
}

}  // namespace

double signal_to_noise_db(double relative_rms_error) {
    return relative_rms_error > 0 ? -20 * std::log10(relative_rms_error)
                                  : std::numeric_limits<double>::infinity();
}

Diagnosis diagnose(const Experiment& experiment, const VirtualChip& chip, std::int64_t images,
                   const RunContext& context) {
    Diagnosis out;
    const auto errors = [&](ErrorSources sources, Conversions conversions) {
        VirtualChip partial = chip;
        partial.sources = sources;
        return errors_of(experiment.layer_errors(partial, conversions, images, context));
    };
    out.causes.push_back(
        {"quantisation", errors(ErrorSources::none(), Conversions::without_converters)});
    out.causes.push_back({"conversion", errors(ErrorSources::none(), Conversions::as_designed)});
    for (const ErrorSource source : all_error_sources) {
        if (!chip.sources.has(source)) continue;
        const bool converted = needs_converters(source);
        ErrorCause cause{
            std::string(to_text(source)),
            errors(ErrorSources::only(source),
                   converted ? Conversions::as_designed : Conversions::without_converters)};
        const ErrorCause& without = out.causes[converted ? 1 : 0];
        if (cause.relative_rms_error != without.relative_rms_error) {
            out.causes.push_back(std::move(cause));
        }
    }
    out.causes.push_back({"all", errors(chip.sources, Conversions::as_designed)});
    const std::vector<double>& all = out.causes.back().relative_rms_error;
    const auto broken =
        std::find_if(all.begin(), all.end(), [](double error) { return error > broken_error; });
    if (broken != all.end()) out.first_broken = static_cast<std::size_t>(broken - all.begin());
    out.layers = histograms(experiment, chip, std::min<std::int64_t>(images, 4), context);
    return out;
}

}  // namespace ohmgrid
