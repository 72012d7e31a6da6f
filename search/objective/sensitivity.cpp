#include "search/objective/sensitivity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <tuple>

#include "sim/inference/analog_network.hpp"

namespace ohmgrid {
namespace {

RunContext without_progress(RunContext context) {
    context.progress = {};
    return context;
}

/// Mean squared distance between the best class and the next.
double squared_lead(const Scores& scores) {
    double sum = 0;
    for (std::int64_t i = 0; i < scores.images(); ++i) {
        const auto row = scores.of(i);
        float best = row[0];
        float next = -std::numeric_limits<float>::infinity();
        for (std::size_t c = 1; c < row.size(); ++c) {
            next = std::max(next, std::min(best, row[c]));
            best = std::max(best, row[c]);
        }
        sum += std::pow(static_cast<double>(best - next), 2);
    }
    return sum / static_cast<double>(scores.images());
}

double deviation(const Scores& a, const Scores& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.values.size(); ++i) {
        sum += std::pow(static_cast<double>(a.values[i]) - static_cast<double>(b.values[i]), 2);
    }
    return sum / static_cast<double>(a.images());
}

using Key = std::tuple<std::size_t, int, int>;  // layer, input bits, converter bits

std::string name_of(const Space& space, const Key& key) {
    const auto& [layer, input_bits, adc_bits] = key;
    return fmt::format("{}/{}/{}", space.layer_name(layer), input_bits, adc_bits);
}

class Measurement {
  public:
    Measurement(const Space& space, const Design& reference, const SimulatorSpec& spec,
                SensitivityBook& book, Ranks& ranks, const RunContext& context)
        : space_(space),
          spec_(spec),
          book_(book),
          ranks_(ranks),
          context_(context),
          settings_(settings_of(space, reference)) {
        for (std::size_t i = 0; i < space.layer_count(); ++i) {
            for (const LayerOption& o : space.options(i)) {
                wanted_.insert({i, o.circuit.input_bits, settings_[i].adc.bits});
                wanted_.insert({i, settings_[i].mapping.input_bits, o.circuit.adc_bits});
            }
        }
    }

    Sensitivities run() {
        const RunContext quiet = without_progress(context_);
        const Experiment fine(space_.base().network, spec_.images, spec_.calibration, settings_,
                              space_.base().device, quiet);
        ranges_ = fine.ranges();
        const ChipReport reference = fine.run({.seed = context_.seed}, quiet, activity_images);
        lead_ = squared_lead(reference.scores);
        for (const LayerError& layer : reference.layers) {
            result_.activities.push_back({.input_density = layer.input_bit_density,
                                          .cell_level = layer.cell_level,
                                          .source = ActivitySource::measured});
        }
        measure_missing(reference.scores);
        result_.quality = quality_of_bits(space_, book_);
        return std::move(result_);
    }

  private:
    static constexpr std::int64_t activity_images = 32;

    /// Round by round, every rank one simulation; after each all know the others' results.
    void measure_missing(const Scores& reference) {
        std::vector<Key> missing;
        for (const Key& key : wanted_) {
            if (!book_.values.contains(name_of(space_, key))) missing.push_back(key);
        }
        result_.simulations = std::ssize(wanted_);
        const auto ranks = static_cast<std::size_t>(ranks_.count());
        for (std::size_t first = 0; first < missing.size(); first += ranks) {
            context_.throw_if_stopped();
            context_.report({.task = "sensitivities",
                             .unit = "simulations",
                             .done = static_cast<std::int64_t>(first),
                             .total = std::ssize(missing)});
            const std::size_t mine = first + static_cast<std::size_t>(ranks_.rank());
            std::string text;
            if (mine < missing.size()) text = fmt::format("{}", measured(missing[mine], reference));
            const std::vector<std::string> all = ranks_.exchange(text, context_.stop);
            for (std::size_t i = 0; i < ranks && first + i < missing.size(); ++i) {
                book_.values[name_of(space_, missing[first + i])] = std::stod(all[i]);
            }
            if (book_.changed) book_.changed();
        }
    }

    [[nodiscard]] double measured(const Key& key, const Scores& reference) const {
        const auto& [layer, input_bits, adc_bits] = key;
        std::vector<LayerSettings> settings = settings_;
        if (settings[layer].mapping.input_bits == input_bits &&
            settings[layer].adc.bits == adc_bits) {
            return 0;
        }
        settings[layer].mapping.input_bits = input_bits;
        settings[layer].adc.bits = adc_bits;
        const Scores coarse = scores_on_chip(space_, settings, ranges_, spec_.images.images,
                                             {0, spec_.images.images.count},
                                             {.seed = context_.seed}, without_progress(context_));
        return deviation(coarse, reference) / lead_;
    }

    const Space& space_;
    const SimulatorSpec& spec_;
    SensitivityBook& book_;
    Ranks& ranks_;
    const RunContext& context_;
    std::vector<LayerSettings> settings_;
    std::vector<LayerRanges> ranges_;  ///< of the reference, for all
    std::set<Key> wanted_;
    double lead_ = 1;
    Sensitivities result_;
};

}  // namespace

std::vector<std::vector<std::vector<double>>> quality_of_bits(const Space& space,
                                                              const SensitivityBook& book) {
    std::vector<std::vector<std::vector<double>>> quality;
    const std::vector<LayerSettings> finest = settings_of(space, finest_design(space));
    for (std::size_t i = 0; i < space.layer_count(); ++i) {
        const auto deviation_at = [&](int input_bits, int adc_bits) {
            return book.values.at(name_of(space, {i, input_bits, adc_bits}));
        };
        std::vector<double> options;
        for (const LayerOption& o : space.options(i)) {
            const double inputs = deviation_at(o.circuit.input_bits, finest[i].adc.bits);
            const double converters =
                deviation_at(finest[i].mapping.input_bits, o.circuit.adc_bits);
            options.push_back(-(inputs + converters));
        }
        quality.emplace_back(static_cast<std::size_t>(space.scope_count(i)), options);
    }
    return quality;
}

Sensitivities measure_sensitivities(const Space& space, const Design& reference,
                                    const SimulatorSpec& spec, SensitivityBook& book, Ranks& ranks,
                                    const RunContext& context) {
    return Measurement(space, reference, spec, book, ranks, context).run();
}

Design finest_design(const Space& space) {
    Design d = space.first_design();
    for (std::size_t i = 0; i < space.layer_count(); ++i) {
        const auto fineness = [&](const LayerOption& o) {
            return std::pair(o.circuit.input_bits, o.circuit.adc_bits);
        };
        const auto& options = space.options(i);
        d.options[i] =
            static_cast<int>(std::ranges::max_element(options, {}, fineness) - options.begin());
    }
    return d;
}

}  // namespace ohmgrid
