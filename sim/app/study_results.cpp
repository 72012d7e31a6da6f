#include "sim/app/study_results.hpp"

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace ohmgrid {
namespace {

using Json = nlohmann::ordered_json;

/// A value of the measure for a table: a plain number, or with its unit.
Table::Cell cell_of(double value, const Measure& measure) {
    if (measure.dimension == dimension::ratio) return value;
    return format_quantity(value, measure.dimension);
}

Json pair_of(const Interval& interval) { return {interval.low, interval.high}; }

Json json_of(const Estimate& estimate) {
    return {{"value", estimate.value}, {"interval_95", pair_of(estimate.interval_95)}};
}

Json json_of(const std::optional<Estimate>& estimate) {
    return estimate ? json_of(*estimate) : Json(nullptr);
}

Json json_of(const Measure& measure, const Summary& summary, MeanInterval kind) {
    Json percentiles;
    for (std::size_t i = 0; i < percentile_shares.size(); ++i) {
        percentiles[fmt::format("p{:.0f}", 100 * percentile_shares[i])] = summary.percentiles[i];
    }
    return {{"measure", measure.name},
            {"mean", summary.mean},
            {"standard_deviation", summary.standard_deviation},
            {"standard_error", summary.standard_error},
            {"interval_95", pair_of(summary.interval(kind))},
            {"interval_95_student", pair_of(summary.student)},
            {"interval_95_bootstrap", pair_of(summary.bootstrap)},
            {"least", summary.least},
            {"most", summary.most},
            {"percentiles", std::move(percentiles)}};
}

/// "-0.0123 [-0.0130, -0.0116]"
std::string text_of(const Estimate& estimate) {
    return fmt::format("{:.4g} [{:.4g}, {:.4g}]", estimate.value, estimate.interval_95.low,
                       estimate.interval_95.high);
}

std::string text_of(const std::optional<Estimate>& estimate) {
    return estimate ? text_of(*estimate) : "-";
}

/// One of the estimates of an effect, if it has it.
using Part = const Estimate* (*)(const SourceEffect&);

const Estimate* alone(const SourceEffect& e) { return &e.alone; }
const Estimate* removed(const SourceEffect& e) { return &e.removed; }
const Estimate* first_order(const SourceEffect& e) {
    return e.first_order ? &*e.first_order : nullptr;
}
const Estimate* total(const SourceEffect& e) { return e.total ? &*e.total : nullptr; }

void write_estimates(Hdf5Writer& file, const std::string& name, Part part,
                     const StudyReport& report, const std::string& what) {
    const double none = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> values;
    for (const SourceEffect& effect : report.effects) {
        const Estimate* estimate = part(effect);
        values.push_back(estimate != nullptr ? estimate->value : none);
        values.push_back(estimate != nullptr ? estimate->interval_95.low : none);
        values.push_back(estimate != nullptr ? estimate->interval_95.high : none);
    }
    file.write("/attribution/" + name,
               Dataset<double>{{std::ssize(report.effects), 3}, std::move(values)}, "", what);
}

void write_attribution(Hdf5Writer& file, const StudyReport& report) {
    std::vector<std::string> names;
    for (const SourceEffect& effect : report.effects) names.emplace_back(to_text(effect.source));
    file.write_texts("/attribution/source", names, "source of error");
    write_estimates(file, "alone", alone, report,
                    "change of the mean by this source alone: value, low, high");
    write_estimates(file, "removed", removed, report,
                    "change of the mean by leaving it out: value, low, high");
    write_estimates(file, "first_order", first_order, report,
                    "first-order Sobol index: value, low, high");
    write_estimates(file, "total", total, report, "total Sobol index: value, low, high");
}

}  // namespace

Table summary_table(const StudyHead& head, const StudyReport& report) {
    Table table{{"measure", "trials", "mean", "interval_95_low", "interval_95_high",
                 "standard_deviation", "p5", "median", "p95"},
                {}};
    for (std::size_t m = 0; m < head.measures.size(); ++m) {
        const Measure& measure = head.measures[m];
        const Summary& summary = report.summaries[m];
        const Interval& interval = summary.interval(head.spec.interval);
        table.rows.push_back(
            {measure.name, summary.trials, cell_of(summary.mean, measure),
             cell_of(interval.low, measure), cell_of(interval.high, measure),
             cell_of(summary.standard_deviation, measure), cell_of(summary.percentiles[0], measure),
             cell_of(summary.percentiles[2], measure), cell_of(summary.percentiles[4], measure)});
    }
    return table;
}

Table attribution_table(const StudyReport& report) {
    Table table{{"source", "alone", "removed", "first_order", "total"}, {}};
    for (const SourceEffect& effect : report.effects) {
        table.rows.push_back({std::string(to_text(effect.source)), text_of(effect.alone),
                              text_of(effect.removed), text_of(effect.first_order),
                              text_of(effect.total)});
    }
    return table;
}

std::string yield_line(const StudyHead& head, const StudyReport& report) {
    if (!report.yield) return {};
    const Yield& yield = *report.yield;
    const Measure& measure = head.measures.front();
    const std::string threshold = measure.dimension == dimension::ratio
                                      ? fmt::format("{:.6g}", yield.threshold)
                                      : format_quantity(yield.threshold, measure.dimension);
    return fmt::format(
        "yield      {:.1f} % of chips have {} {} {}  (95 % interval {:.1f} .. {:.1f}, {} of {})\n",
        100 * yield.share, measure.name, measure.better == Better::higher ? ">=" : "<=", threshold,
        100 * yield.interval_95.low, 100 * yield.interval_95.high, yield.passing, yield.trials);
}

std::string ending_line(const StudyHead& head, const StudyReport& report) {
    if (!report.asked_width) return {};
    const Interval& interval = report.summaries.front().interval(head.spec.interval);
    return fmt::format(
        "{} after {} of at most {} trials: the interval is {:.4g} wide, {:.4g} asked\n",
        report.settled ? "settled" : "not settled", report.trials, head.spec.trials,
        interval.high - interval.low, *report.asked_width);
}

std::string study_text(const StudyHead& head, const StudyReport& report) {
    std::string text = to_text(summary_table(head, report), 5) + '\n';
    text += yield_line(head, report) + ending_line(head, report);
    if (!head.spec.attribution) return text;
    if (report.effects.empty()) return text + "no source of error acts in this configuration\n";
    return text +
           fmt::format(
               "\neffect on mean {} of each source alone and of its removal, and its share "
               "of the variance\n",
               head.measures.front().name) +
           to_text(attribution_table(report));
}

nlohmann::ordered_json study_json(const StudyHead& head, const StudyReport& report) {
    Json json{{"trials", report.trials}};
    json.update(json_of(head.measures.front(), report.summaries.front(), head.spec.interval));
    json["settled"] = report.settled;
    json["yield"] = report.yield ? Json(report.yield->share) : Json(nullptr);
    if (report.yield) {
        json["yield_interval_95"] = pair_of(report.yield->interval_95);
        json["threshold"] = report.yield->threshold;
    }
    json["measures"] = Json::array();
    for (std::size_t m = 0; m < head.measures.size(); ++m) {
        json["measures"].push_back(
            json_of(head.measures[m], report.summaries[m], head.spec.interval));
    }
    if (!head.spec.attribution) return json;
    json["attribution"] = Json::array();
    for (const SourceEffect& effect : report.effects) {
        json["attribution"].push_back({{"source", to_text(effect.source)},
                                       {"alone", json_of(effect.alone)},
                                       {"removed", json_of(effect.removed)},
                                       {"first_order", json_of(effect.first_order)},
                                       {"total", json_of(effect.total)}});
    }
    return json;
}

void write_study(Hdf5Writer& file, const StudyHead& head, const StudyReport& report) {
    std::vector<std::string> names;
    std::vector<double> numbers;
    for (std::size_t m = 0; m < head.measures.size(); ++m) {
        const Summary& s = report.summaries[m];
        names.push_back(head.measures[m].name);
        file.write("/trials/" + names.back(), Dataset<double>{{report.trials}, report.values[m]},
                   "SI", "by trial");
        const Interval& interval = s.interval(head.spec.interval);
        for (const double value : {s.mean, s.standard_deviation, s.standard_error, interval.low,
                                   interval.high, s.least, s.most}) {
            numbers.push_back(value);
        }
        numbers.insert(numbers.end(), s.percentiles.begin(), s.percentiles.end());
    }
    const auto rows = std::ssize(names);
    file.write_texts("/summary/measure", names, "scalar");
    file.write_texts("/summary/statistic",
                     {"mean", "standard_deviation", "standard_error", "interval_95_low",
                      "interval_95_high", "least", "most", "p5", "p25", "p50", "p75", "p95"},
                     "by column of values");
    file.write("/summary/values", Dataset<double>{{rows, std::ssize(numbers) / rows}, numbers},
               "SI", "measures x statistics");
    std::vector<double> curve;
    for (const ConvergencePoint& point : report.curve) {
        curve.insert(curve.end(), {static_cast<double>(point.trials), point.mean,
                                   point.interval_95.low, point.interval_95.high});
    }
    file.write("/convergence", Dataset<double>{{std::ssize(report.curve), 4}, curve}, "",
               "trials, mean of the first measure, low and high end of its interval");
    if (!report.effects.empty()) write_attribution(file, report);
}

}  // namespace ohmgrid
