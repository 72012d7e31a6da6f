#include <fmt/format.h>

#include "sim/app/adc_results.hpp"
#include "sim/io/html_page.hpp"

namespace ohmgrid {
namespace {

constexpr std::size_t most_designs_drawn = 24;

/// Mean with a band of one standard deviation, and the extremes, by code.
XyPlot spread_plot(const std::string& title, const std::string& quantity,
                   const std::vector<Spread>& spreads, std::size_t instances) {
    Series mean{.name = "mean and standard deviation", .x = {}, .y = {}};
    Series low{.name = fmt::format("lowest of {}", instances), .x = {}, .y = {}};
    Series high{.name = fmt::format("highest of {}", instances), .x = {}, .y = {}};
    for (std::size_t k = 0; k < spreads.size(); ++k) {
        const Spread& s = spreads[k];
        for (Series* series : {&mean, &low, &high}) {
            series->x.push_back(static_cast<double>(k + 1));
        }
        mean.y.push_back(s.mean);
        mean.low.push_back(s.mean - s.standard_deviation);
        mean.high.push_back(s.mean + s.standard_deviation);
        low.y.push_back(s.low);
        high.y.push_back(s.high);
    }
    return {.title = title,
            .x = {.name = "code"},
            .y = {.name = quantity, .unit = "LSB"},
            .series = {mean, low, high}};
}

XyPlot transfer_plot(const AdcResult& result) {
    const double top = static_cast<double>(result.design.adc.levels());
    Series real{.name = "first instance", .x = {-0.5}, .y = {}, .mark = Mark::steps};
    real.y.push_back(result.first.code(-0.5));
    for (std::size_t i = 0; i < result.first.thresholds.size(); ++i) {
        real.x.push_back(result.first.thresholds[i]);
        real.y.push_back(result.first.codes[i + 1]);
    }
    const Series ideal{.name = "straight line", .x = {-0.5, top - 0.5}, .y = {-0.5, top - 0.5}};
    return {.title = "Transfer curve",
            .x = {.name = "input", .unit = "ideal steps"},
            .y = {.name = "code"},
            .series = {real, ideal}};
}

Histogram enob_histogram(const AdcResult& result) {
    Histogram histogram{.title = "Effective bits (sine)",
                        .x = {.name = "ENOB", .unit = "bit"},
                        .counted = "converters",
                        .values = {}};
    for (const ConverterFigures& one : result.study.instances) {
        histogram.values.push_back(one.sine_enob);
    }
    histogram.markers = {{"nominal bits", static_cast<double>(result.design.adc.bits)}};
    return histogram;
}

/// What a designer weighs: one point per design.
XyPlot choice_plot(const AdcResults& results, const std::string& title, const Axis& y,
                   double (*figure)(const AdcResult&)) {
    XyPlot plot{
        .title = title, .x = {.name = "ENOB (sine, mean)", .unit = "bit"}, .y = y, .series = {}};
    for (const AdcType type : {AdcType::sar, AdcType::flash}) {
        Series series{.name = type == AdcType::sar ? "SAR" : "flash", .x = {}, .y = {}};
        series.mark = Mark::points;
        for (const AdcResult& r : results.designs) {
            if (r.design.adc.type != type) continue;
            double enob = 0;
            for (const ConverterFigures& one : r.study.instances) {
                enob += one.sine_enob / static_cast<double>(r.study.instances.size());
            }
            series.x.push_back(enob);
            series.y.push_back(figure(r));
            series.labels.push_back(name_of(results, r));
        }
        if (!series.x.empty()) plot.series.push_back(std::move(series));
    }
    return plot;
}

void add_design(HtmlPage& page, const AdcResults& results, const AdcResult& result) {
    const std::size_t instances = result.study.instances.size();
    page.add_heading(name_of(results, result));
    if (!result.warning.empty()) page.add_paragraph("Warning: " + result.warning);
    page.add_table("Figures over the instances", adc_spread_table(result));
    page.add_chart(inl_chart(result));
    page.add_chart(
        spread_plot("Differential nonlinearity", "DNL", result.study.dnl_lsb, instances));
    page.add_chart(enob_histogram(result));
    page.add_chart(transfer_plot(result));
}

}  // namespace

XyPlot inl_chart(const AdcResult& result) {
    return spread_plot("Integral nonlinearity", "INL", result.study.inl_lsb,
                       result.study.instances.size());
}

std::string adc_page(const AdcResults& results) {
    HtmlPage page("Converters");
    page.add_table("Designs", adc_table(results), results.designs.size());
    if (results.designs.size() > 1) {
        page.add_chart(
            choice_plot(results, "Energy of a conversion",
                        {.name = "energy", .unit = "J", .scale = Scale::logarithmic},
                        [](const AdcResult& r) { return r.costs.one.cost.energy_joule; }));
        page.add_chart(choice_plot(
            results, "Time of an array read",
            {.name = "time", .unit = "s", .scale = Scale::logarithmic}, [](const AdcResult& r) {
                return static_cast<double>(r.costs.phases) * r.costs.phase_second;
            }));
    }
    for (std::size_t i = 0; i < std::min(most_designs_drawn, results.designs.size()); ++i) {
        add_design(page, results, results.designs[i]);
    }
    if (results.designs.size() > most_designs_drawn) {
        page.add_paragraph(
            fmt::format("Curves of the first {} of {} designs; the results file has "
                        "all.",
                        most_designs_drawn, results.designs.size()));
    }
    return page.text();
}

}  // namespace ohmgrid
