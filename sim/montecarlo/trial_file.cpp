#include "sim/montecarlo/trial_file.hpp"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/core/error.hpp"
#include "sim/core/version.hpp"
#include "sim/io/journal.hpp"

namespace ohmgrid {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view filetype = "ohmgrid.trials/1";

[[noreturn]] void not_a_study(const std::string& place, const std::string& why) {
    throw InputError(Message{.place = place,
                             .id = "MCF001",
                             .what = fmt::format("holds no trials of a study ({})", why),
                             .remedy = "Name a file that 'ohmgrid montecarlo' wrote"});
}

Json dimension_json(Dimension d) { return {d.metre, d.kilogram, d.second, d.ampere, d.kelvin}; }

Dimension dimension_of(const Json& json) {
    return {json.at(0), json.at(1), json.at(2), json.at(3), json.at(4)};
}

Json spec_json(const StudySpec& spec) {
    return {{"trials", spec.trials},
            {"seed", spec.seed},
            {"measure", spec.measure},
            {"threshold", spec.threshold},
            {"until", spec.until},
            {"batch", spec.batch},
            {"antithetic", spec.sampling == Sampling::antithetic},
            {"bootstrap", spec.interval == MeanInterval::bootstrap},
            {"attribution", spec.attribution},
            {"attribution_trials", spec.attribution_trials}};
}

StudySpec spec_of(const Json& json) {
    return {.trials = json.at("trials"),
            .seed = json.at("seed"),
            .measure = json.at("measure"),
            .threshold = json.at("threshold"),
            .until = json.at("until"),
            .batch = json.at("batch"),
            .sampling =
                json.at("antithetic").get<bool>() ? Sampling::antithetic : Sampling::independent,
            .interval =
                json.at("bootstrap").get<bool>() ? MeanInterval::bootstrap : MeanInterval::student,
            .attribution = json.at("attribution"),
            .attribution_trials = json.at("attribution_trials")};
}

void refuse_other_version(const Json& json, const std::string& place) {
    const std::string type = json.at("filetype");
    const int moved = json.at("results_version");
    if (type == filetype && moved == results_version) return;
    throw InputError(Message{
        .place = place,
        .id = "MCF002",
        .what = fmt::format("written by ohmgrid {} as {}, results version {}; this is ohmgrid {}, "
                            "{}, results version {}",
                            json.at("program_version").get<std::string>(), type, moved, version(),
                            filetype, results_version),
        .remedy = "Numbers of the two cannot be mixed: finish the study with the older program, "
                  "or begin it again"});
}

StudyHead head_of(const std::string& text, const std::string& place) {
    try {
        const Json json = Json::parse(text);
        refuse_other_version(json, place);
        StudyHead head{.spec = spec_of(json.at("study")),
                       .measures = {},
                       .sources = ErrorSources::from_bits(json.at("sources")),
                       .configuration = json.at("configuration")};
        for (const Json& measure : json.at("measures")) {
            head.measures.push_back({.name = measure.at("name"),
                                     .dimension = dimension_of(measure.at("dimension")),
                                     .better = measure.at("higher_is_better").get<bool>()
                                                   ? Better::higher
                                                   : Better::lower});
        }
        return head;
    } catch (const nlohmann::json::exception& error) {
        not_a_study(place, error.what());
    }
}

bool is_hdf5(const std::filesystem::path& path) {
    constexpr std::string_view signature = "\x89HDF";
    std::string start(signature.size(), '\0');
    std::ifstream(path, std::ios::binary)
        .read(start.data(), static_cast<std::streamsize>(start.size()));
    return start == signature;
}

TrialValues read_points(const Hdf5Reader& file, std::size_t measures) {
    const auto column = [&file](const std::string& name) {
        return file.read<std::int64_t>("/points/" + name).values;
    };
    const std::vector<std::int64_t> trial = column("trial"), mirrored = column("mirrored"),
                                    exchanged = column("exchanged"), sources = column("sources");
    const std::vector<double> all = file.read<double>("/points/values").values;
    TrialValues values;
    for (std::size_t i = 0; i < trial.size(); ++i) {
        const auto begin = all.begin() + static_cast<std::ptrdiff_t>(i * measures);
        values[{.trial = static_cast<std::uint32_t>(trial[i]),
                .side = mirrored[i] != 0 ? Side::mirrored : Side::plain,
                .exchanged = ErrorSources::from_bits(static_cast<std::uint32_t>(exchanged[i])),
                .sources = ErrorSources::from_bits(static_cast<std::uint32_t>(sources[i]))}] = {
            begin, begin + static_cast<std::ptrdiff_t>(measures)};
    }
    return values;
}

}  // namespace

