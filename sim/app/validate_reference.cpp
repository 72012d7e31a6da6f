#include "sim/app/validate_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/app/print_table.hpp"
#include "sim/app/shipped_parts.hpp"
#include "sim/app/shipped_technologies.hpp"
#include "sim/cost/agreement.hpp"
#include "sim/cost/silicon.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/chart.hpp"

namespace ohmgrid {
namespace {

Technology shipped_technology(const std::string& name) {
    return shipped_part(technology_parameters(), "technology", "technology/" + name);
}

Table table_of(const std::vector<Agreement>& all) {
    Table table{{"what", "figure", "points", "median %", "90 % below %", "largest %", "within"},
                {}};
    for (const Agreement& a : all) {
        table.rows.push_back({a.what, a.figure, static_cast<std::int64_t>(a.relative.size()),
                              100 * a.quantile(0.5), 100 * a.quantile(0.9), 100 * a.quantile(1),
                              fmt::format("{:.0f} / {:.0f}: {}", 100 * a.most_median,
                                          100 * a.most_tail, a.holds() ? "yes" : "no")});
    }
    return table;
}

std::filesystem::path silicon_file(const std::string& name) {
    return find_file("silicon/" + name, {}, data_folders());
}

Table silicon_table(const SiliconComparison& comparison) {
    Table table{{"chip", "memory", "nm", "measured TOPS/W", "model", "low", "high", "ratio",
                 "ADC %", "cells %", "lines %", "outputs %", "control %"},
                {}};
    for (std::size_t i = 0; i < comparison.chips.size(); ++i) {
        const SiliconChip& chip = comparison.chips[i];
        const SiliconEstimate& e = comparison.estimates[i];
        std::vector<Table::Cell> row{chip.name,
                                     chip.memory + ' ' + chip.cell,
                                     chip.node_metre * 1e9,
                                     chip.tops_per_watt,
                                     e.tops_per_watt.typical,
                                     e.tops_per_watt.low,
                                     e.tops_per_watt.high,
                                     e.tops_per_watt.typical / chip.tops_per_watt};
        const double total = e.adc_joule.typical + e.rest_joule();
        for (const double part :
             {e.adc_joule.typical, e.array_joule, e.line_joule, e.output_joule, e.control_joule}) {
            row.emplace_back(std::round(100 * part / total));
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

constexpr double most_log2 = 1;                 // model within a factor of two in the median
constexpr double most_share_difference = 0.15;  // absolute, of the converters' share

/// The measured share of a chip and the model's.
struct Share {
    std::string chip;
    std::string what;
    double measured = 0;
    double model = 0;

    [[nodiscard]] bool holds() const { return std::abs(model - measured) <= most_share_difference; }
};

std::vector<Share> shares_of(const SiliconComparison& comparison) {
    std::vector<Share> all;
    for (std::size_t i = 0; i < comparison.chips.size(); ++i) {
        const SiliconChip& chip = comparison.chips[i];
        const SiliconEstimate& e = comparison.estimates[i];
        if (chip.adc_energy_share) {
            all.push_back({chip.name, "energy", *chip.adc_energy_share, e.adc_energy_share()});
        }
        if (chip.adc_area_share) {
            all.push_back({chip.name, "area", *chip.adc_area_share, e.adc_area_share()});
        }
    }
    return all;
}

Table table_of(const std::vector<Share>& shares) {
    Table table{{"chip", "share of ADC", "measured", "model", "difference", "within"}, {}};
    for (const Share& s : shares) {
        table.rows.push_back(
            {s.chip, s.what, s.measured, s.model, s.model - s.measured,
             fmt::format("{:.2f}: {}", most_share_difference, s.holds() ? "yes" : "no")});
    }
    return table;
}

XyPlot silicon_plot(const SiliconComparison& comparison) {
    XyPlot plot{.title = "Efficiency of measured macros, one-bit operations",
                .x = {.name = "measured", .unit = "TOPS/W", .scale = Scale::logarithmic},
                .y = {.name = "model", .unit = "TOPS/W", .scale = Scale::logarithmic},
                .series = {}};
    for (const char* memory : {"SRAM", "eNVM"}) {
        Series series{.name = memory, .x = {}, .y = {}, .mark = Mark::points};
        for (std::size_t i = 0; i < comparison.chips.size(); ++i) {
            if (comparison.chips[i].memory != memory) continue;
            series.x.push_back(comparison.chips[i].tops_per_watt);
            series.y.push_back(comparison.estimates[i].tops_per_watt.typical);
            series.low.push_back(comparison.estimates[i].tops_per_watt.low);
            series.high.push_back(comparison.estimates[i].tops_per_watt.high);
            series.labels.push_back(comparison.chips[i].name);
        }
        plot.series.push_back(std::move(series));
    }
    for (const double factor : {0.5, 1.0, 2.0}) {
        plot.series.push_back({.name = factor == 1 ? "equal" : fmt::format("x {:g}", factor),
                               .x = {5, 2e4},
                               .y = {5 * factor, 2e4 * factor}});
    }
    return plot;
}

ExitCode verdict(bool agrees) { return agrees ? ExitCode::done : ExitCode::comparison_said_no; }

}  // namespace

ExitCode validate_components(const Arguments& arguments, Console& console) {
    const std::vector<Agreement> all =
        component_agreement(arguments.text("components"), shipped_technology);
    print_table(table_of(all), format_of(arguments), console);
    bool agrees = true;
    for (const Agreement& a : all) agrees = agrees && a.holds();
    return verdict(agrees);
}

ExitCode validate_sweep(const Arguments& arguments, Console& console) {
    const SweepAgreement sweep =
        sweep_agreement(arguments.text("sweep"), shipped_technology("32nm"),
                        shipped_part(device_parameters(), "device", "reram/hfox-1t1r"),
                        shipped_part(chip_parameters(), "chip", "chip/neurosim"));
    print_table(table_of(sweep.figures), format_of(arguments), console);
    console.err << fmt::format(
        "{} settings; rank correlation (Kendall) of energy x latency x area {:.3f}, at least "
        "{:.2f}; {} layers on another number of tiles\n",
        sweep.settings, sweep.edap_rank_correlation, sweep.least_rank_correlation,
        sweep.other_tiles);
    return verdict(sweep.holds());
}

ExitCode validate_silicon(const Arguments& arguments, Console& console) {
    const std::vector<Technology> technologies = shipped_technologies(Roadmap::low_standby_power);
    const SiliconCells cells{
        .reram_130nm = shipped_part(device_parameters(), "device", "reram/neurram-wan2022"),
        .reram_28nm = shipped_part(device_parameters(), "device", "reram/foundry-28nm"),
        .pcm = shipped_part(device_parameters(), "device", "pcm/hermes-one-device"),
        .sram = shipped_part(device_parameters(), "device", "sram/8t")};
    const SiliconComparison macros =
        compare_silicon(silicon_file("macros.csv"), technologies, cells);
    const std::vector<Share> shares =
        shares_of(compare_silicon(silicon_file("shares.csv"), technologies, cells));
    const Format format = format_of(arguments);
    print_table(silicon_table(macros), format, console);
    if (format == Format::table) {
        console.out << '\n';
        print_table(table_of(shares), format, console);
    }
    const auto hold = std::ranges::count_if(shares, &Share::holds);
    bool agrees = hold == std::ssize(shares);
    for (const char* memory : {"SRAM", "eNVM"}) {
        const Range median = macros.leave_one_out(memory);
        console.err << fmt::format(
            "{}: {} macros, median distance {:.3f} (factor {:.2f}; {:.3f} .. {:.3f} with one left "
            "out), at most {:g}\n",
            memory, macros.count(memory), median.typical, std::exp2(median.typical), median.low,
            median.high, most_log2);
        agrees = agrees && median.typical <= most_log2;
    }
    console.err << fmt::format("{} of {} shares within {:.2f}\n", hold, shares.size(),
                               most_share_difference);
    if (arguments.has("plot")) {
        write_file(arguments.text("plot"), svg_file(silicon_plot(macros)));
    }
    return verdict(agrees);
}

}  // namespace ohmgrid
