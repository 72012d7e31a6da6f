#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "sim/app/adc_results.hpp"
#include "sim/app/print_table.hpp"
#include "sim/app/report_page.hpp"
#include "sim/app/run_file.hpp"
#include "sim/app/sweep.hpp"
#include "sim/app/verbs.hpp"
#include "sim/inference/evaluation.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/provenance.hpp"

namespace ohmgrid {
namespace {

constexpr std::int64_t most_instances = 1'000'000;
constexpr std::int64_t most_samples = 1 << 20;

/// A number of periods coprime to `samples`, so that all phases differ: about an eighth of it.
std::int64_t coprime_periods(std::int64_t samples) {
    std::int64_t periods = std::max<std::int64_t>(1, samples / 8) | 1;
    while (std::gcd(periods, samples) != 1) periods += 2;
    return periods;
}

AdcResult characterised(AdcDesign design, std::vector<std::string> swept,
                        const Arguments& arguments, const RunContext& context) {
    AdcResult result;
    result.design = std::move(design);
    result.swept = std::move(swept);
    const VirtualChip chip{.seed = context.seed};
    const std::int64_t samples = arguments.count("samples", 16, most_samples);
    result.study =
        study_converters(result.design.adc, chip, arguments.count("instances", 1, most_instances),
                         {samples, coprime_periods(samples)}, context);
    const Converter first = Converter::drawn(result.design.adc, chip, 0);
    result.first = first.transfer();
    result.noise_lsb = first.noise_lsb();
    result.costs = costs_of(result.design);
    const auto gap = extrapolation(result.design.adc, result.design.cost, result.design.technology);
    if (gap) result.warning = gap->text();
    return result;
}

AdcResults all_designs(const AdcFile& file, const Arguments& arguments, const RunContext& context) {
    std::vector<Sweep> sweeps;
    AdcResults results;
    for (const std::string& written : arguments.texts("sweep")) {
        sweeps.push_back(parse_sweep(written));
        results.swept_keys.push_back(full_key(sweeps.back().key, file.known));
    }
    std::vector<std::pair<AdcDesign, std::vector<std::string>>> designs;
    for (const auto& values : combinations(sweeps)) {  // all mistakes before the first result
        std::vector<std::string> assignments;
        for (std::size_t i = 0; i < values.size(); ++i) {
            assignments.push_back(results.swept_keys[i] + '=' + values[i]);
        }
        designs.emplace_back(design_of(file, assignments), values);
    }
    for (auto& [design, values] : designs) {
        AdcResult& result = results.designs.emplace_back(
            characterised(std::move(design), values, arguments, context));
        if (arguments.has("chips")) {
            std::vector<std::string> assignments;
            for (const std::string& written : arguments.texts("set")) {
                assignments.push_back(with_full_key(written, file.known));
            }
            for (std::size_t i = 0; i < values.size(); ++i) {
                assignments.push_back(results.swept_keys[i] + '=' + values[i]);
            }
            result.network = network_figures(arguments.files().front(), assignments,
                                             arguments.count("chips", 2, most_instances), context);
        }
    }
    return results;
}

void print_network(const NetworkFigures& n, Console& console) {
    console.out << fmt::format(
        "network    {:.2f} % accuracy (95 % interval {:.2f} .. {:.2f}) on {} chips and {} images, "
        "digital {:.2f} %\n           {:.4g} uJ ({:.4g} in converters) and {:.4g} ms per image, "
        "{:.4g} mm2\n",
        100 * n.accuracy.mean, 100 * n.interval_95.low, 100 * n.interval_95.high, n.chips, n.images,
        100 * n.digital_accuracy, 1e6 * n.energy_joule, 1e6 * n.adc_energy_joule,
        1e3 * n.latency_second, 1e6 * n.area_m2);
}

void print_one(const AdcResult& result, Console& console) {
    console.out << to_text(adc_spread_table(result)) << '\n';
    const auto instances = static_cast<std::int64_t>(result.study.instances.size());
    const Interval yield = interval_95(result.study.good, instances);
    const AdcCosts& costs = result.costs;
    console.out << fmt::format(
        "yield      {} of {} with |INL| < 1/2 LSB  (95 % interval {:.1f} .. {:.1f} %)\n"
        "cost       {:.4g} um2, {:.4g} pJ per conversion ({:.4g} .. {:.4g}), {:.4g} ns\n"
        "array      {} converters ({} um2) for {} columns, {} phases of {:.4g} ns: {:.4g} ns per "
        "read\n",
        result.study.good, instances, 100 * yield.low, 100 * yield.high,
        1e12 * costs.one.cost.area_m2, 1e12 * costs.one.cost.energy_joule,
        1e12 * costs.one.energy_joule.low, 1e12 * costs.one.energy_joule.high,
        1e9 * costs.one.cost.latency_second, costs.converters,
        fmt::format("{:.4g}",
                    1e12 * static_cast<double>(costs.converters) * costs.one.cost.area_m2),
        result.design.array.columns, costs.phases, 1e9 * costs.phase_second,
        1e9 * costs.phase_second * static_cast<double>(costs.phases));
}

void print(const AdcResults& results, Format format, Console& console) {
    if (format == Format::json) {
        console.out << to_json(results).dump(2) << '\n';
    } else if (format == Format::csv) {
        console.out << to_csv(adc_table(results));
    } else if (results.designs.size() == 1) {
        print_one(results.designs.front(), console);
        if (results.designs.front().network) {
            print_network(*results.designs.front().network, console);
        }
    } else {
        console.out << to_text(adc_overview(results));
    }
}

/// What the user should know besides the numbers, each once.
void say_notes(const AdcResults& results, Console& console) {
    std::vector<std::string> notes;
    for (const AdcResult& r : results.designs) {
        if (!r.warning.empty()) notes.push_back("warning: " + r.warning);
        if (r.costs.last_columns != r.costs.phases) {
            notes.push_back(
                fmt::format("note: {} columns shared by {}: the last converter serves {}",
                            r.design.array.columns, r.costs.phases, r.costs.last_columns));
        }
    }
    std::sort(notes.begin(), notes.end());
    notes.erase(std::unique(notes.begin(), notes.end()), notes.end());
    for (const std::string& note : notes) console.err << note << '\n';
}

ExitCode adc(const Arguments& arguments, Console& console) {
    const Format format = format_of(arguments);
    const RunContext context = context_of(arguments, console);
    const AdcFile file = read_adc_file(arguments.files().front(), arguments.text("technology"),
                                       arguments.text("device"), arguments.texts("set"));
    const Provenance record{.command_line = command_line_of(console),
                            .seed = context.seed,
                            .threads = context.threads,
                            .started_at = utc_now(),
                            .parameters = resolve(file.known, file.values),
                            .sha256_of = file.sha256_of};
    ResultStore store(arguments);
    const AdcResults results = all_designs(file, arguments, context);
    say_notes(results, console);
    print(results, format, console);
    store.finish("ohmgrid.adc", record, [&results](Hdf5Writer& out) { write_adc(out, results); });
    return ExitCode::done;
}

}  // namespace

Verb adc_verb() {
    return {
        .name = "adc",
        .sentence =
            "Characterise a converter: INL, DNL, ENOB, yield, and what an array of them "
            "costs.",
        .example = "ohmgrid adc devices/adc/sar_8b.toml --instances 20 --samples 1024",
        .files = "ADC.toml|RUN.toml",
        .files_least = 1,
        .files_most = 1,
        .options = {{"sweep", "KEY=LIST",
                     "one design per value: bits=3..8, type=sar,flash; several: all combinations",
                     "", true},
                    option::set(),
                    {"instances", "N", "converters drawn of each design", "100"},
                    {"chips", "N",
                     "of a run file: accuracy of its network on N virtual chips of each design"},
                    {"samples", "N", "of the sine that gives ENOB", "4096"},
                    {"technology", "FILE", "for the cost of an ADC file", "technology/32nm.toml"},
                    {"device", "FILE", "cells behind an ADC file", "reram/hfox-1t1r.toml"},
                    option::out(""),
                    {"report", "FILE.html", "a page with INL, DNL and ENOB of every design"},
                    {"plot", "FILE.svg", "INL of the first design with its spread"},
                    option::format(),
                    option::threads(),
                    option::seed(),
                    option::quiet()},
        .action = adc};
}

}  // namespace ohmgrid
