#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/app/results.hpp"

namespace ohmgrid {
namespace {

/// What each design of the comparison classifies correctly, beside the networks without a chip.
Table accuracy_table(const InferenceReport& report) {
    Table table{{"accuracy", "%", "95 % interval", "right only so", "right only as designed"}, {}};
    const auto add = [&](const std::string& name, std::int64_t correct, Table::Cell so,
                         Table::Cell designed) {
        const Interval interval = interval_95(correct, report.images);
        table.rows.push_back(
            {name, 100 * report.share(correct),
             fmt::format("{:.1f} .. {:.1f}", 100 * interval.low, 100 * interval.high),
             std::move(so), std::move(designed)});
    };
    add("digital", report.digital_correct, "", "");
    add("ideal array", report.ideal_correct, "", "");
    for (const CompensationEffect& effect : report.compensation) {
        add("without " + effect.name, effect.correct_without, effect.lost, effect.gained);
    }
    add("as designed", report.analog_correct, "", "");
    return table;
}

Table error_table(const InferenceReport& report) {
    Table table{{"relative_rms_error"}, {}};
    for (const CompensationEffect& effect : report.compensation) {
        table.columns.push_back("without " + effect.name);
    }
    table.columns.emplace_back("as designed");
    for (std::size_t l = 0; l < report.layers.size(); ++l) {
        auto& row = table.rows.emplace_back();
        row.emplace_back(report.layers[l].name);
        for (const CompensationEffect& effect : report.compensation) {
            row.emplace_back(effect.error_without[l]);
        }
        row.emplace_back(report.layers[l].relative_rms_error);
    }
    return table;
}

}  // namespace

std::string compensation_text(const InferenceReport& report) {
    if (report.compensation.empty()) return "";
    return "\nThe same chip with and without its compensations:\n\n" +
           to_text(accuracy_table(report)) + '\n' + to_text(error_table(report));
}

nlohmann::ordered_json compensation_json(const InferenceReport& report) {
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (const CompensationEffect& effect : report.compensation) {
        const Interval interval = interval_95(effect.correct_without, report.images);
        all.push_back({{"without", effect.name},
                       {"accuracy", report.share(effect.correct_without)},
                       {"accuracy_interval_95", {interval.low, interval.high}},
                       {"gained", effect.gained},
                       {"lost", effect.lost},
                       {"relative_rms_error", effect.error_without}});
    }
    return all;
}

void write_compensation(Hdf5Writer& file, const InferenceReport& report) {
    if (report.compensation.empty()) return;
    std::vector<std::string> names;
    std::vector<double> accuracy, low, high, errors;
    std::vector<std::int64_t> gained, lost;
    for (const CompensationEffect& effect : report.compensation) {
        const Interval interval = interval_95(effect.correct_without, report.images);
        names.push_back(effect.name);
        accuracy.push_back(report.share(effect.correct_without));
        low.push_back(interval.low);
        high.push_back(interval.high);
        gained.push_back(effect.gained);
        lost.push_back(effect.lost);
        errors.insert(errors.end(), effect.error_without.begin(), effect.error_without.end());
    }
    const std::int64_t count = std::ssize(names);
    const auto write = [&](const std::string& name, const auto& values, const std::string& what) {
        file.write("/compensation/" + name, Dataset{{count}, values}, "", what);
    };
    file.write_texts("/compensation/without", names, "compensation that is left out");
    write("accuracy", accuracy, "of the chip without it");
    write("interval_95_low", low, "lower end, Clopper-Pearson");
    write("interval_95_high", high, "upper end, Clopper-Pearson");
    write("gained", gained, "images that are right with it only");
    write("lost", lost, "images that are right without it only");
    file.write("/compensation/relative_rms_error",
               Dataset<double>{{count, std::ssize(report.layers)}, errors}, "",
               "as /layers/relative_rms_error, without it: compensations x layers");
}

}  // namespace ohmgrid
