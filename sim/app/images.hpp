#pragma once

#include "sim/app/run_file.hpp"
#include "sim/inference/evaluation.hpp"
#include "sim/network/preprocessing.hpp"

namespace ohmgrid {

/// The images a run file names, read, checked against the network and ready to be loaded.
class RunImages {
  public:
    /// @throws InputError, IoError as read_images and check_fits; RUN004 if a set is not named
    explicit RunImages(const RunFile& run);

    [[nodiscard]] LabelledImages test() const;
    [[nodiscard]] ImageSource calibration() const;

  private:
    struct Part {
        ImageSet set;
        Preprocessing preprocess;
    };
    static Part read(const RunFile& run, const std::string& source, std::int64_t most,
                     const char* key);

    Part test_;
    Part calibration_;
};

/// @throws InputError (RUN005) if the network has shapes only.
void refuse_without_weights(const RunFile& run);

/// The inference of a run file: calibration, accuracies, layer errors.
InferenceReport infer_run(const RunFile& run, const RunContext& context);

}  // namespace ohmgrid
