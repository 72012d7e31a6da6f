#include "sim/montecarlo/study_spec.hpp"

#include <fmt/format.h>

#include <sstream>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

constexpr std::string_view until_key = "interval=";
constexpr double most_trials = 1e6;

/// `text` as a value of the measure's dimension. @throws InputError (`id`)
double value_for(const Measure& measure, const std::string& text, const std::string& what,
                 const std::string& id) {
    const auto refuse = [&](const std::string& why) {
        throw InputError(Message{.place = what,
                                 .id = id,
                                 .what = fmt::format("'{}': {}", text, why),
                                 .remedy = fmt::format("{} is measured as {}", measure.name,
                                                       describe(measure.dimension))});
    };
    Quantity quantity;
    try {
        quantity = parse_quantity(text);
    } catch (const InputError& error) {
        refuse(error.messages().front().what);
    }
    if (quantity.dimension != measure.dimension) {
        refuse(fmt::format("this is {}", describe(quantity.dimension)));
    }
    return quantity.value;
}

}  // namespace

std::vector<std::string> StudySpec::measures() const {
    std::vector<std::string> names;
    std::istringstream list(measure);
    for (std::string name; std::getline(list, name, ',');) {
        const std::size_t begin = name.find_first_not_of(' ');
        if (begin == std::string::npos) continue;
        names.push_back(name.substr(begin, name.find_last_not_of(' ') - begin + 1));
    }
    return names;
}

const ParamTable<StudySpec>& study_parameters() {
    static const ParamTable<StudySpec> table{
        "montecarlo",
        {
            param::count("trials", &StudySpec::trials,
                         {.fallback = "100",
                          .low = 2,
                          .high = most_trials,
                          .doc = "virtual chips; with `until` the most that are drawn"}),
            param::count("seed", &StudySpec::seed,
                         {.fallback = "1",
                          .low = 0,
                          .high = 9.0e15,
                          .doc = "of everything random on the chips"}),
            param::text("measure", &StudySpec::measure,
                        {.fallback = "",
                         .doc = "scalars to be studied, separated by commas; the first decides "
                                "about `until` and `threshold` (default: all that are cheap)"}),
            param::text("threshold", &StudySpec::threshold,
                        {.fallback = "",
                         .doc = "what a good chip reaches, such as \"90 %\"; gives the yield"}),
            param::text("until", &StudySpec::until,
                        {.fallback = "",
                         .doc = "\"interval=0.5 %\" ends the study once the 95 % interval of the "
                                "mean is at most so wide from end to end"}),
            param::count("batch", &StudySpec::batch,
                         {.fallback = "16",
                          .low = 2,
                          .high = most_trials,
                          .doc = "trials between two looks at the interval; the first look comes "
                                 "after twice as many"}),
            param::choice(
                "sampling", &StudySpec::sampling,
                {{"independent", Sampling::independent}, {"antithetic", Sampling::antithetic}},
                {.fallback = "independent",
                 .doc = "'antithetic' draws chips in mirrored pairs: fewer trials for "
                        "scalars that are nearly linear in the errors"}),
            param::choice(
                "interval", &StudySpec::interval,
                {{"student", MeanInterval::student}, {"bootstrap", MeanInterval::bootstrap}},
                {.fallback = "student",
                 .doc = "how the 95 % interval of the mean is found; 'bootstrap' (BCa) for few, "
                        "skewed values"}),
            param::flag(
                "attribution", &StudySpec::attribution,
                {.fallback = "false", .doc = "also find which source of error costs how much"}),
            param::count("attribution_trials", &StudySpec::attribution_trials,
                         {.fallback = "32",
                          .low = 2,
                          .high = most_trials,
                          .doc = "chips for the attribution, at most `trials`"}),
        }};
    return table;
}

void check(const StudySpec& spec, const ParameterSet& set, Complaints& complaints) {
    const auto place_of = [&set](std::string_view key) {
        const ParamEntry* entry = set.find(key);
        return entry == nullptr ? std::string() : entry->place.text();
    };
    if (!spec.until.empty() && !spec.until.starts_with(until_key)) {
        complaints.add({.place = place_of("montecarlo.until"),
                        .id = "MCS001",
                        .what = fmt::format("montecarlo.until: '{}' is no ending", spec.until),
                        .remedy = "Write interval=WIDTH, such as \"interval=0.5 %\""});
    }
    if (spec.sampling == Sampling::antithetic && (spec.trials % 2 != 0 || spec.batch % 2 != 0)) {
        complaints.add(
            {.place = place_of(spec.trials % 2 != 0 ? "montecarlo.trials" : "montecarlo.batch"),
             .id = "MCS003",
             .what = "antithetic trials come in pairs, but trials or batch is odd",
             .remedy = "Make montecarlo.trials and montecarlo.batch even"});
    }
}

std::optional<double> asked_width(const StudySpec& spec, const Measure& measure) {
    if (spec.until.empty()) return std::nullopt;
    const std::string text = spec.until.substr(std::min(until_key.size(), spec.until.size()));
    const double width = value_for(measure, text, "montecarlo.until", "MCS001");
    if (!(width > 0)) {
        throw InputError(Message{.place = "montecarlo.until",
                                 .id = "MCS001",
                                 .what = fmt::format("an interval cannot be '{}' wide", text),
                                 .remedy = "Ask for a width above 0"});
    }
    return width;
}

std::optional<double> threshold_of(const StudySpec& spec, const Measure& measure) {
    if (spec.threshold.empty()) return std::nullopt;
    return value_for(measure, spec.threshold, "montecarlo.threshold", "MCS002");
}

}  // namespace ohmgrid
