#include "sim/app/study_subject.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/app/study_kinds.hpp"
#include "sim/core/error.hpp"
#include "sim/core/spelling.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/parameter_file.hpp"

namespace ohmgrid {
namespace {

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

std::vector<Measure> chosen_measures(const StudySpec& spec, const std::vector<Measure>& known,
                                     std::size_t by_default) {
    std::vector<Measure> chosen;
    std::vector<std::string> names;
    for (const Measure& measure : known) names.push_back(measure.name);
    for (const std::string& name : spec.measures()) {
        const auto at = std::find(names.begin(), names.end(), name);
        if (at == names.end()) {
            throw InputError(
                Message{.place = "montecarlo.measure",
                        .id = "MCS008",
                        .what = fmt::format("there is no scalar '{}' here", name),
                        .remedy = did_you_mean(
                            name, names, fmt::format("Choose from {}", fmt::join(names, ", ")))});
        }
        chosen.push_back(known[static_cast<std::size_t>(at - names.begin())]);
    }
    if (!chosen.empty()) return chosen;
    return {known.begin(), known.begin() + static_cast<std::ptrdiff_t>(by_default)};
}

StudySubject study_subject(const std::filesystem::path& path,
                           const std::vector<std::string>& assignments) {
    const std::string kind = schema_kind(read_file(path));
    StudySubject subject = kind == "study" ? array_subject(path, assignments)
                           : kind == "adc" ? converter_subject(path, assignments)
                                           : network_subject(path, assignments);
    (void)asked_width(subject.head.spec, subject.head.measures.front());
    (void)threshold_of(subject.head.spec, subject.head.measures.front());
    subject.head.configuration = configuration_of(subject);
    return subject;
}

}  // namespace ohmgrid
