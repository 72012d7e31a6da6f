#include "search/app/search_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/app/data_folders.hpp"
#include "sim/app/layer_entries.hpp"
#include "sim/core/spelling.hpp"
#include "sim/io/known_tables.hpp"
#include "sim/io/parameter_file.hpp"

namespace ohmgrid {
namespace {

/// The lists of a [space] section or a [[layer]] entry as they are written.
struct SpaceSpec {
    std::vector<double> widths, kernels, column_sharing, adc_bits, input_bits, weight_bits,
        cell_bits, array_side, replication;
    std::string adc_type;
};

const ParamTable<SpaceSpec>& space_parameters() {
    const auto list = [](const char* key, std::vector<double> SpaceSpec::*member, double high,
                         const char* doc) {
        return param::numbers<SpaceSpec>(key, member,
                                         {.fallback = "", .low = 1, .high = high, .doc = doc});
    };
    static const ParamTable<SpaceSpec> table{
        "space",
        {list("widths", &SpaceSpec::widths, 65536, "output channels a layer may have"),
         list("kernels", &SpaceSpec::kernels, 15, "sides of a kernel, odd"),
         list("column_sharing", &SpaceSpec::column_sharing, 1024, "columns per converter"),
         param::text<SpaceSpec>(
             "adc_type", &SpaceSpec::adc_type,
             {.fallback = "", .doc = "converters, separated by commas: sar, flash"}),
         list("adc_bits", &SpaceSpec::adc_bits, 16, "bits of a converter"),
         list("input_bits", &SpaceSpec::input_bits, 16, "bits of an input"),
         list("weight_bits", &SpaceSpec::weight_bits, 16, "bits of a weight"),
         list("cell_bits", &SpaceSpec::cell_bits, 8, "bits of a cell"),
         list("array_side", &SpaceSpec::array_side, 4096, "rows and columns of a square array"),
         list("replication", &SpaceSpec::replication, 65536, "copies of a layer's weights")}};
    return table;
}

const ParamTable<GoalSpec>& goal_parameters() {
    const auto bound = [](const char* key, std::optional<double> GoalSpec::*member, Dimension d,
                          const char* doc) {
        return param::quantity<GoalSpec>(key, member, d, {.fallback = "", .low = 0, .doc = doc});
    };
    const auto number = [](const char* key, std::optional<double> GoalSpec::*member,
                           const char* doc) {
        return param::number<GoalSpec>(key, member, {.fallback = "", .low = 0, .doc = doc});
    };
    static const ParamTable<GoalSpec> table{
        "goal",
        {param::choice<GoalSpec>("objective", &GoalSpec::objective,
                                 {{"area", Figure::area},
                                  {"latency", Figure::latency},
                                  {"energy", Figure::energy},
                                  {"edap", Figure::edap},
                                  {"tops_per_watt", Figure::tops_per_watt},
                                  {"tops_per_mm2", Figure::tops_per_mm2}},
                                 {.fallback = "edap", .doc = "what the best design is best in"}),
         param::choice<GoalSpec>(
             "cost", &GoalSpec::cost,
             {{"tables", CostSource::tables}, {"xpert-surrogate", CostSource::xpert_surrogate}},
             {.fallback = "tables", .doc = "model the figures come from"}),
         param::text<GoalSpec>("front", &GoalSpec::front,
                               {.fallback = "", .doc = "figures of a Pareto front, with commas"}),
         bound("area_max", &GoalSpec::area_max, dimension::area, "largest area"),
         bound("area_min", &GoalSpec::area_min, dimension::area, "smallest area"),
         bound("latency_max", &GoalSpec::latency_max, dimension::time, "longest latency"),
         bound("energy_max", &GoalSpec::energy_max, dimension::energy, "most energy per image"),
         number("edap_max", &GoalSpec::edap_max, "largest EDAP, joule second square metre"),
         number("tops_per_watt_min", &GoalSpec::tops_per_watt_min, "least TOPS/W"),
         number("tops_per_mm2_min", &GoalSpec::tops_per_mm2_min, "least TOPS/mm2")}};
    return table;
}

const ParamTable<AccuracySpec>& accuracy_parameters() {
    static const ParamTable<AccuracySpec> table{
        "accuracy",
        {param::choice<AccuracySpec>(
             "source", &AccuracySpec::source,
             {{"none", AccuracySource::none},
              {"naswot", AccuracySource::naswot},
              {"synflow", AccuracySource::synflow},
              {"table", AccuracySource::table},
              {"command", AccuracySource::command}},
             {.fallback = "none", .doc = "what stands for the accuracy of an untrained network"}),
         param::number<AccuracySpec>("least", &AccuracySpec::least,
                                     {.fallback = "", .doc = "least score"}),
         param::number<AccuracySpec>(
             "margin", &AccuracySpec::margin,
             {.fallback = "", .low = 0, .doc = "how far below the base network's own score"}),
         param::count<AccuracySpec>(
             "images", &AccuracySpec::images,
             {.fallback = "32", .low = 2, .high = 4096, .doc = "images a score is taken on"}),
         param::count<AccuracySpec>(
             "draws", &AccuracySpec::draws,
             {.fallback = "1",
              .low = 1,
              .high = 1000,
              .doc = "draws of the initial weights whose scores are averaged"}),
         param::text<AccuracySpec>(
             "table", &AccuracySpec::table,
             {.fallback = "", .doc = "CSV of networks: a column per searched layer, and score"}),
         param::count<AccuracySpec>("samples", &AccuracySpec::samples,
                                    {.fallback = "48",
                                     .low = 8,
                                     .high = 100000,
                                     .doc = "networks scored to fit the guide"}),
         param::count<AccuracySpec>("most_scores", &AccuracySpec::most_scores,
                                    {.fallback = "40",
                                     .low = 1,
                                     .high = 1000000,
                                     .doc = "networks scored in order of merit at most"}),
         param::text<AccuracySpec>(
             "command", &AccuracySpec::command,
             {.fallback = "", .doc = "program and arguments, one JSON file added; prints JSON"}),
         param::quantity<AccuracySpec>(
             "command_timeout", &AccuracySpec::command_timeout_second, dimension::time,
             {.fallback = "3600 s", .low = 0.001, .doc = "time a command may take"})}};
    return table;
}

const ParamTable<CircuitSpec>& circuit_parameters() {
    static const ParamTable<CircuitSpec> table{
        "circuit",
        {param::number<CircuitSpec>(
             "most_loss", &CircuitSpec::most_loss,
             {.fallback = "", .low = 0, .high = 1, .doc = "accuracy that may be lost: 0.5 %"}),
         param::count<CircuitSpec>(
             "images", &CircuitSpec::images,
             {.fallback = "4000",
              .low = 1,
              .high = 1e9,
              .doc = "calibration images that decide, at most; they come after the next"}),
         param::count<CircuitSpec>("probe_images", &CircuitSpec::probe_images,
                                   {.fallback = "200",
                                    .low = 1,
                                    .high = 1e9,
                                    .doc = "calibration images for sensitivities, the first ones"}),
         param::number<CircuitSpec>("confidence", &CircuitSpec::confidence,
                                    {.fallback = "95 %",
                                     .low = 0.5,
                                     .high = 0.9999,
                                     .doc = "with which the loss on the test images is promised"}),
         param::number<CircuitSpec>(
             "unseen_accuracy", &CircuitSpec::unseen_accuracy,
             {.fallback = "",
              .low = 0,
              .high = 1,
              .doc = "what the digital network reaches on images it was not trained on; images "
                     "that decide get noise until they are as hard"}),
         param::count<CircuitSpec>(
             "chips", &CircuitSpec::chips,
             {.fallback = "1", .low = 1, .high = 10000, .doc = "virtual chips of a design"}),
         param::number<CircuitSpec>(
             "sigmas", &CircuitSpec::sigmas,
             {.fallback = "0",
              .low = 0,
              .high = 10,
              .doc = "standard deviations between chips that are taken off the mean accuracy"})}};
    return table;
}

const ParamTable<Published>& compare_parameters() {
    const auto gain = [](const char* key, std::optional<double> Published::*member,
                         const char* doc) {
        return param::number<Published>(key, member, {.fallback = "", .low = 0, .doc = doc});
    };
    static const ParamTable<Published> table{
        "compare",
        {param::text<Published>("name", &Published::name,
                                {.fallback = {}, .doc = "what is compared with; [[compare]]"}),
         param::text<Published>("source", &Published::source,
                                {.fallback = {}, .doc = "where its figures are from"}),
         gain("edap_lower", &Published::edap_lower, "times less EDAP than its own baseline"),
         gain("tops_per_watt_higher", &Published::tops_per_watt_higher, "times more TOPS/W"),
         gain("tops_per_mm2_higher", &Published::tops_per_mm2_higher, "times more TOPS/mm2"),
         gain("value", &Published::value,
              "its goal.objective, in SI units, TOPS/W or TOPS/mm2 and by the same cost model")}};
    return table;
}

void append(std::vector<ParamInfo>& all, std::vector<ParamInfo> more) {
    all.insert(all.end(), more.begin(), more.end());
}

std::vector<std::int64_t> whole(const std::vector<double>& list, const std::string& key,
                                Complaints& complaints) {
    std::vector<std::int64_t> values;
    for (const double v : list) {
        if (v != std::floor(v)) {
            complaints.add({.place = {},
                            .id = "SEA002",
                            .what = fmt::format("{}: {} is not a whole number", key, v),
                            .remedy = "Give whole numbers"});
            continue;
        }
        values.push_back(static_cast<std::int64_t>(v));
    }
    return values;
}

LayerSpace layer_space(const SpaceSpec& s, Complaints& complaints) {
    LayerSpace l{.widths = whole(s.widths, "widths", complaints),
                 .kernels = whole(s.kernels, "kernels", complaints),
                 .adc_types = {},
                 .adc_bits = whole(s.adc_bits, "adc_bits", complaints),
                 .column_sharing = whole(s.column_sharing, "column_sharing", complaints),
                 .input_bits = whole(s.input_bits, "input_bits", complaints),
                 .weight_bits = whole(s.weight_bits, "weight_bits", complaints),
                 .cell_bits = whole(s.cell_bits, "cell_bits", complaints),
                 .array_sides = whole(s.array_side, "array_side", complaints),
                 .replications = whole(s.replication, "replication", complaints)};
    for (const std::string& word : files_of(s.adc_type)) {
        const std::vector<std::string> known{"sar", "flash", "ideal"};
        if (word == "sar") {
            l.adc_types.push_back(AdcType::sar);
        } else if (word == "flash") {
            l.adc_types.push_back(AdcType::flash);
        } else if (word == "ideal") {
            l.adc_types.push_back(AdcType::ideal);
        } else {
            complaints.add({.place = {},
                            .id = "SEA002",
                            .what = fmt::format("adc_type: unknown converter '{}'", word),
                            .remedy = did_you_mean(word, known, "Converters: sar, flash, ideal")});
        }
    }
    return l;
}

/// The [[layer]] entries as sets of space.* keys, by the layer's name.
std::vector<LayerSpace> layers_of(const ParameterFile& file, const Graph& network,
                                  Complaints& complaints) {
    std::vector<ParameterSet> sets(network.weighted_nodes().size(), file.values);
    std::vector<bool> own_widths(sets.size(), false);
    for (const LayerEntry& entry : layer_entries(file, network, complaints)) {
        ParameterSet full;
        for (const auto& [key, value] : entry.settings->entries()) {
            if (key != "name") full.set("space." + key, value);
        }
        refuse_unknown_keys(full, space_parameters().infos(), complaints);
        sets[entry.layer].overlay(full);
        own_widths[entry.layer] = full.find("space.widths") != nullptr;
    }
    std::vector<LayerSpace> layers;
    for (std::size_t i = 0; i < sets.size(); ++i) {
        layers.push_back(layer_space(space_parameters().read(sets[i], complaints), complaints));
        layers.back().own_widths = own_widths[i];
    }
    return layers;
}

std::vector<Published> published_of(const ParameterFile& file, Complaints& complaints) {
    std::vector<Published> all;
    const auto entries = file.tables.find("compare");
    if (entries == file.tables.end()) return all;
    for (const ParameterSet& entry : entries->second) {
        ParameterSet full;
        for (const auto& [key, value] : entry.entries()) full.set("compare." + key, value);
        refuse_unknown_keys(full, compare_parameters().infos(), complaints);
        all.push_back(compare_parameters().read(full, complaints));
    }
    return all;
}

const ParamInfo& run_parameter() {
    static const ParamInfo info =
        param::info_of("run", ParamKind::text, dimension::ratio,
                       {.fallback = {}, .doc = "run file with everything that is not searched"});
    return info;
}

/// Those that stand once in a file.
std::vector<ParamInfo> single_parameters() {
    std::vector<ParamInfo> all{run_parameter()};
    append(all, space_parameters().infos());
    append(all, goal_parameters().infos());
    append(all, accuracy_parameters().infos());
    append(all, circuit_parameters().infos());
    return all;
}

}  // namespace

std::vector<ParamInfo> search_parameters() {
    std::vector<ParamInfo> all = single_parameters();
    append(all, compare_parameters().infos());
    return all;
}

SearchFile read_search_file(const std::filesystem::path& path,
                            const std::vector<std::string>& assignments) {
    ParameterFile file = read_parameter_file(path, "search", data_folders());
    SearchFile search;
    for (const std::string& assignment : assignments) {
        const bool is_own = std::ranges::any_of(
            std::vector<std::string>{"space.", "goal.", "accuracy.", "circuit.", "run="},
            [&](const std::string& start) { return assignment.rfind(start, 0) == 0; });
        if (is_own) {
            set_from_command_line(file.values, assignment);
        } else {
            search.run_assignments.push_back(assignment);
        }
    }
    Complaints complaints;
    refuse_unknown_keys(file.values, single_parameters(), complaints);
    refuse_unknown_tables(file, {"layer", "compare"}, complaints);
    const auto run = checked_value(run_parameter(), file.values, complaints);
    search.goal = goal_parameters().read(file.values, complaints);
    search.accuracy = accuracy_parameters().read(file.values, complaints);
    search.circuit = circuit_parameters().read(file.values, complaints);
    search.published = published_of(file, complaints);
    complaints.throw_if_any();
    if (!search.accuracy.table.empty()) {
        search.accuracy.table = find_file(search.accuracy.table, path, data_folders()).string();
    }
    search.run_path = find_file(std::get<std::string>(*run), path, data_folders());
    search.run = read_run_file(search.run_path, search.run_assignments);
    search.layers = layers_of(file, search.run.network, complaints);
    complaints.throw_if_any();
    for (const auto& [name, hash] : file.sha256_of) search.run.sha256_of[name] = hash;
    for (ResolvedParam& p : resolve(single_parameters(), file.values)) {
        search.run.parameters.push_back(std::move(p));
    }
    return search;
}

BaseDesign base_of(const RunFile& run) {
    BaseDesign base{.network = run.network,
                    .technology = run.technology,
                    .device = run.device,
                    .chip = run.chip,
                    .settings = layer_settings(run),
                    .adc_costs = {},
                    .activities = {}};
    for (const LayerDesign& layer : run.layers) base.adc_costs.push_back(layer.adc_cost);
    base.activities.assign(run.layers.size(), run.activity);
    return base;
}

Goal goal_of(const GoalSpec& spec) {
    Goal goal{.objective = spec.objective};
    const auto add = [&goal](Figure figure, const std::optional<double>& value, bool is_upper) {
        if (value) goal.limits.push_back({figure, *value, is_upper});
    };
    add(Figure::area, spec.area_max, true);
    add(Figure::area, spec.area_min, false);
    add(Figure::latency, spec.latency_max, true);
    add(Figure::energy, spec.energy_max, true);
    add(Figure::edap, spec.edap_max, true);
    add(Figure::tops_per_watt, spec.tops_per_watt_min, false);
    add(Figure::tops_per_mm2, spec.tops_per_mm2_min, false);
    return goal;
}

std::vector<Figure> figures_of(const std::string& list) {
    std::vector<Figure> figures;
    std::vector<std::string> known;
    for (const Figure f : all_figures) known.emplace_back(to_text(f));
    for (const std::string& word : files_of(list)) {
        const auto at = std::ranges::find(known, word);
        if (at == known.end()) {
            throw InputError(Message{
                .place = {},
                .id = "SEA003",
                .what = fmt::format("goal.front: unknown figure '{}'", word),
                .remedy = did_you_mean(word, known, fmt::format("{}", fmt::join(known, ", ")))});
        }
        figures.push_back(all_figures[static_cast<std::size_t>(at - known.begin())]);
    }
    return figures;
}

}  // namespace ohmgrid
