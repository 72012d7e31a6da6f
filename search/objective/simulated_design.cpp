#include "search/objective/simulated_design.hpp"

#include <cmath>
#include <string>

#include "sim/inference/analog_network.hpp"

namespace ohmgrid {
namespace {

/// Images between two looks at the request to stop.
constexpr std::int64_t batch = 128;

/// This rank's part of `count` things in a row.
ImageRange share_of(std::int64_t count, const Ranks& ranks) {
    const std::int64_t first = count * ranks.rank() / ranks.count();
    return {first, count * (ranks.rank() + 1) / ranks.count() - first};
}

/// '1' for every image of the range whose best class is its label.
std::string hits(const Scores& scores, const ImageRange& range,
                 const std::vector<std::int64_t>& labels) {
    std::string text;
    for (std::int64_t i = 0; i < range.count; ++i) {
        const auto label = labels[static_cast<std::size_t>(range.first + i)];
        text += best_class(scores.of(i)) == label ? '1' : '0';
    }
    return text;
}

void fill_statistics(SimulatedAccuracy& result, double sigmas) {
    std::vector<double> shares;
    for (const std::vector<bool>& chip : result.right) {
        const auto count = static_cast<double>(std::ranges::count(chip, true));
        shares.push_back(count / static_cast<double>(chip.size()));
        result.mean += shares.back() / static_cast<double>(result.right.size());
    }
    double squares = 0;
    for (const double share : shares) squares += std::pow(share - result.mean, 2);
    if (shares.size() > 1) {
        result.deviation = std::sqrt(squares / static_cast<double>(shares.size() - 1));
    }
    result.judged = result.mean - sigmas * result.deviation;
}

}  // namespace

std::vector<LayerSettings> settings_of(const Space& space, const Design& design) {
    std::vector<LayerSettings> settings;
    for (std::size_t i = 0; i < space.layer_count(); ++i) {
        const auto option = static_cast<std::size_t>(design.options[i]);
        settings.push_back(with_choice(space.base().settings[i], space.options(i)[option].circuit));
    }
    return settings;
}

Scores scores_on_chip(const Space& space, const std::vector<LayerSettings>& settings,
                      const std::vector<LayerRanges>& ranges, const ImageSource& images,
                      const ImageRange& range, const VirtualChip& chip, const RunContext& context) {
    const Graph& graph = space.base().network;
    const auto layers =
        analog_layers(graph, quantised_network(graph, settings), settings, space.base().device,
                      ranges, Conversions::as_designed, chip, context);
    const Executor run(graph, on_arrays(layers, context.threads));
    Scores all;
    for (std::int64_t done = 0; done < range.count; done += batch) {
        context.throw_if_stopped();
        const Scores part =
            run(context, {range.first + done, std::min(batch, range.count - done)}, images.load);
        all.classes = part.classes;
        all.values.insert(all.values.end(), part.values.begin(), part.values.end());
    }
    return all;
}

SimulatedAccuracy simulated_accuracy(const Space& space, const Design& design,
                                     const SimulatorSpec& spec, Ranks& ranks,
                                     const RunContext& context) {
    RunContext quiet = context;
    quiet.progress = {};
    const std::vector<LayerSettings> settings = settings_of(space, design);
    const std::vector<LayerRanges> ranges =
        calibrate(space.base().network, spec.calibration, settings, space.base().device, quiet);
    const ImageRange mine = share_of(spec.images.images.count, ranks);
    std::string text;
    for (int chip = 0; chip < spec.chips; ++chip) {
        const Scores scores = scores_on_chip(space, settings, ranges, spec.images.images, mine,
                                             {.seed = context.seed, .trial = TrialId{chip}}, quiet);
        text += hits(scores, mine, spec.images.labels);
    }
    SimulatedAccuracy result;
    result.right.resize(static_cast<std::size_t>(spec.chips));
    for (const std::string& part : ranks.exchange(text, context.stop)) {
        const std::size_t images = part.size() / result.right.size();
        for (std::size_t i = 0; i < part.size(); ++i) {
            result.right[i / images].push_back(part[i] == '1');
        }
    }
    fill_statistics(result, spec.sigmas);
    return result;
}

PairedResult paired(const SimulatedAccuracy& reference, const SimulatedAccuracy& other) {
    PairedResult result{.images = std::ssize(reference.right.front()), .lost = 0, .won = 0};
    const auto chips = std::ssize(reference.right);
    for (std::size_t c = 0; c < reference.right.size(); ++c) {
        for (std::size_t i = 0; i < reference.right[c].size(); ++i) {
            const bool before = reference.right[c][i];
            const bool after = other.right[c][i];
            result.lost += before && !after ? 1 : 0;
            result.won += after && !before ? 1 : 0;
        }
    }
    result.lost = (result.lost + chips - 1) / chips;
    result.won /= chips;
    return result;
}

}  // namespace ohmgrid
