#include "search/app/circuit_phase.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "search/app/two_phases.hpp"
#include "search/objective/harder_images.hpp"
#include "search/objective/sensitivity.hpp"
#include "sim/app/images.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/sha256.hpp"
#include "sim/network/preprocessing.hpp"

namespace ohmgrid {
namespace {

/// Calibration images that ranges are taken from while sensitivities are measured.
constexpr std::int64_t probe_calibration = 32;

/// Halvings of the interval in which the probe images' own budget is sought, on a logarithmic
/// scale of this width.
constexpr int halvings = 7;
constexpr double least_budget_share = 1e-4;

/// Budgets that are tried in turn: powers of the root of two around the probe images' own.
constexpr int first_rung = -9;
constexpr int last_rung = 3;

void refuse_unfit(const Space& space, const SearchFile& file) {
    bool has_widths = false;
    for (const WidthVariable& v : space.variables())
        has_widths = has_widths || v.choices.size() > 1;
    if (!has_widths && file.run.network.has_weights() &&
        space.keeps_network(space.first_design())) {
        return;
    }
    throw InputError(Message{.place = {},
                             .id = "SEA015",
                             .what = has_widths ? "[circuit] keeps the trained network, but widths "
                                                  "are searched"
                                                : "[circuit] needs a trained network with weights",
                             .remedy = "Search widths first; then train the network found and name "
                                       "it in the run file"});
}

/// The calibration set in two parts without a common image: the first one scales inputs and
/// converters and gives sensitivities, the second one decides.
class CalibrationParts {
  public:
    CalibrationParts(const RunFile& run, const CircuitSpec& spec)
        : first_(std::max(spec.probe_images, run.data.calibration_limit)),
          set_(read_images(run.data.calibration, run.data,
                           first_ < all_images - spec.images ? first_ + spec.images : all_images)),
          preprocess_(run.data, set_.shape()) {
        check_fits(set_, run.network);
        if (set_.count() > first_) return;
        throw InputError(
            Message{.place = {},
                    .id = "SEA016",
                    .what = fmt::format("none of the {} calibration images is left to decide: the "
                                        "first {} scale converters or give sensitivities",
                                        set_.count(), std::min(first_, set_.count())),
                    .remedy = "Name more calibration images, or lower data.calibration_limit or "
                              "circuit.probe_images"});
    }
    [[nodiscard]] LabelledImages probing(std::int64_t most) const {
        return part(0, std::min(most, first_));
    }
    [[nodiscard]] LabelledImages deciding() const { return part(first_, set_.count() - first_); }

  private:
    [[nodiscard]] LabelledImages part(std::int64_t first, std::int64_t count) const {
        const auto begin = set_.labels().begin() + first;
        const ImageLoader load = loader_of(set_, preprocess_);
        return {{count, [load, first](std::int64_t image,
                                      std::span<float> values) { load(first + image, values); }},
                {begin, begin + count}};
    }

    std::int64_t first_;  ///< deciding image
    ImageSet set_;
    Preprocessing preprocess_;
};

/// What makes measurements comparable: the space, the run file's circuits and inputs.
std::string identity_of(const Space& space, const SearchFile& file, std::uint64_t seed) {
    std::string text =
        fmt::format("{};{};{}", space.fingerprint(), seed, file.circuit.probe_images);
    for (const ResolvedParam& p : file.run.parameters) {
        const bool decides = p.key.rfind("goal.", 0) != 0 && p.key.rfind("circuit.", 0) != 0 &&
                             p.key != "data.test" && p.key != "data.limit";
        if (decides) text += fmt::format(";{}={}", p.key, p.value);
    }
    return sha256(text);
}

SensitivityBook read_book(const std::filesystem::path& path, bool resume,
                          const std::string& identity) {
    SensitivityBook book;
    if (!resume || !std::filesystem::exists(path)) return book;
    const auto json = nlohmann::json::parse(read_file(path), nullptr, false);
    if (!json.is_object() || json.value("identity", "") != identity) {
        throw InputError(
            Message{.place = {},
                    .id = "SEA008",
                    .what = fmt::format("{} holds sensitivities of another search", path.string()),
                    .remedy = "Leave out --resume, or give another --out"});
    }
    for (const auto& [key, value] : json["values"].items()) {
        book.values[key] = value.get<double>();
    }
    return book;
}

void write_book(const std::filesystem::path& path, const std::string& identity,
                const SensitivityBook& book) {
    const nlohmann::ordered_json json{{"identity", identity}, {"values", book.values}};
    write_file(path, json.dump(1) + "\n");
}

/// The exact optimum under a budget for the sum of sensitivities.
class Knapsack {
  public:
    Knapsack(const Space& space, Goal goal, const RunContext& context)
        : space_(space),
          model_(chip_cost_model(space)),
          goal_(std::move(goal)),
          context_(context) {}

