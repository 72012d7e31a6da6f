#include "sim/inference/compensation.hpp"

#include <algorithm>

namespace ohmgrid {
namespace {

bool uses(const MappingSpec& mapping, Compensation compensation) {
    switch (compensation) {
        case Compensation::column_gain:
            return mapping.column_gain != ColumnGain::none;
        case Compensation::row_order:
            return mapping.row_order != RowOrder::given;
        case Compensation::drift_scale:
            return mapping.drift_scale != DriftScale::none;
    }
    return false;
}

void leave_out(Compensation compensation, MappingSpec& mapping) {
    switch (compensation) {
        case Compensation::column_gain:
            mapping.column_gain = ColumnGain::none;
            break;
        case Compensation::row_order:
            mapping.row_order = RowOrder::given;
            break;
        case Compensation::drift_scale:
            mapping.drift_scale = DriftScale::none;
            break;
    }
}

CompensationEffect effect_of(std::string name, const ChipReport& with, const ChipReport& without,
                             const std::vector<std::int64_t>& labels) {
    CompensationEffect effect{.name = std::move(name), .correct_without = without.correct};
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const bool right_with = with.predictions[i] == labels[i];
        const bool right_without = without.predictions[i] == labels[i];
        effect.gained += right_with && !right_without ? 1 : 0;
        effect.lost += right_without && !right_with ? 1 : 0;
    }
    for (const LayerError& layer : without.layers) {
        effect.error_without.push_back(layer.relative_rms_error);
    }
    return effect;
}

}  // namespace

std::string_view to_text(Compensation compensation) {
    switch (compensation) {
        case Compensation::column_gain:
            return "column_gain";
        case Compensation::row_order:
            return "row_order";
        case Compensation::drift_scale:
            return "drift_scale";
    }
    return "";
}

std::vector<Compensation> compensations_of(const std::vector<LayerSettings>& settings) {
    std::vector<Compensation> used;
    for (const Compensation compensation : all_compensations) {
        if (std::any_of(settings.begin(), settings.end(), [&](const LayerSettings& layer) {
                return uses(layer.mapping, compensation);
            })) {
            used.push_back(compensation);
        }
    }
    return used;
}

std::vector<LayerSettings> without(std::vector<LayerSettings> settings,
                                   const std::vector<Compensation>& compensations) {
    for (LayerSettings& layer : settings) {
        for (const Compensation each : compensations) leave_out(each, layer.mapping);
    }
    return settings;
}

std::vector<CompensationEffect> compensation_effects(const Experiment& experiment,
                                                     const ChipReport& with,
                                                     const VirtualChip& chip,
                                                     const std::optional<ImageSource>& calibration,
                                                     const RunContext& context,
                                                     std::int64_t error_images) {
    const std::vector<Compensation> used = compensations_of(experiment.settings());
    std::vector<CompensationEffect> effects;
    const auto leave = [&](std::string name, const std::vector<Compensation>& left) {
        const std::vector<LayerSettings> settings = without(experiment.settings(), left);
        const std::vector<LayerRanges> ranges =
            calibration ? calibrate(experiment.graph(), *calibration, settings, experiment.device(),
                                    context)
                        : experiment.ranges();
        const ChipReport plain = experiment.run_on({settings, ranges}, chip, context, error_images);
        effects.push_back(effect_of(std::move(name), with, plain, experiment.labels()));
    };
    for (const Compensation each : used) leave(std::string(to_text(each)), {each});
    if (used.size() > 1) leave("all", used);
    return effects;
}

}  // namespace ohmgrid
