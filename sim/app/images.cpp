#include "sim/app/images.hpp"

#include <fmt/format.h>

#include "sim/core/error.hpp"

namespace ohmgrid {

RunImages::RunImages(const RunFile& run)
    : test_(read(run, run.data.test, run.data.limit, "data.test")),
      calibration_(
          read(run, run.data.calibration, run.data.calibration_limit, "data.calibration")) {}

RunImages::Part RunImages::read(const RunFile& run, const std::string& source, std::int64_t most,
                                const char* key) {
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
    Preprocessing preprocess(run.data, set.shape());
    return {std::move(set), std::move(preprocess)};
}

LabelledImages RunImages::test() const {
    return {{test_.set.count(), loader_of(test_.set, test_.preprocess)}, test_.set.labels()};
}

ImageSource RunImages::calibration() const {
    return {calibration_.set.count(), loader_of(calibration_.set, calibration_.preprocess)};
}

void refuse_without_weights(const RunFile& run) {
    if (!run.network.has_weights()) {
        throw InputError(
            Message{.place = {},
                    .id = "RUN005",
                    .what = fmt::format("network {} has shapes but no weights", run.network.name),
                    .remedy = "Use a trained .onnx network, or 'ohmgrid cost' for the "
                              "cost table alone"});
    }
}

InferenceReport infer_run(const RunFile& run, const RunContext& context) {
    refuse_without_weights(run);
    const RunImages images(run);
    return evaluate(run.network, images.test(), images.calibration(), layer_settings(run),
                    run.device, context);
}

}  // namespace ohmgrid