    BestResult best(double budget) {
        goal_.least_quality = -budget;
        return minimise(space_, *model_, goal_, context_);
    }
    [[nodiscard]] Scored scored(const Design& design) const {
        return {design, model_->figures(design), quality_of(space_, goal_.quality, design)};
    }
    [[nodiscard]] bool is_within_limits(const Scored& s) const {
        return within(s.figures, goal_.limits);
    }

  private:
    const Space& space_;
    std::unique_ptr<CostModel> model_;
    Goal goal_;
    const RunContext& context_;
};

/// Compares designs with the finest one on one set of images.
class Jury {
  public:
    Jury(const Space& space, const Design& finest, SimulatorSpec spec, Ranks& ranks,
         const RunContext& context)
        : space_(space),
          spec_(std::move(spec)),
          ranks_(ranks),
          context_(context),
          finest_(simulated_accuracy(space, finest, spec_, ranks, context)) {}

    /// Of the accuracies that are judged: mean less sigmas.
    [[nodiscard]] double loss(const Design& design) { return finest_.judged - of(design).judged; }
    [[nodiscard]] PairedResult pairs(const Design& design) { return paired(finest_, of(design)); }
    /// What chips differ in counts on top of what is promised for their mean.
    [[nodiscard]] double promised(const Design& design, std::int64_t test_images,
                                  double confidence) {
        const double spread = loss(design) - (finest_.mean - of(design).mean);
        return promised_loss(pairs(design), test_images, confidence) + spread;
    }
    [[nodiscard]] std::size_t simulations() const { return known_.size() + 1; }
    [[nodiscard]] std::int64_t images() const { return spec_.images.images.count; }

  private:
    const SimulatedAccuracy& of(const Design& design) {
        const auto at = known_.find(design);
        if (at != known_.end()) return at->second;
        return known_[design] = simulated_accuracy(space_, design, spec_, ranks_, context_);
    }

