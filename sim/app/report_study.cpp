#include "sim/app/report_page.hpp"
#include "sim/app/study_results.hpp"

namespace ohmgrid {
namespace {

using Part = const Estimate* (*)(const SourceEffect&);

void add_bars(HtmlPage& page, const std::string& title, const std::string& axis, Part part,
              const StudyReport& report) {
    BarChart chart{.title = title,
                   .value = {.name = axis},
                   .rows = {},
                   .parts = {{.name = axis, .values = {}}}};
    for (const SourceEffect& effect : report.effects) {
        const Estimate* estimate = part(effect);
        if (estimate == nullptr) continue;
        chart.rows.emplace_back(to_text(effect.source));
        chart.parts[0].values.push_back(estimate->value);
        chart.parts[0].low.push_back(estimate->interval_95.low);
        chart.parts[0].high.push_back(estimate->interval_95.high);
    }
    if (!chart.rows.empty()) page.add_chart(chart);
}

void add_histogram(HtmlPage& page, const StudyHead& head, const StudyReport& report) {
    const Interval& interval = report.summaries.front().interval(head.spec.interval);
    Histogram chart{
        .title = head.measures.front().name + " of the chips",
        .x = {.name = head.measures.front().name},
        .counted = "chips",
        .values = report.values.front(),
        .interval = Histogram::Interval{"95 % interval of the mean", interval.low, interval.high}};
    chart.markers.push_back({"mean", report.summaries.front().mean});
    if (report.yield) chart.markers.push_back({"threshold", report.yield->threshold});
    page.add_chart(chart);
}

void add_convergence(HtmlPage& page, const StudyHead& head, const StudyReport& report) {
    Series series{.name = "mean with its 95 % interval", .x = {}, .y = {}};
    for (const ConvergencePoint& point : report.curve) {
        series.x.push_back(static_cast<double>(point.trials));
        series.y.push_back(point.mean);
        series.low.push_back(point.interval_95.low);
        series.high.push_back(point.interval_95.high);
    }
    page.add_chart(XyPlot{.title = "Convergence",
                          .x = {.name = "trials"},
                          .y = {.name = "mean " + head.measures.front().name},
                          .series = {std::move(series)}});
}

}  // namespace

void add_study(HtmlPage& page, const Hdf5Reader& results) {
    const StoredTrials stored = trials_in(results, "results");
    const StudyHead& head = stored.head;
    const StudyReport report = report_of(head, stored.values);
    page.add_heading(head.measures.front().name + " of " + std::to_string(report.trials) +
                     " virtual chips");
    page.add_table("Summary", summary_table(head, report));
    for (const std::string& line : {yield_line(head, report), ending_line(head, report)}) {
        if (!line.empty()) page.add_paragraph(line);
    }
    add_histogram(page, head, report);
    add_convergence(page, head, report);
    if (report.effects.empty()) return;
    page.add_heading("Which source of error costs how much");
    add_bars(
        page, "Change of the mean by leaving one source out", "change",
        [](const SourceEffect& e) { return &e.removed; }, report);
    add_bars(
        page, "Change of the mean by one source alone", "change",
        [](const SourceEffect& e) { return &e.alone; }, report);
    add_bars(
        page, "Share of the variance with interactions (total Sobol index)", "share",
        [](const SourceEffect& e) { return e.total ? &*e.total : nullptr; }, report);
    add_bars(
        page, "Share of the variance alone (first-order Sobol index)", "share",
        [](const SourceEffect& e) { return e.first_order ? &*e.first_order : nullptr; }, report);
    page.add_table("Attribution with 95 % intervals", attribution_table(report));
}

}  // namespace ohmgrid
