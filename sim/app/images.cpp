#include "sim/app/images.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/error.hpp"
#include "sim/inference/calibration_file.hpp"

namespace ohmgrid {

namespace {

ImageSet read(const RunFile& run, const std::string& source, std::int64_t most, const char* key) {
    if (!run.network.has_weights()) {
        throw InputError(
            Message{.place = {},
                    .id = "RUN005",
                    .what = fmt::format("network {} has shapes but no weights", run.network.name),
                    .remedy = "Use a trained .onnx network, or 'ohmgrid cost' for the "
                              "cost table alone"});
    }
    if (source.empty()) {
        throw InputError(Message{.place = {},
                                 .id = "RUN004",
                                 .what = fmt::format("{} names no images", key),
                                 .remedy = fmt::format("Set {} in the run file, or use 'ohmgrid "
                                                       "cost' for the cost table alone",
                                                       key)});
    }
    ImageSet set = read_images(source, run.data, most);
    check_fits(set, run.network);
    return set;
}

}  // namespace

RunImages::RunImages(const RunFile& run, const std::string& source, std::int64_t most,
                     const char* key)
    : set_(read(run, source, most, key)), preprocess_(run.data, set_.shape()) {}

RunImages RunImages::test(const RunFile& run) {
    return {run, run.data.test, run.data.limit, "data.test"};
}

RunImages RunImages::calibration(const RunFile& run) {
    return {run, run.data.calibration, run.data.calibration_limit, "data.calibration"};
}

Experiment make_experiment(const RunFile& run, const RunImages& test, const RunContext& context) {
    std::vector<LayerSettings> settings = layer_settings(run);
    if (std::any_of(settings.begin(), settings.end(), [](const LayerSettings& layer) {
            return layer.reads_law(CellReads::linear);
        })) {
        context.say(
            "note: cells count by Ohm's law; their own is in [device.law]: set array.cells to "
            "\"linearised\" or \"newton\"");
    }
    if (!run.data.ranges.empty()) {
        const CalibrationKey key = calibration_key(run.network, settings, run.device);
        return {run.network,         test.labelled(), read_calibration(run.data.ranges, key),
                std::move(settings), run.device,      context};
    }
    const RunImages calibration = RunImages::calibration(run);
    return {run.network,         test.labelled(), calibration.source(),
            std::move(settings), run.device,      context};
}

InferenceReport infer_run(const RunFile& run, const Experiment& experiment,
                          const RunContext& context) {
    const bool calibrates =
        run.data.ranges.empty() && !compensations_of(experiment.settings()).empty();
    if (!calibrates) return evaluate(experiment, std::nullopt, context);
    const RunImages calibration = RunImages::calibration(run);
    return evaluate(experiment, calibration.source(), context);
}

}  // namespace ohmgrid
