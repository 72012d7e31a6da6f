#include "search/objective/sensitivity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include "sim/inference/analog_network.hpp"

namespace ohmgrid {
namespace {

const CircuitChoice& circuit(const Space& space, const Design& design, std::size_t layer) {
    return space.options(layer)[static_cast<std::size_t>(design.options[layer])].circuit;
}

std::vector<LayerSettings> settings_of(const Space& space, const Design& design) {
    std::vector<LayerSettings> settings;
    for (std::size_t i = 0; i < space.layer_count(); ++i) {
        settings.push_back(with_choice(space.base().settings[i], circuit(space, design, i)));
    }
    return settings;
}

RunContext without_progress(RunContext context) {
    context.progress = {};
    return context;
}

/// The network of the space on the arrays of one chip.
Classification on_chip(const Space& space, const std::vector<LayerSettings>& settings,
                       const std::vector<LayerRanges>& ranges, const LabelledImages& images,
                       const VirtualChip& chip, const RunContext& context) {
    const Graph& graph = space.base().network;
    const auto layers =
        analog_layers(graph, quantised_network(graph, settings), settings, space.base().device,
                      ranges, Conversions::as_designed, chip, context);
    return classify(context, Executor(graph, on_arrays(layers, context.threads)),
                    images.images.load, images.labels);
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

class Measurement {
  public:
    Measurement(const Space& space, const Design& reference, const SimulatorSpec& spec,
                SensitivityBook& book, const RunContext& context)
        : space_(space),
          spec_(spec),
          book_(book),
          context_(context),
          settings_(settings_of(space, reference)) {
        for (std::size_t i = 0; i < space.layer_count(); ++i) {
            for (const LayerOption& o : space.options(i)) {
                wanted_.insert({{i, o.circuit.input_bits, settings_[i].adc.bits}, 0.0});
                wanted_.insert({{i, settings_[i].mapping.input_bits, o.circuit.adc_bits}, 0.0});
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
        for (auto& [key, value] : wanted_) {
            context_.throw_if_stopped();
            context_.report({.task = "sensitivities",
                             .unit = "simulations",
                             .done = result_.simulations++,
                             .total = std::ssize(wanted_)});
            value = kept(key, reference.scores);
        }
        fill();
        return std::move(result_);
    }

  private:
    using Key = std::tuple<std::size_t, int, int>;  // layer, input bits, converter bits
    static constexpr std::int64_t activity_images = 32;

    double kept(const Key& key, const Scores& reference) {
        const auto& [layer, input_bits, adc_bits] = key;
        const std::string name = space_.layer_name(layer) + '/' + std::to_string(input_bits) + '/' +
                                 std::to_string(adc_bits);
        const auto at = book_.values.find(name);
        if (at != book_.values.end()) return at->second;
        const double value = measured(key, reference);
        book_.values[name] = value;
        if (book_.changed) book_.changed();
        return value;
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
        const Classification coarse = on_chip(space_, settings, ranges_, spec_.images,
                                              {.seed = context_.seed}, without_progress(context_));
        return deviation(coarse.scores, reference) / lead_;
    }

    void fill() {
        for (std::size_t i = 0; i < space_.layer_count(); ++i) {
            std::vector<double> options;
            for (const LayerOption& o : space_.options(i)) {
                const double inputs = wanted_.at({i, o.circuit.input_bits, settings_[i].adc.bits});
                const double converters =
                    wanted_.at({i, settings_[i].mapping.input_bits, o.circuit.adc_bits});
                options.push_back(-(inputs + converters));
            }
            result_.quality.emplace_back(static_cast<std::size_t>(space_.scope_count(i)), options);
        }
    }

    const Space& space_;
    const SimulatorSpec& spec_;
    SensitivityBook& book_;
    const RunContext& context_;
    std::vector<LayerSettings> settings_;
    std::vector<LayerRanges> ranges_;  ///< of the reference, for all
    std::map<Key, double> wanted_;
    double lead_ = 1;
    Sensitivities result_;
};

}  // namespace

SimulatedAccuracy simulated_accuracy(const Space& space, const Design& design,
                                     const SimulatorSpec& spec, const RunContext& context) {
    const std::vector<LayerSettings> settings = settings_of(space, design);
    const RunContext quiet = without_progress(context);
    const std::vector<LayerRanges> ranges =
        calibrate(space.base().network, spec.calibration, settings, space.base().device, quiet);
    SimulatedAccuracy result;
    std::vector<double> shares;
    for (int chip = 0; chip < spec.chips; ++chip) {
        context.throw_if_stopped();
        shares.push_back(on_chip(space, settings, ranges, spec.images,
                                 {.seed = context.seed, .trial = TrialId{chip}}, quiet)
                             .accuracy());
        result.mean += shares.back() / spec.chips;
    }
    for (const double share : shares) {
        result.deviation += std::pow(share - result.mean, 2) / std::max(1, spec.chips - 1);
    }
    result.deviation = std::sqrt(result.deviation);
    result.judged = result.mean - spec.sigmas * result.deviation;
    return result;
}

Sensitivities measure_sensitivities(const Space& space, const Design& reference,
                                    const SimulatorSpec& spec, SensitivityBook& book,
                                    const RunContext& context) {
    return Measurement(space, reference, spec, book, context).run();
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
