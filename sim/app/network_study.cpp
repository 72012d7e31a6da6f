#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "sim/app/images.hpp"
#include "sim/app/study_kinds.hpp"
#include "sim/core/error.hpp"
#include "sim/inference/present_sources.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/sha256.hpp"

namespace ohmgrid {
namespace {

constexpr std::string_view layer_prefix = "error.";
constexpr std::int64_t error_images = 32;  // as 'ohmgrid infer' takes for its layer errors

/// A scalar of a chip, from its report; `layer` counts layers for `error.LAYER`.
struct NetworkMeasure {
    enum class Kind { accuracy, agreement, energy, layer_error } kind;
    std::size_t layer = 0;
};

struct NetworkStudy {
    RunFile run;
    RunImages test;
    std::vector<NetworkMeasure> measures;

    [[nodiscard]] bool needs_layers() const {
        return std::any_of(measures.begin(), measures.end(), [](const NetworkMeasure& m) {
            return m.kind == NetworkMeasure::Kind::energy ||
                   m.kind == NetworkMeasure::Kind::layer_error;
        });
    }
};

std::vector<std::string> layer_names(const Graph& network) {
    std::vector<std::string> names;
    for (const NodeId id : network.weighted_nodes()) names.push_back(network.node(id).name);
    return names;
}

/// Every measure there is; the error of layer i is number i + 3.
std::vector<Measure> known_measures(const std::vector<std::string>& layers) {
    std::vector<Measure> known{
        {.name = "accuracy"},
        {.name = "agreement"},
        {.name = "energy", .dimension = dimension::energy, .better = Better::lower}};
    for (const std::string& layer : layers) {
        known.push_back({.name = std::string(layer_prefix) + layer, .better = Better::lower});
    }
    return known;
}

NetworkMeasure kind_of(const Measure& measure, const std::vector<Measure>& known) {
    using Kind = NetworkMeasure::Kind;
    constexpr std::array kinds{Kind::accuracy, Kind::agreement, Kind::energy};
    const auto at = std::find_if(known.begin(), known.end(),
                                 [&](const Measure& m) { return m.name == measure.name; });
    const auto number = static_cast<std::size_t>(at - known.begin());
    if (number < kinds.size()) return {kinds[number]};
    return {Kind::layer_error, number - kinds.size()};
}

/// `errors` in the list of measures stands for one error per layer.
std::string with_layer_errors(const StudySpec& spec, const std::vector<std::string>& layers) {
    std::string list;
    for (const std::string& name : spec.measures()) {
        if (name != "errors") {
            list += name + ',';
            continue;
        }
        for (const std::string& layer : layers) list += std::string(layer_prefix) + layer + ',';
    }
    return list;
}

double energy_joule(const RunFile& run, const ChipReport& report) {
    std::vector<Activity> activities;
    for (const LayerError& layer : report.layers) {
        activities.push_back({.input_density = layer.input_bit_density,
                              .cell_level = layer.cell_level,
                              .source = ActivitySource::measured});
    }
    return chip_cost(layer_plans(run, activities), run.technology, run.device, run.chip)
        .energy_joule.typical;
}

std::vector<double> values_of(const NetworkStudy& study, const ChipReport& report) {
    using Kind = NetworkMeasure::Kind;
    const auto share = [&report](std::int64_t count) {
        return static_cast<double>(count) / static_cast<double>(report.images);
    };
    std::vector<double> values;
    for (const NetworkMeasure& measure : study.measures) {
        switch (measure.kind) {
            case Kind::accuracy:
                values.push_back(share(report.correct));
                break;
            case Kind::agreement:
                values.push_back(share(report.agreeing));
                break;
            case Kind::energy:
                values.push_back(energy_joule(study.run, report));
                break;
            case Kind::layer_error:
                values.push_back(report.layers[measure.layer].relative_rms_error);
                break;
        }
    }
    return values;
}

Preparation preparation(std::shared_ptr<const NetworkStudy> study) {
    return [study = std::move(study)](const RunContext& context) -> ChipFunction {
        const auto experiment =
            std::make_shared<const Experiment>(make_experiment(study->run, study->test, context));
        const std::int64_t images = study->needs_layers() ? error_images : 0;
        return [study, experiment, images](const VirtualChip& chip, const RunContext& inside) {
            return values_of(*study, experiment->run(chip, inside, images));
        };
    };
}

}  // namespace

StudySubject network_subject(const std::filesystem::path& path,
                             const std::vector<std::string>& assignments) {
    RunFile run = read_run_file(path, assignments);
    for (const std::string& list : {run.data.test, run.data.calibration}) {
        for (const std::string& name : files_of(list)) {
            if (!name.starts_with("example:")) run.sha256_of[name] = sha256(read_file(name));
        }
    }
    StudySubject subject{.head = {.spec = run.study},
                         .prepare = {},
                         .about = {},
                         .parameters = run.parameters,
                         .sha256_of = run.sha256_of};
    RunImages test = RunImages::test(run);
    subject.about =
        fmt::format("{} on {}, {} images", run.network.name, run.device.name, test.source().count);
    subject.head.sources = present_sources(run.device);
    for (const LayerSettings& layer : layer_settings(run)) {
        subject.head.sources = subject.head.sources.with(present_sources(layer));
    }
    const std::vector<std::string> layers = layer_names(run.network);
    const std::vector<Measure> known = known_measures(layers);
    subject.head.spec.measure = with_layer_errors(run.study, layers);
    subject.head.measures = chosen_measures(subject.head.spec, known, 2);
    std::vector<NetworkMeasure> kinds;
    for (const Measure& measure : subject.head.measures) kinds.push_back(kind_of(measure, known));
    subject.prepare = preparation(std::make_shared<const NetworkStudy>(
        NetworkStudy{std::move(run), std::move(test), std::move(kinds)}));
    return subject;
}

}  // namespace ohmgrid
