#pragma once

#include <functional>

#include "sim/app/run_file.hpp"
#include "sim/inference/evaluation.hpp"
#include "sim/network/preprocessing.hpp"

namespace ohmgrid {

/// One image set of a run file, read, checked against the network and ready to be loaded.
class RunImages {
  public:
    /// data.test and data.calibration.
    /// @throws InputError, IoError as read_images and check_fits; RUN004 if the set is not named,
    ///         RUN005 if the network has no weights to run it with
    static RunImages test(const RunFile& run);
    static RunImages calibration(const RunFile& run);

    [[nodiscard]] ImageSource source() const {
        return {set_.count(), loader_of(set_, preprocess_)};
    }
    [[nodiscard]] LabelledImages labelled() const { return {source(), set_.labels()}; }

  private:
    RunImages(const RunFile& run, const std::string& source, std::int64_t most, const char* key);

    ImageSet set_;
    Preprocessing preprocess_;
};

/// The experiment a run file describes, on `test` images, which must outlive it: ranges from
/// data.ranges or from the calibration images.
/// @throws as RunImages, Experiment and read_calibration
Experiment make_experiment(const RunFile& run, const RunImages& test, const RunContext& context);

/// What the experiment of a run file shows: accuracies, layer errors, effects of compensation.
InferenceReport infer_run(const RunFile& run, const Experiment& experiment,
                          const RunContext& context);

}  // namespace ohmgrid
