#include "search/app/circuit_phase.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "search/objective/sensitivity.hpp"
#include "sim/app/images.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/sha256.hpp"

namespace ohmgrid {
namespace {

/// Calibration images of simulations that are only compared with each other.
constexpr std::int64_t probe_calibration = 32;

/// Halvings of the budget's interval, on a logarithmic scale of this width.
constexpr int halvings = 7;
constexpr double least_budget_share = 1e-4;

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

/// The images of `source`, for the simulator.
class Judges {
  public:
    Judges(const RunFile& run, const std::string& source, std::int64_t most)
        : set_(read_images(source, run.data, most)), preprocess_(run.data, set_.shape()) {
        check_fits(set_, run.network);
    }
    [[nodiscard]] LabelledImages images() const {
        return {{set_.count(), loader_of(set_, preprocess_)}, set_.labels()};
    }

  private:
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

/// Tries budgets and remembers what full simulation said about the designs they led to.
class Budgets {
  public:
    Budgets(const Space& space, const CostModel& model, Goal goal, const SimulatorSpec& spec,
            const RunContext& context)
        : space_(space), model_(model), goal_(std::move(goal)), spec_(spec), context_(context) {}

    /// The exact optimum under the budget, if it loses no more than `most_loss`.
    std::optional<BestResult> passes(double budget, double finest, double most_loss) {
        goal_.least_quality = -budget;
        BestResult best = minimise(space_, model_, goal_, context_);
        if (!best.best) return std::nullopt;
        const double judged = accuracy(best.best->design).judged;
        context_.say(fmt::format("budget     {:.3g}: loses {:.2f} points on calibration images",
                                 budget, 100 * (finest - judged)));
        if (finest - judged > most_loss + 1e-12) return std::nullopt;
        return best;
    }
    SimulatedAccuracy accuracy(const Design& design) {
        const auto at = known_.find(design);
        if (at != known_.end()) return at->second;
        return known_[design] = simulated_accuracy(space_, design, spec_, context_);
    }
    [[nodiscard]] std::size_t simulations() const { return known_.size(); }

  private:
    const Space& space_;
    const CostModel& model_;
    Goal goal_;
    const SimulatorSpec& spec_;
    const RunContext& context_;
    std::map<Design, SimulatedAccuracy> known_;
};

double largest_sum(const QualityTable& quality) {
    double sum = 0;
    for (const auto& scopes : quality) sum -= std::ranges::min(scopes.front());
    return sum;
}

}  // namespace

CircuitResult circuit_phase(Space& space, const SearchFile& file, const Goal& given,
                            const std::filesystem::path& path, bool resume,
                            const RunContext& context) {
    refuse_unfit(space, file);
    const CircuitSpec& spec = file.circuit;
    const RunImages named = RunImages::calibration(file.run);
    const Judges deciding(file.run, file.run.data.calibration, spec.images);
    const SimulatorSpec simulator{.images = deciding.images(),
                                  .calibration = named.source(),
                                  .chips = static_cast<int>(spec.chips),
                                  .sigmas = spec.sigmas};
    const Design finest = finest_design(space);
    const Judges probing(file.run, file.run.data.calibration,
                         std::min(spec.probe_images, spec.images));
    SimulatorSpec probe = simulator;
    probe.images = probing.images();
    probe.calibration.count = std::min(probe.calibration.count, probe_calibration);
    const std::string identity = identity_of(space, file, context.seed);
    SensitivityBook book = read_book(path, resume, identity);
    book.changed = [&] { write_book(path, identity, book); };
    Sensitivities measured = measure_sensitivities(space, finest, probe, book, context);
    space.set_activities(measured.activities);

    Goal goal = given;
    goal.quality = measured.quality;
    const auto model = chip_cost_model(space);
    CircuitResult result;
    result.finest = {finest, model->figures(finest), 0};
    Budgets budgets(space, *model, goal, simulator, context);
    const double reference = budgets.accuracy(finest).judged;
    const double most_loss = *spec.most_loss;
    const double high = largest_sum(goal.quality);
    double passing = least_budget_share * high;
    double failing = high;
    if (auto best = budgets.passes(high, reference, most_loss)) {
        result.best = *best;
        passing = high;
    } else if (auto fine = budgets.passes(passing, reference, most_loss)) {
        result.best = *fine;
        for (int i = 0; i < halvings; ++i) {
            const double middle = std::sqrt(passing * failing);
            if (auto better = budgets.passes(middle, reference, most_loss)) {
                result.best = *better;
                passing = middle;
            } else {
                failing = middle;
            }
        }
    } else {
        goal.least_quality = 0;
        result.best = minimise(space, *model, goal, context);
        passing = 0;
    }
    if (!result.best.best) return result;
    const Design& design = result.best.best->design;
    result.calibration_loss = reference - budgets.accuracy(design).judged;

    SimulatorSpec test = simulator;
    const RunImages judged = RunImages::test(file.run);
    test.images = judged.labelled();
    const SimulatedAccuracy on_test = simulated_accuracy(space, design, test, context);
    result.test_images = test.images.images.count;
    result.test_accuracy = on_test.judged;
    result.test_loss = simulated_accuracy(space, finest, test, context).judged - on_test.judged;
    result.certificate = fmt::format(
        "measured: {} simulations of single layers on {} and {} of whole designs on {} calibration "
        "images, {} chips, mean - {} sigma; loss {:.2f} points of {:.2f} allowed there, {:.2f} on "
        "{} test images that decided nothing (accuracy {:.2f} %). Proven: no cheaper design has "
        "summed sensitivities of at most {:.4g}",
        measured.simulations, probing.images().images.count, budgets.simulations(),
        deciding.images().images.count, spec.chips, spec.sigmas, 100 * result.calibration_loss,
        100 * most_loss, 100 * result.test_loss, result.test_images, 100 * result.test_accuracy,
        passing);
    return result;
}

}  // namespace ohmgrid
