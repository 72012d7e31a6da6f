#include "search/objective/sensitivity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

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

Experiment experiment(const Space& space, std::vector<LayerSettings> settings,
                      const SimulatorSpec& spec, const RunContext& context) {
    RunContext quiet = context;
    quiet.progress = {};
    return {space.base().network, spec.images,         spec.calibration,
            std::move(settings),  space.base().device, quiet};
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
        const ChipReport reference = experiment(space_, settings_, spec_, context_)
                                         .run({.seed = context_.seed}, context_, activity_images);
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
        const ChipReport report =
            experiment(space_, settings, spec_, context_).run({.seed = context_.seed}, context_);
        return deviation(report.scores, reference) / lead_;
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
    std::map<Key, double> wanted_;
    double lead_ = 1;
    Sensitivities result_;
};

}  // namespace

SimulatedAccuracy simulated_accuracy(const Space& space, const Design& design,
                                     const SimulatorSpec& spec, const RunContext& context) {
    const Experiment simulate = experiment(space, settings_of(space, design), spec, context);
    SimulatedAccuracy result;
    std::vector<double> shares;
    for (int chip = 0; chip < spec.chips; ++chip) {
        const ChipReport report =
            simulate.run({.seed = context.seed, .trial = TrialId{chip}}, context);
        shares.push_back(static_cast<double>(report.correct) / static_cast<double>(report.images));
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
