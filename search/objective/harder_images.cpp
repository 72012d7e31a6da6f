#include "search/objective/harder_images.hpp"

#include <algorithm>
#include <vector>

#include "sim/network/classification.hpp"
#include "sim/random/random_stream.hpp"

namespace ohmgrid {
namespace {

/// Images that noise is chosen on: their accuracy is known to about one point.
constexpr std::int64_t most_images = 1500;
/// Deviation of preprocessed values at which nothing can be recognised any more.
constexpr double most_noise = 4;
constexpr int halvings = 12;
/// Sets the stream apart from those of search algorithms.
constexpr TrialId stream_trial{1'000'000};

ImageSource with_noise(const ImageSource& images, double noise, std::uint64_t seed) {
    return {images.count,
            [load = images.load, noise, seed](std::int64_t image, std::span<float> values) {
                load(image, values);
                std::vector<double> normals(values.size());
                RandomStream(seed, Purpose::optimiser, stream_trial,
                             static_cast<std::uint32_t>(image))
                    .normals(0, normals);
                for (std::size_t i = 0; i < values.size(); ++i) {
                    values[i] += static_cast<float>(noise * normals[i]);
                }
            }};
}

}  // namespace

HarderImages made_harder(const Graph& network, const LabelledImages& images, double accuracy,
                         const RunContext& context) {
    RunContext quiet = context;
    quiet.progress = {};
    const Executor run(network);
    const auto judged =
        std::span(images.labels)
            .first(static_cast<std::size_t>(std::min(most_images, images.images.count)));
    const auto accuracy_of = [&](const ImageSource& source) {
        return classify(quiet, run, source.load, judged).accuracy();
    };
    HarderImages result{.images = images.images, .accuracy = accuracy_of(images.images)};
    if (result.accuracy <= accuracy) return result;
    double enough = most_noise;
    double too_little = 0;
    for (int i = 0; i < halvings; ++i) {
        const double noise = (enough + too_little) / 2;
        const ImageSource noisy = with_noise(images.images, noise, context.seed);
        const double reached = accuracy_of(noisy);
        if (reached > accuracy) {
            too_little = noise;
            continue;
        }
        enough = noise;
        result = {.images = noisy, .noise = noise, .accuracy = reached};
    }
    return result;
}

}  // namespace ohmgrid
