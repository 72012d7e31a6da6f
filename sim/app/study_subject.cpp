#include "sim/app/study_subject.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "sim/app/array_study.hpp"
#include "sim/app/images.hpp"
#include "sim/core/error.hpp"
#include "sim/core/spelling.hpp"
#include "sim/inference/present_sources.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/parameter_file.hpp"
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
    RunImages images;
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

/// The study's list of measures in full: nothing stands for accuracy and agreement, `errors` for
/// one error per layer.
std::vector<std::string> measures_asked(const StudySpec& spec,
                                        const std::vector<std::string>& layers) {
    std::vector<std::string> names;
    for (const std::string& name : spec.measures()) {
        if (name != "errors") {
            names.push_back(name);
            continue;
        }
        for (const std::string& layer : layers) names.push_back(std::string(layer_prefix) + layer);
    }
    return names.empty() ? std::vector<std::string>{"accuracy", "agreement"} : names;
}

void add_measure(const std::string& name, const std::vector<std::string>& layers,
                 std::vector<NetworkMeasure>& kinds, std::vector<Measure>& measures) {
    using Kind = NetworkMeasure::Kind;
    if (name == "accuracy" || name == "agreement") {
        kinds.push_back({name == "accuracy" ? Kind::accuracy : Kind::agreement});
        measures.push_back({.name = name});
        return;
    }
    if (name == "energy") {
        kinds.push_back({Kind::energy});
        measures.push_back({.name = name, .dimension = dimension::energy, .better = Better::lower});
        return;
    }
    std::vector<std::string> known{"accuracy", "agreement", "energy", "errors"};
    for (std::size_t i = 0; i < layers.size(); ++i) {
        known.push_back(std::string(layer_prefix) + layers[i]);
        if (known.back() != name) continue;
        kinds.push_back({Kind::layer_error, i});
        measures.push_back({.name = name, .better = Better::lower});
        return;
    }
    refuse_unknown_measure(name, known);
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
        const auto experiment = std::make_shared<const Experiment>(
            study->run.network, study->images.test(), study->images.calibration(),
            layer_settings(study->run), study->run.device, context);
        const std::int64_t images = study->needs_layers() ? error_images : 0;
        return [study, experiment, images](const VirtualChip& chip, const RunContext& inside) {
            return values_of(*study, experiment->run(chip, inside, images));
        };
    };
}

StudySubject network_subject(const std::filesystem::path& path,
                             const std::vector<std::string>& assignments) {
    RunFile run = read_run_file(path, assignments);
    refuse_without_weights(run);
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
    RunImages images(run);
    subject.about = fmt::format("{} on {}, {} images", run.network.name, run.device.name,
                                images.test().images.count);
    subject.head.sources = present_sources(run.device);
    for (const LayerSettings& layer : layer_settings(run)) {
        subject.head.sources = subject.head.sources.with(present_sources(layer));
    }
    std::vector<NetworkMeasure> kinds;
    const std::vector<std::string> layers = layer_names(run.network);
    for (const std::string& name : measures_asked(run.study, layers)) {
        add_measure(name, layers, kinds, subject.head.measures);
    }
    subject.prepare = preparation(std::make_shared<const NetworkStudy>(
        NetworkStudy{std::move(run), std::move(images), std::move(kinds)}));
    return subject;
}

/// Everything that decides the values. Parameter files count by the values they give, other inputs
/// by their bytes.
std::map<std::string, std::string> configuration_of(const StudySubject& subject) {
    std::map<std::string, std::string> all;
    for (const ResolvedParam& parameter : subject.parameters) {
        if (!parameter.key.starts_with("montecarlo.")) all[parameter.key] = parameter.value;
    }
    for (const auto& [name, hash] : subject.sha256_of) {
        const std::filesystem::path file = name;
        if (file.extension() != ".toml") all["sha256 of " + file.filename().string()] = hash;
    }
    std::string measures;
    for (const Measure& measure : subject.head.measures) measures += measure.name + ' ';
    all["montecarlo.measure"] = measures;
    all["montecarlo.seed"] = std::to_string(subject.head.spec.seed);
    all["montecarlo.sampling"] =
        subject.head.spec.sampling == Sampling::antithetic ? "antithetic" : "independent";
    return all;
}

}  // namespace

void refuse_unknown_measure(const std::string& name, const std::vector<std::string>& known) {
    throw InputError(Message{
        .place = "montecarlo.measure",
        .id = "MCS008",
        .what = fmt::format("there is no scalar '{}' here", name),
        .remedy =
            did_you_mean(name, known, fmt::format("Choose from {}", fmt::join(known, ", ")))});
}

StudySubject study_subject(const std::filesystem::path& path,
                           const std::vector<std::string>& assignments) {
    StudySubject subject = schema_kind(read_file(path)) == "study"
                               ? array_subject(path, assignments)
                               : network_subject(path, assignments);
    (void)asked_width(subject.head.spec, subject.head.measures.front());
    (void)threshold_of(subject.head.spec, subject.head.measures.front());
    subject.head.configuration = configuration_of(subject);
    return subject;
}

}  // namespace ohmgrid
