#include "sim/app/validate_reference.hpp"

#include <fmt/format.h>

#include "sim/app/print_table.hpp"
#include "sim/app/shipped_parts.hpp"
#include "sim/cost/agreement.hpp"

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

}  // namespace ohmgrid