std::string head_text(const StudyHead& head) {
    Json json{{"filetype", filetype},
              {"program_version", version()},
              {"results_version", results_version},
              {"study", spec_json(head.spec)},
              {"sources", head.sources.bits()},
              {"configuration", head.configuration}};
    for (const Measure& measure : head.measures) {
        json["measures"].push_back({{"name", measure.name},
                                    {"dimension", dimension_json(measure.dimension)},
                                    {"higher_is_better", measure.better == Better::higher}});
    }
    return json.dump();
}

std::string trial_text(const Point& point, const std::vector<double>& values) {
    return Json{{"trial", point.trial},
                {"mirrored", point.side == Side::mirrored},
                {"exchanged", point.exchanged.bits()},
                {"sources", point.sources.bits()},
                {"values", values}}
        .dump();
}

void add_trials(const std::vector<std::string>& entries, const std::string& place,
                TrialValues& values) {
    try {
        for (const std::string& entry : entries) {
            const Json json = Json::parse(entry);
            const Point point{
                .trial = json.at("trial"),
                .side = json.at("mirrored").get<bool>() ? Side::mirrored : Side::plain,
                .exchanged = ErrorSources::from_bits(json.at("exchanged")),
                .sources = ErrorSources::from_bits(json.at("sources"))};
            values[point] = json.at("values").get<std::vector<double>>();
        }
    } catch (const nlohmann::json::exception& error) {
        not_a_study(place, error.what());
    }
}

void write_trials(Hdf5Writer& file, const StudyHead& head, const TrialValues& values) {
    std::vector<std::int64_t> trial, mirrored, exchanged, sources;
    std::vector<double> all;
    for (const auto& [point, found] : values) {
        trial.push_back(point.trial);
        mirrored.push_back(point.side == Side::mirrored ? 1 : 0);
        exchanged.push_back(point.exchanged.bits());
        sources.push_back(point.sources.bits());
        all.insert(all.end(), found.begin(), found.end());
    }
    const auto count = static_cast<std::int64_t>(trial.size());
    const auto column = [&](const std::string& name, const std::vector<std::int64_t>& numbers,
                            const std::string& what) {
        file.write("/points/" + name, Dataset<std::int64_t>{{count}, numbers}, "", what);
    };
    column("trial", trial, "number of the chip");
    column("mirrored", mirrored, "1: all its random numbers are mirrored");
    column("exchanged", exchanged, "bit i: error source i is that of the chip's donor");
    column("sources", sources, "bit i: error source i acts");
    file.write("/points/values", Dataset<double>{{count, std::ssize(head.measures)}, all}, "SI",
               "points x measures");
    std::vector<std::string> names;
    for (const Measure& measure : head.measures) names.push_back(measure.name);
    file.write_texts("/points/measure", names, "scalar, by column of values");
    names.clear();
    for (const ErrorSource source : all_error_sources) names.emplace_back(to_text(source));
    file.write_texts("/points/source", names, "error source, by bit");
    file.attribute("/points", "study", head_text(head));
}

StoredTrials trials_in(const Hdf5Reader& file, const std::string& place) {
    const std::optional<std::string> text = file.text_attribute("/points", "study");
    if (!text) not_a_study(place, "it has no group /points");
    StoredTrials stored{.head = head_of(*text, place), .values = {}};
    stored.values = read_points(file, stored.head.measures.size());
    return stored;
}

StoredTrials read_trials(const std::filesystem::path& path) {
    if (is_hdf5(path)) return trials_in(Hdf5Reader(path), path.string());
    StoredTrials stored;
    const JournalText journal = read_journal(path);
    stored.head = head_of(journal.head, path.string());
    stored.damaged_bytes = journal.damaged_bytes;
    add_trials(journal.entries, path.string(), stored.values);
    return stored;
}

void refuse_other_configuration(const StudyHead& stored, const StudyHead& now,
                                const std::string& place) {
    std::set<std::string> names;
    for (const auto& [name, value] : stored.configuration) names.insert(name);
    for (const auto& [name, value] : now.configuration) names.insert(name);
    const auto value_in = [](const StudyHead& head, const std::string& name) {
        const auto it = head.configuration.find(name);
        return it == head.configuration.end() ? std::string("(absent)") : it->second;
    };
    std::string differences;
    for (const std::string& name : names) {
        const std::string then = value_in(stored, name);
        const std::string here = value_in(now, name);
        if (then != here) {
            differences += fmt::format("\n    {}: {} in the file, {} now", name, then, here);
        }
    }
    if (differences.empty()) return;
    throw InputError(Message{
        .place = place,
        .id = "MCF003",
        .what = "holds trials of another configuration",
        .remedy = "Set these as in the file, or write to another file with --out:" + differences});
}

}  // namespace ohmgrid
