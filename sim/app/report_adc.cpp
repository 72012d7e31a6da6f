#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "sim/app/report_page.hpp"

namespace ohmgrid {
namespace {

constexpr std::size_t most_designs_drawn = 24;

/// One column of /designs.
std::vector<double> column_of(const Hdf5Reader& results, const std::string& name) {
    return results.read<double>("/designs/" + name).values;
}

/// What a user may sweep is a column with a dotted key; type, bits and sharing are in every name.
std::vector<std::string> names_of_designs(const Hdf5Reader& results) {
    const auto types = results.read_texts("/designs/type");
    const auto bits = column_of(results, "bits");
    const auto sharing = column_of(results, "columns_per_converter");
    std::vector<std::string> names;
    for (std::size_t d = 0; d < types.size(); ++d) {
        names.push_back(
            fmt::format("{} {} bits, {} columns each", types[d], bits.at(d), sharing.at(d)));
    }
    for (const std::string& column : results.names("/designs")) {
        if (column.find('.') == std::string::npos || column.ends_with(".low") ||
            column.ends_with(".high") || column == "adc.type" || column == "adc.bits" ||
            column == "array.column_sharing" || !results.is_text("/designs/" + column)) {
            continue;
        }
        const auto values = results.read_texts("/designs/" + column);
        for (std::size_t d = 0; d < names.size(); ++d) {
            names[d] += fmt::format(", {} {}", column, values.at(d));
        }
    }
    return names;
}

Series numbered(std::string name, std::vector<double> values) {
    Series series{.name = std::move(name), .x = {}, .y = std::move(values)};
    series.x.resize(series.y.size());
    std::iota(series.x.begin(), series.x.end(), 1.0);
    return series;
}

/// Mean with a band of one standard deviation, and the extremes, by code.
XyPlot spread_plot(const Hdf5Reader& results, const std::string& path, const std::string& title,
                   const std::string& quantity) {
    const auto read = [&](const char* part) { return results.read<double>(path + part).values; };
    Series mean = numbered("mean and standard deviation", read("_mean"));
    const std::vector<double> deviation = read("_standard_deviation");
    for (std::size_t k = 0; k < mean.y.size(); ++k) {
        mean.low.push_back(mean.y[k] - deviation.at(k));
        mean.high.push_back(mean.y[k] + deviation.at(k));
    }
    return {.title = title,
            .x = Axis{.name = "code"},
            .y = Axis{.name = quantity, .unit = "LSB"},
            .series = {mean, numbered("lowest", read("_low")), numbered("highest", read("_high"))}};
}

XyPlot inl_plot(const Hdf5Reader& results, const std::string& group) {
    return spread_plot(results, group + "inl_lsb", "Integral nonlinearity", "INL");
}

XyPlot transfer_plot(const Hdf5Reader& results, const std::string& group) {
    const auto thresholds = results.read<double>(group + "transfer_threshold_lsb").values;
    const auto codes = results.read<double>(group + "transfer_code").values;
    Series real{.name = "first instance", .x = {-0.5}, .y = codes, .mark = Mark::steps};
    real.x.insert(real.x.end(), thresholds.begin(), thresholds.end());
    real.y.resize(real.x.size());
    const double top = codes.empty() ? 0 : *std::max_element(codes.begin(), codes.end()) + 0.5;
    const Series ideal{.name = "straight line", .x = {-0.5, top}, .y = {-0.5, top}};
    return {.title = "Transfer curve",
            .x = Axis{.name = "input", .unit = "ideal steps"},
            .y = Axis{.name = "code"},
            .series = {real, ideal}};
}

/// What a designer weighs: one point per design.
XyPlot choice_plot(const Hdf5Reader& results, const std::vector<std::string>& names,
                   const std::string& title, const Axis& y, const std::string& column) {
    const auto types = results.read_texts("/designs/type");
    const auto enob = column_of(results, "enob_sine");
    const auto values = column_of(results, column);
    XyPlot plot{.title = title,
                .x = Axis{.name = "ENOB (sine, mean)", .unit = "bit"},
                .y = y,
                .series = {}};
    for (const std::string type : {"sar", "flash"}) {
        Series series{.name = type, .x = {}, .y = {}};
        series.mark = Mark::points;
        for (std::size_t d = 0; d < types.size(); ++d) {
            if (types[d] != type) continue;
            series.x.push_back(enob.at(d));
            series.y.push_back(values.at(d));
            series.labels.push_back(names[d]);
        }
        if (!series.x.empty()) plot.series.push_back(std::move(series));
    }
    return plot;
}

void add_design(HtmlPage& page, const Hdf5Reader& results, std::size_t number,
                const std::string& name) {
    const std::string group = fmt::format("/design_{}/", number);
    page.add_heading(name);
    page.add_chart(inl_plot(results, group));
    page.add_chart(spread_plot(results, group + "dnl_lsb", "Differential nonlinearity", "DNL"));
    page.add_chart(Histogram{.title = "Effective bits (sine)",
                             .x = Axis{.name = "ENOB", .unit = "bit"},
                             .counted = "converters",
                             .values = results.read<double>(group + "enob_sine").values,
                             .markers = {{"nominal bits", column_of(results, "bits").at(number)}}});
    page.add_chart(transfer_plot(results, group));
}

}  // namespace

Chart converter_chart(const Hdf5Reader& results) { return inl_plot(results, "/design_0/"); }

void add_converters(HtmlPage& page, const Hdf5Reader& results) {
    if (!results.has("/designs")) return;
    const std::vector<std::string> names = names_of_designs(results);
    Table table{
        {"design", "ENOB", "INL (LSB)", "DNL (LSB)", "yield (%)", "energy (pJ)", "read (ns)"}, {}};
    const std::array columns{std::pair{"enob_sine", 1.0},     std::pair{"worst_inl_lsb", 1.0},
                             std::pair{"worst_dnl_lsb", 1.0}, std::pair{"yield", 100.0},
                             std::pair{"energy_joule", 1e12}, std::pair{"read_second", 1e9}};
    for (const std::string& name : names) table.rows.push_back({name});
    for (const auto& [column, scale] : columns) {
        const auto values = column_of(results, column);
        for (std::size_t d = 0; d < names.size(); ++d) {
            table.rows[d].emplace_back(scale * values.at(d));
        }
    }
    page.add_table("Designs: means over the instances", table, names.size());
    if (names.size() > 1) {
        page.add_chart(choice_plot(results, names, "Energy of a conversion",
                                   Axis{.name = "energy", .unit = "J", .scale = Scale::logarithmic},
                                   "energy_joule"));
        page.add_chart(choice_plot(results, names, "Time of an array read",
                                   Axis{.name = "time", .unit = "s", .scale = Scale::logarithmic},
                                   "read_second"));
    }
    for (std::size_t d = 0; d < std::min(most_designs_drawn, names.size()); ++d) {
        add_design(page, results, d, names[d]);
    }
    if (names.size() > most_designs_drawn) {
        page.add_paragraph(
            fmt::format("Curves of the first {} of {} designs; the results file has "
                        "all.",
                        most_designs_drawn, names.size()));
    }
}

}  // namespace ohmgrid
