#include "sim/app/adc_results.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/inference/evaluation.hpp"
#include "sim/io/hdf5_table.hpp"

namespace ohmgrid {
namespace {

constexpr double picojoules = 1e12;
constexpr double nanoseconds = 1e9;
constexpr double um2_per_m2 = 1e12;

/// A figure of one converter, with its name and how a value is shown.
struct NamedFigure {
    const char* name;
    double (*of)(const ConverterFigures&);
};

constexpr std::array named_figures{
    NamedFigure{"offset_lsb", [](const ConverterFigures& f) { return f.offset_lsb; }},
    NamedFigure{"gain_error", [](const ConverterFigures& f) { return f.gain_error; }},
    NamedFigure{"worst_inl_lsb", [](const ConverterFigures& f) { return f.worst_inl_lsb; }},
    NamedFigure{"worst_dnl_lsb", [](const ConverterFigures& f) { return f.worst_dnl_lsb; }},
    NamedFigure{"missing_codes",
                [](const ConverterFigures& f) { return static_cast<double>(f.missing_codes); }},
    NamedFigure{"enob_sine", [](const ConverterFigures& f) { return f.sine_enob; }},
    NamedFigure{"enob_density", [](const ConverterFigures& f) { return f.density_enob; }}};

std::vector<double> values_of(const ConverterStudy& study, const NamedFigure& figure) {
    std::vector<double> values;
    for (const ConverterFigures& one : study.instances) values.push_back(figure.of(one));
    return values;
}

double mean(const AdcResult& result, std::string_view name) {
    for (const NamedFigure& figure : named_figures) {
        if (figure.name == name) return spread_of(values_of(result.study, figure)).mean;
    }
    return 0;
}

std::string type_text(AdcType type) { return type == AdcType::flash ? "flash" : "sar"; }

/// Largest share of one column in what is converted for another.
double memory_ratio(const AdcDesign& design) {
    RowMajorMatrix mixing = column_mixing(design.array, design.multiplexer);
    mixing.diagonal().setZero();
    return mixing.cwiseAbs().maxCoeff();
}

Interval yield_interval(const AdcResult& result) {
    return interval_95(result.study.good, static_cast<std::int64_t>(result.study.instances.size()));
}

double yield_of(const AdcResult& result) {
    return static_cast<double>(result.study.good) /
           static_cast<double>(result.study.instances.size());
}

double read_second(const AdcResult& result) {
    return static_cast<double>(result.costs.phases) * result.costs.phase_second;
}

bool ran_a_network(const AdcResults& results) {
    return !results.designs.empty() && results.designs.front().network.has_value();
}

void add_network(const NetworkFigures& n, std::vector<Table::Cell>& row) {
    row.insert(row.end(), {n.chips, n.images, n.digital_accuracy, n.accuracy.mean,
                           n.accuracy.standard_deviation, n.interval_95.low, n.interval_95.high,
                           n.energy_joule, n.adc_energy_joule, n.area_m2, n.latency_second});
}

double converters_area_m2(const AdcResult& result) {
    return static_cast<double>(result.costs.converters) * result.costs.one.cost.area_m2;
}

}  // namespace

Table adc_table(const AdcResults& results) {
    Table table{results.swept_keys, {}};
    table.columns.insert(table.columns.end(), {"type",
                                               "bits",
                                               "columns_per_converter",
                                               "instances",
                                               "enob_sine",
                                               "enob_density",
                                               "worst_inl_lsb",
                                               "worst_dnl_lsb",
                                               "missing_codes",
                                               "noise_lsb",
                                               "yield",
                                               "yield_low",
                                               "yield_high",
                                               "memory",
                                               "converters",
                                               "phases",
                                               "last_converter_columns",
                                               "converter_area_m2",
                                               "converter_area_m2.low",
                                               "converter_area_m2.high",
                                               "area_m2",
                                               "energy_joule",
                                               "energy_joule.low",
                                               "energy_joule.high",
                                               "conversion_second",
                                               "phase_second",
                                               "read_second",
                                               "warning"});
    if (ran_a_network(results)) {
        table.columns.insert(
            table.columns.end(),
            {"chips", "images", "digital_accuracy", "accuracy", "accuracy_standard_deviation",
             "accuracy_low", "accuracy_high", "image_energy_joule", "image_adc_energy_joule",
             "chip_area_m2", "image_latency_second"});
    }
    for (const AdcResult& r : results.designs) {
        std::vector<Table::Cell> row(r.swept.begin(), r.swept.end());
        const Interval yield = yield_interval(r);
        const AdcCost& one = r.costs.one;
        const std::vector<Table::Cell> cells{type_text(r.design.adc.type),
                                             static_cast<std::int64_t>(r.design.adc.bits),
                                             r.design.array.column_sharing,
                                             static_cast<std::int64_t>(r.study.instances.size()),
                                             mean(r, "enob_sine"),
                                             mean(r, "enob_density"),
                                             mean(r, "worst_inl_lsb"),
                                             mean(r, "worst_dnl_lsb"),
                                             mean(r, "missing_codes"),
                                             r.noise_lsb,
                                             yield_of(r),
                                             yield.low,
                                             yield.high,
                                             memory_ratio(r.design),
                                             r.costs.converters,
                                             r.costs.phases,
                                             r.costs.last_columns,
                                             one.cost.area_m2,
                                             one.area_m2.low,
                                             one.area_m2.high,
                                             converters_area_m2(r),
                                             one.cost.energy_joule,
                                             one.energy_joule.low,
                                             one.energy_joule.high,
                                             one.cost.latency_second,
                                             r.costs.phase_second,
                                             read_second(r),
                                             r.warning};
        row.insert(row.end(), cells.begin(), cells.end());
        if (r.network) add_network(*r.network, row);
        table.rows.push_back(std::move(row));
    }
    return table;
}

Table adc_overview(const AdcResults& results) {
    Table table{{"type", "bits", "columns"}, {}};
    std::vector<std::size_t> shown;  // swept parameters that have no column of their own
    for (std::size_t i = 0; i < results.swept_keys.size(); ++i) {
        const std::string& key = results.swept_keys[i];
        if (key == "adc.type" || key == "adc.bits" || key == "array.column_sharing") continue;
        table.columns.push_back(key.substr(key.rfind('.') + 1));
        shown.push_back(i);
    }
    table.columns.insert(table.columns.end(), {"ENOB", "INL LSB", "DNL LSB", "yield %", "area um2",
                                               "pJ/conv", "read ns"});
    if (ran_a_network(results)) {
        table.columns.insert(table.columns.end(),
                             {"accuracy %", "+- %", "uJ/image", "chip mm2", "ms/image"});
    }
    for (const AdcResult& r : results.designs) {
        std::vector<Table::Cell> row{type_text(r.design.adc.type),
                                     static_cast<std::int64_t>(r.design.adc.bits),
                                     r.design.array.column_sharing};
        for (const std::size_t i : shown) row.emplace_back(r.swept[i]);
        row.insert(row.end(),
                   {mean(r, "enob_sine"), mean(r, "worst_inl_lsb"), mean(r, "worst_dnl_lsb"),
                    100 * yield_of(r), um2_per_m2 * converters_area_m2(r),
                    picojoules * r.costs.one.cost.energy_joule, nanoseconds * read_second(r)});
        if (r.network) {
            const NetworkFigures& n = *r.network;
            row.insert(row.end(),
                       {100 * n.accuracy.mean, 50 * (n.interval_95.high - n.interval_95.low),
                        1e6 * n.energy_joule, 1e6 * n.area_m2, 1e3 * n.latency_second});
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

Table adc_spread_table(const AdcResult& result) {
    Table table{{"figure", "mean", "standard_deviation", "low", "high"}, {}};
    for (const NamedFigure& figure : named_figures) {
        const Spread spread = spread_of(values_of(result.study, figure));
        table.rows.push_back(
            {figure.name, spread.mean, spread.standard_deviation, spread.low, spread.high});
    }
    return table;
}

std::string name_of(const AdcResults& results, const AdcResult& result) {
    std::string name = fmt::format("{} {} bits, {} columns each", type_text(result.design.adc.type),
                                   result.design.adc.bits, result.design.array.column_sharing);
    for (std::size_t i = 0; i < results.swept_keys.size(); ++i) {
        const std::string& key = results.swept_keys[i];
        if (key == "adc.type" || key == "adc.bits" || key == "array.column_sharing") continue;
        name += fmt::format(", {} {}", key, result.swept[i]);
    }
    return name;
}

nlohmann::ordered_json to_json(const AdcResults& results) {
    nlohmann::ordered_json out;
    out["designs"] = nlohmann::ordered_json::parse(to_json(adc_table(results)));
    for (std::size_t i = 0; i < results.designs.size(); ++i) {
        out["designs"][i]["spread"] =
            nlohmann::ordered_json::parse(to_json(adc_spread_table(results.designs[i])));
    }
    return out;
}

namespace {

std::vector<double> members(const std::vector<Spread>& spreads, double Spread::*member) {
    std::vector<double> values;
    for (const Spread& spread : spreads) values.push_back(spread.*member);
    return values;
}

void write_spreads(Hdf5Writer& file, const std::string& path, const std::vector<Spread>& spreads,
                   const std::string& what) {
    const auto count = static_cast<std::int64_t>(spreads.size());
    for (const auto& [name, member] :
         {std::pair{"mean", &Spread::mean},
          std::pair{"standard_deviation", &Spread::standard_deviation},
          std::pair{"low", &Spread::low}, std::pair{"high", &Spread::high}}) {
        file.write(path + "_" + name, Dataset<double>{{count}, members(spreads, member)}, "",
                   fmt::format("{}, {} over the instances", what, name));
    }
}

}  // namespace

void write_adc(Hdf5Writer& file, const AdcResults& results) {
    write_table(file, "/designs", adc_table(results), "one per design; the name ends in the unit");
    for (std::size_t i = 0; i < results.designs.size(); ++i) {
        const AdcResult& r = results.designs[i];
        const std::string group = fmt::format("/design_{}/", i);
        for (const NamedFigure& figure : named_figures) {
            const std::vector<double> values = values_of(r.study, figure);
            file.write(group + figure.name,
                       Dataset<double>{{static_cast<std::int64_t>(values.size())}, values}, "",
                       "one per instance");
        }
        write_spreads(file, group + "inl_lsb", r.study.inl_lsb, "INL of threshold k = 1, 2, ..");
        write_spreads(file, group + "dnl_lsb", r.study.dnl_lsb, "DNL of code k = 1, 2, ..");
        file.write(group + "transfer_threshold_lsb",
                   Dataset<double>{{static_cast<std::int64_t>(r.first.thresholds.size())},
                                   r.first.thresholds},
                   "", "first instance: inputs at which the code changes");
        std::vector<std::int64_t> codes(r.first.codes.begin(), r.first.codes.end());
        file.write(group + "transfer_code",
                   Dataset<std::int64_t>{{static_cast<std::int64_t>(codes.size())}, codes}, "",
                   "first instance: code below the first threshold and from each on");
    }
}

}  // namespace ohmgrid
