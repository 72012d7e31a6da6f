#include "sim/network/classification.hpp"

#include <algorithm>

namespace ohmgrid {
namespace {

/// Images between two reports of progress: some 0.1 s of ResNet-20 on one core.
constexpr std::int64_t images_per_report = 256;

}  // namespace

std::int64_t best_class(std::span<const float> scores) {
    return std::distance(scores.begin(), std::max_element(scores.begin(), scores.end()));
}

Classification classify(const RunContext& context, const Executor& run, const ImageLoader& load,
                        std::span<const std::int64_t> labels) {
    const std::int64_t total = std::ssize(labels);
    Classification out;
    for (std::int64_t first = 0; first < total; first += images_per_report) {
        const std::int64_t count = std::min(images_per_report, total - first);
        const Scores part = run(context, {.first = first, .count = count}, load);
        out.scores.classes = part.classes;
        out.scores.values.insert(out.scores.values.end(), part.values.begin(), part.values.end());
        for (std::int64_t i = 0; i < count; ++i) {
            out.predictions.push_back(best_class(part.of(i)));
            const bool hit = out.predictions.back() == labels[static_cast<std::size_t>(first + i)];
            out.correct += hit ? 1 : 0;
        }
        context.report(
            {.task = "digital network", .unit = "images", .done = first + count, .total = total});
    }
    return out;
}

}  // namespace ohmgrid
