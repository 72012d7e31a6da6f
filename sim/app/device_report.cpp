#include "sim/app/device_report.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sim/core/units.hpp"
#include "sim/device/state_summary.hpp"

namespace ohmgrid {
namespace {

constexpr std::size_t states_in_table = 9;
constexpr std::size_t states_in_curve = 61;
constexpr std::size_t states_in_drift = 5;
constexpr std::size_t times_in_curve = 41;

/// "1 h", "30 d", "20 s": the largest unit in which the time is a whole number.
std::string time_text(double seconds) {
    for (const auto& [unit, length] :
         {std::pair{"d", 86400.0}, std::pair{"h", 3600.0}, std::pair{"min", 60.0}}) {
        const double count = seconds / length;
        if (count >= 1 && count == std::floor(count)) return fmt::format("{:g} {}", count, unit);
    }
    return fmt::format("{:g} s", seconds);
}

/// From the first to the last time worth showing, evenly spaced in the logarithm.
std::vector<double> curve_times(const DeviceModel& device) {
    const std::vector<double> shown = shown_times(device);
    if (shown.front() <= 0 || shown.size() < 2) return shown;
    std::vector<double> times;
    for (std::size_t i = 0; i < times_in_curve; ++i) {
        const double share = static_cast<double>(i) / (times_in_curve - 1);
        times.push_back(shown.front() * std::pow(shown.back() / shown.front(), share));
    }
    times.back() = shown.back();
    return times;
}

}  // namespace

Chart error_chart(const DeviceModel& device) {
    std::vector<double> x;
    Series written{.name = "written", .x = {}, .y = {}};
    Series noise{.name = "one read", .x = {}, .y = {}};
    const bool discrete = device.measured != nullptr || device.kind == DeviceKind::sram;
    for (const double state : shown_states(device, states_in_curve)) {
        const StateSummary summary = summarise_state(device, state, {});
        written.x.push_back(state);
        written.y.push_back(summary.written_siemens);
        noise.y.push_back(summary.read_noise_siemens);
    }
    noise.x = written.x;
    written.mark = discrete ? Mark::points : Mark::line;
    noise.mark = written.mark;
    return XyPlot{.title = "Standard deviation of a cell over its conductance",
                  .x = {.name = "aimed conductance", .unit = "S"},
                  .y = {.name = "standard deviation", .unit = "S"},
                  .series = {std::move(written), std::move(noise)}};
}

Chart drift_chart(const DeviceModel& device) {
    const std::vector<double> times = curve_times(device);
    XyPlot plot{.title = "Conductance after writing: mean, and one standard deviation",
                .x = {.name = "time after writing",
                      .unit = "s",
                      .scale = times.front() > 0 ? Scale::logarithmic : Scale::linear},
                .y = {.name = "conductance", .unit = "S"},
                .series = {}};
    for (const double state : shown_states(device, states_in_drift)) {
        const StateSummary summary = summarise_state(device, state, times);
        Series series{.name = format_quantity(state, dimension::conductance),
                      .x = times,
                      .y = summary.mean_siemens};
        for (std::size_t i = 0; i < times.size(); ++i) {
            series.low.push_back(summary.mean_siemens[i] - summary.deviation_siemens[i]);
            series.high.push_back(summary.mean_siemens[i] + summary.deviation_siemens[i]);
        }
        plot.series.push_back(std::move(series));
    }
    return plot;
}

std::string description_of(const DeviceModel& device) {
    const auto siemens = [](double g) { return format_quantity(g, dimension::conductance); };
    std::string text = fmt::format("{} .. {}, read at {}", siemens(device.g_min_siemens),
                                   siemens(device.g_max_siemens),
                                   format_quantity(device.read_volt, dimension::voltage));
    if (!device.levels_siemens.empty()) {
        text += fmt::format(", {} listed levels", device.levels_siemens.size());
    }
    if (device.measured != nullptr) {
        text += fmt::format(", errors as measured at {} levels", device.measured->levels.size());
    }
    if (device.faults.total() > 0) {
        text += fmt::format("; stuck low {:g} %, stuck high {:g} %, open {:g} %",
                            100 * device.faults.stuck_low, 100 * device.faults.stuck_high,
                            100 * device.faults.open);
    }
    return text;
}

Table state_table(const DeviceModel& device) {
    const std::vector<double> times = shown_times(device);
    Table table{{"state", "conductance_siemens", "written_siemens", "read_siemens", "accepted"},
                {}};
    for (const double time : times) {
        table.columns.push_back(fmt::format("mean_siemens.{:g}s", time));
        table.columns.push_back(fmt::format("deviation_siemens.{:g}s", time));
    }
    std::int64_t state = 0;
    for (const double aim : shown_states(device, states_in_table)) {
        const StateSummary summary = summarise_state(device, aim, times);
        std::vector<Table::Cell> row{state++, aim, summary.written_siemens,
                                     summary.read_noise_siemens, summary.accepted};
        for (std::size_t i = 0; i < times.size(); ++i) {
            row.emplace_back(summary.mean_siemens[i]);
            row.emplace_back(summary.deviation_siemens[i]);
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

Table readable_state_table(const DeviceModel& device) {
    const std::vector<double> times = shown_times(device);
    const auto micro = [](double siemens) { return fmt::format("{:.4g}", siemens * 1e6); };
    Table table{{"state", "G uS", "written sd uS", "read sd uS", "accepted %"}, {}};
    const bool changes = times.size() > 1;
    for (const double time : times) {
        if (changes) table.columns.push_back("uS after " + time_text(time));
    }
    std::int64_t state = 0;
    for (const double aim : shown_states(device, states_in_table)) {
        const StateSummary summary = summarise_state(device, aim, times);
        std::vector<Table::Cell> row{state++, micro(aim), micro(summary.written_siemens),
                                     micro(summary.read_noise_siemens),
                                     fmt::format("{:.3g}", 100 * summary.accepted)};
        for (std::size_t i = 0; changes && i < times.size(); ++i) {
            row.emplace_back(fmt::format("{:.3g} +- {:.2g}", summary.mean_siemens[i] * 1e6,
                                         summary.deviation_siemens[i] * 1e6));
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

HtmlPage device_page(const DeviceModel& device, const Table& values) {
    HtmlPage page(device.name);
    page.add_paragraph(description_of(device));
    page.add_chart(error_chart(device));
    if (shown_times(device).size() > 1) page.add_chart(drift_chart(device));
    page.add_table("States: conductance, standard deviation once written and of one read",
                   readable_state_table(device));
    page.add_table("Values of the file", values, 200);
    return page;
}

}  // namespace ohmgrid