    const Space& space_;
    SimulatorSpec spec_;
    Ranks& ranks_;
    const RunContext& context_;
    SimulatedAccuracy finest_;
    std::map<Design, SimulatedAccuracy> known_;
};

/// The largest budget whose design loses no more than `most_loss` on the images of sensitivities.
double suggested_budget(Knapsack& knapsack, Jury& jury, double high, double most_loss) {
    double passing = least_budget_share * high;
    double failing = high;
    for (int i = 0; i < halvings; ++i) {
        const double middle = std::sqrt(passing * failing);
        const BestResult trial = knapsack.best(middle);
        const bool passes = trial.best && jury.loss(trial.best->design) <= most_loss + 1e-12;
        (passes ? passing : failing) = middle;
    }
    return passing;
}

double largest_sum(const QualityTable& quality) {
    double sum = 0;
    for (const auto& scopes : quality) sum -= std::ranges::min(scopes.front());
    return sum;
}

/// Climbs from a careful budget to bolder ones until a design breaks the promise. Because the order
/// is fixed before the deciding images are seen and the first failure ends it, each step may use
/// the whole confidence (fixed-sequence testing: Maurer et al., 1995; Angelopoulos et al., "Learn
/// then test", 2021).
void climb(CircuitResult& result, Knapsack& knapsack, Jury& jury, double suggested,
           const CircuitSpec& spec, const RunContext& context) {
    std::optional<Design> last;
    for (int rung = first_rung; rung <= last_rung; ++rung) {
        const double budget = suggested * std::exp2(rung / 2.0);
        const BestResult trial = knapsack.best(budget);
        if (!trial.best) continue;
        const Design& design = trial.best->design;
        const bool is_new = design != last;
        last = design;
        const PairedResult pairs = jury.pairs(design);
        const double promised = jury.promised(design, result.test_images, spec.confidence);
        if (is_new) {
            context.say(fmt::format(
                "budget     {:.3g}: {:.4g} times the finest energy; of {} images {} lost, {} won; "
                "at most {:.2f} points on {} others",
                budget, trial.best->figures.energy_joule / result.finest.figures.energy_joule,
                pairs.images, pairs.lost, pairs.won, 100 * promised, result.test_images));
        }
        if (promised > *spec.most_loss + 1e-12) return;
        result.best = trial;
        result.budget = budget;
        result.pairs = pairs;
        result.promised_loss = promised;
    }
}

/// The test images decided nothing; they are looked at here for the first time.
void report_test(CircuitResult& result, const Space& space, SimulatorSpec spec,
                 const RunImages& test, Ranks& ranks, const RunContext& context) {
    spec.images = test.labelled();
    const SimulatedAccuracy best =
        simulated_accuracy(space, result.best.best->design, spec, ranks, context);
    const SimulatedAccuracy finest =
        simulated_accuracy(space, result.finest.design, spec, ranks, context);
    result.test_accuracy = best.judged;
    result.finest_test_accuracy = finest.judged;
    result.test_loss = finest.judged - best.judged;
}

std::string certificate_of(const CircuitResult& r, const CircuitSpec& spec) {
    return fmt::format(
        "measured: {} simulations of single layers on {} calibration images, {} of whole designs "
        "on "
        "those or on {} others that decided (noise {:.3g}), {} chips, mean - {} sigma. There {} "
        "images are lost "
        "and {} won against the finest bits ({:.2f} points); promised with {:.0f} % confidence: at "
        "most {:.2f} points on {} images, {:.2f} allowed. Lost on {} test images, which decided "
        "nothing: {:.2f} points (accuracy {:.2f} %). Proven: no cheaper design has summed "
        "sensitivities of at most {:.4g}",
        r.layer_simulations, r.probe_images, r.design_simulations, r.pairs.images, r.noise,
        spec.chips, spec.sigmas, r.pairs.lost, r.pairs.won, 100 * r.pairs.loss(),
        100 * spec.confidence, 100 * r.promised_loss, r.test_images, 100 * *spec.most_loss,
        r.test_images, 100 * r.test_loss, 100 * r.test_accuracy, r.budget);
}

}  // namespace

CircuitResult circuit_phase(Space& space, const SearchFile& file, const Goal& given,
                            const SearchPlace& place, Ranks& ranks, const RunContext& context) {
    refuse_unfit(space, file);
    const CircuitSpec& spec = file.circuit;
    const RunImages named = RunImages::calibration(file.run);
    const RunImages test = RunImages::test(file.run);
    const CalibrationParts parts(file.run, spec);
    SimulatorSpec simulator{.images = parts.probing(spec.probe_images),
                            .calibration = named.source(),
                            .chips = static_cast<int>(spec.chips),
                            .sigmas = spec.sigmas};
    const Design finest = finest_design(space);
    SimulatorSpec layers = simulator;
    layers.calibration.count = std::min(layers.calibration.count, probe_calibration);
    const std::filesystem::path path = place.folder / "sensitivities.json";
    const std::string identity = identity_of(space, file, context.seed);
    SensitivityBook book = read_book(path, place.resume, identity);
    book.changed = [&] {
        if (ranks.rank() == 0) write_book(path, identity, book);
    };
    Sensitivities measured = measure_sensitivities(space, finest, layers, book, ranks, context);
    space.set_activities(measured.activities);
    Goal goal = given;
    goal.quality = measured.quality;

    CircuitResult result{.layer_simulations = measured.simulations,
                         .probe_images = simulator.images.images.count,
                         .test_images = test.labelled().images.count};
    Knapsack knapsack(space, goal, context);
    result.finest = knapsack.scored(finest);
    Jury probing(space, finest, simulator, ranks, context);
    const double suggested =
        suggested_budget(knapsack, probing, largest_sum(goal.quality), *spec.most_loss);
    simulator.images = parts.deciding();
    if (spec.unseen_accuracy) {
        const HarderImages harder =
            made_harder(space.base().network, simulator.images, *spec.unseen_accuracy, context);
        simulator.images.images = harder.images;
        result.noise = harder.noise;
        context.say(fmt::format(
            "noise      {:.3g} of deciding images: the digital network is right on {:.2f} %",
            harder.noise, 100 * harder.accuracy));
    }
    Jury deciding(space, finest, simulator, ranks, context);
    result.pairs.images = deciding.images();
    if (knapsack.is_within_limits(result.finest)) {
        result.best.best = result.finest;
        result.best.lower_bound = merit(result.finest.figures, exponents_of(goal.objective));
    }
    climb(result, knapsack, deciding, suggested, spec, context);
    result.design_simulations = probing.simulations() + deciding.simulations();
    if (!result.best.best) return result;
    if (result.budget > 0) {
        result.two_phase_excess = two_phase_excess(space, file.layers, book, goal, result.budget,
                                                   *result.best.best, context);
    }
    report_test(result, space, simulator, test, ranks, context);
    result.certificate = certificate_of(result, spec);
    return result;
}

}  // namespace ohmgrid
