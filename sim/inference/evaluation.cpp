#include "sim/inference/evaluation.hpp"

#include <boost/math/distributions/binomial.hpp>
#include <utility>

namespace ohmgrid {

Interval interval_95(std::int64_t correct, std::int64_t images) {
    using Binomial = boost::math::binomial_distribution<>;
    constexpr double tail = 0.025;
    const auto n = static_cast<double>(images);
    const auto k = static_cast<double>(correct);
    return {Binomial::find_lower_bound_on_p(n, k, tail),
            Binomial::find_upper_bound_on_p(n, k, tail)};
}

InferenceReport evaluate(const Experiment& experiment,
                         const std::optional<ImageSource>& calibration, const RunContext& context,
                         std::int64_t error_images) {
    const VirtualChip virtual_chip{.seed = context.seed};
    ChipReport chip = experiment.run(virtual_chip, context, error_images);
    std::vector<CompensationEffect> compensation =
        compensation_effects(experiment, chip, virtual_chip, calibration, context, error_images);
    const std::vector<double> linearisation =
        experiment.linearisation_errors(virtual_chip, context);
    for (std::size_t i = 0; i < chip.layers.size(); ++i) {
        chip.layers[i].linearisation_error = linearisation[i];
    }
    return {.images = chip.images,
            .digital_correct = experiment.digital().correct,
            .ideal_correct = experiment.ideal().correct,
            .analog_correct = chip.correct,
            .agreeing = chip.agreeing,
            .setup_seconds = chip.setup_seconds,
            .images_per_second = chip.images_per_second,
            .array_bytes = chip.array_bytes,
            .layers = std::move(chip.layers),
            .predictions = std::move(chip.predictions),
            .compensation = std::move(compensation)};
}

}  // namespace ohmgrid
