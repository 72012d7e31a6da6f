#include "sim/app/run_file.hpp"

#include <fmt/format.h>

#include <iterator>
#include <set>

#include "sim/app/data_folders.hpp"
#include "sim/app/device_file.hpp"
#include "sim/app/layer_entries.hpp"
#include "sim/app/shipped_technologies.hpp"
#include "sim/cost/technology_at.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/known_tables.hpp"
#include "sim/io/parameter_file.hpp"
#include "sim/io/sha256.hpp"
#include "sim/mapping/layer_shape.hpp"
#include "sim/network/load_network.hpp"

namespace ohmgrid {
namespace {

const ParamInfo& network_parameter() {
    static const ParamInfo info =
        param::info_of("network", ParamKind::text, dimension::ratio,
                       {.fallback = {}, .doc = "trained network (.onnx) or shape table (.csv)"});
    return info;
}

const ParamInfo& node_parameter() {
    static const ParamInfo info =
        param::info_of("technology.node", ParamKind::quantity, dimension::length,
                       {.fallback = "",
                        .doc = "feature size of a technology interpolated between the shipped ones "
                               "of its roadmap, instead of all other keys but the temperature"});
    return info;
}

void append(std::vector<ParamInfo>& all, std::vector<ParamInfo> more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

/// The tunables that may differ from layer to layer.
std::vector<ParamInfo> layer_parameters() {
    std::vector<ParamInfo> all;
    append(all, array_parameters().infos());
    append(all, adc_parameters().infos());
    append(all, adc_cost_parameters().infos());
    append(all, mapping_parameters().infos());
    append(all, multiplexer_parameters().infos());
    append(all, driver_parameters().infos());
    return all;
}

LayerDesign read_design(const ParameterSet& set, Complaints& complaints) {
    LayerDesign design{.settings = {.array = array_parameters().read(set, complaints),
                                    .adc = adc_parameters().read(set, complaints),
                                    .mapping = mapping_parameters().read(set, complaints),
                                    .multiplexer = multiplexer_parameters().read(set, complaints),
                                    .driver = driver_parameters().read(set, complaints)},
                       .adc_cost = adc_cost_parameters().read(set, complaints)};
    check(design.settings.array, set, complaints);
    check(design.settings.adc, set, complaints);
    check(design.settings.mapping, design.settings.array.cell_bits, set, complaints);
    check(design.settings.multiplexer, set, complaints);
    check(design.adc_cost, design.settings.adc, set, complaints);
    return design;
}

/// One [[layer]] entry as full keys; `name` is taken out.
ParameterSet override_of(const ParameterSet& entry, Complaints& complaints) {
    const std::vector<ParamInfo> known = layer_parameters();
    ParameterSet full;
    for (const auto& [key, value] : entry.entries()) {
        if (key != "name") full.set(full_key(key, known), value);
    }
    refuse_unknown_keys(full, known, complaints);
    return full;
}

std::vector<LayerDesign> design_per_layer(const Graph& network, const ParameterFile& file,
                                          Complaints& complaints) {
    std::vector<ParameterSet> sets(network.weighted_nodes().size(), file.values);
    for (const LayerEntry& entry : layer_entries(file, network, complaints)) {
        sets[entry.layer].overlay(override_of(*entry.settings, complaints));
    }
    std::vector<LayerDesign> designs;
    for (const ParameterSet& set : sets) designs.push_back(read_design(set, complaints));
    return designs;
}

/// The tunables set for single layers, once they are known to be right.
void append_overrides(const ParameterFile& file, std::vector<ResolvedParam>& all) {
    const auto entries = file.tables.find("layer");
    if (entries == file.tables.end()) return;
    const std::vector<ParamInfo> known = layer_parameters();
    for (const ParameterSet& entry : entries->second) {
        const std::string layer = to_text(entry.find("name")->value);
        for (const auto& [key, value] : entry.entries()) {
            if (key == "name") continue;
            all.push_back({fmt::format("layer.{}.{}", layer, full_key(key, known)),
                           to_text(value.value), value.place.text()});
        }
    }
}

std::filesystem::path network_path(const ParameterSet& set, const std::filesystem::path& run_file) {
    Complaints complaints;
    const auto written = checked_value(network_parameter(), set, complaints);
    complaints.throw_if_any();
    return find_file(std::get<std::string>(*written), run_file, data_folders());
}

/// Files named by a run file count from its folder; shipped ones are found by name.
std::string resolved_files(const std::string& list, const std::filesystem::path& run_file) {
    std::string out;
    for (const std::string& name : files_of(list)) {
        const bool is_drawn = name.rfind("example:", 0) == 0;
        out += (out.empty() ? "" : ",") +
               (is_drawn ? name : find_file(name, run_file, data_folders()).string());
    }
    return out;
}

/// Every distinct number of bits per cell once.
void check_levels(const DeviceModel& device, const std::vector<LayerDesign>& layers,
                  const ParameterSet& set, Complaints& complaints) {
    std::set<int> bits;
    for (const LayerDesign& layer : layers) bits.insert(layer.settings.array.cell_bits);
    for (const int b : bits) check_levels(device, b, set, complaints);
}

void erase_section(ParameterSet& set, const std::string& section) {
    std::vector<std::string> old;
    for (const auto& [known, value] : set.entries()) {
        if (known.rfind(section + '.', 0) == 0) old.push_back(known);
    }
    for (const std::string& dropped : old) set.erase(dropped);
}

/// The section as it stands, or with `technology.node` the node between shipped ones.
Technology read_technology(ParameterFile& file, Complaints& complaints) {
    const auto node = checked_value(node_parameter(), file.values, complaints);
    if (!node) return technology_parameters().read(file.values, complaints);
    ParameterSet kept;
    for (const char* key : {"technology.node", "technology.roadmap", "technology.temperature"}) {
        if (const ParamEntry* entry = file.values.find(key)) kept.set(key, *entry);
    }
    erase_section(file.values, "technology");
    file.values.overlay(kept);
    const ParamEntry* roadmap = kept.find("technology.roadmap");
    const bool fast = roadmap != nullptr && roadmap->value == ParamValue{"high-performance"};
    const auto known = shipped_technologies(
        fast ? Roadmap::high_performance : Roadmap::low_standby_power, kept, &file.sha256_of);
    return technology_at(known, std::get<double>(*node));
}

/// What the profile's file says, if it has one: the surrogate is no set of parameters.
ParameterFile profile_file(const ParamEntry& profile) {
    const auto* name = std::get_if<std::string>(&profile.value);
    if (name == nullptr || (*name != "survey" && *name != "neurosim")) return {};
    return read_parameter_file(find_file("profile/" + *name + ".toml", {}, data_folders()),
                               "profile", data_folders());
}

void put_profile_below(ParameterFile& file) {
    const ParamEntry* profile = file.values.find("cost.profile");
    if (profile == nullptr) return;
    ParameterFile below = profile_file(*profile);
    below.values.overlay(file.values);
    file.values = std::move(below.values);
    file.sha256_of.merge(below.sha256_of);
}

void put_profile_above(ParameterFile& file, const ParamEntry& profile) {
    ParameterFile above = profile_file(profile);
    for (const char* section : {"chip", "adc.cost"}) {
        if (!above.values.entries().empty()) erase_section(file.values, section);
    }
    file.values.overlay(above.values);
    file.sha256_of.merge(above.sha256_of);
}

}  // namespace

void assign(ParameterFile& file, const std::string& assignment) {
    ParameterSet set;
    set_from_command_line(set, assignment);
    for (const auto& [key, entry] : set.entries()) {
        const auto* name = std::get_if<std::string>(&entry.value);
        if (key == "cost.profile") put_profile_above(file, entry);
        if (!key.ends_with(".base") || name == nullptr) {
            file.values.set(key, entry);
            continue;
        }
        const std::string section = key.substr(0, key.find('.'));
        const ParameterFile part =
            read_parameter_file(find_file(*name, {}, data_folders()), section, data_folders());
        erase_section(file.values, section);
        for (const auto& [word, value] : part.values.entries()) {
            file.values.set(section + '.' + word, value);
        }
        for (const auto& [path, hash] : part.sha256_of) file.sha256_of[path] = hash;
    }
}

std::string full_key(const std::string& written, const std::vector<ParamInfo>& known) {
    for (const ParamInfo& info : known) {
        if (info.key == written) return written;
    }
    for (const ParamInfo& info : known) {
        if (info.key.ends_with('.' + written)) return info.key;
    }
    return written;
}

std::vector<ParamInfo> run_parameters() {
    std::vector<ParamInfo> all{network_parameter()};
    append(all, data_parameters().infos());
    append(all, technology_parameters().infos());
    all.push_back(node_parameter());
    append(all, device_infos());
    append(all, layer_parameters());
    append(all, chip_parameters().infos());
    append(all, activity_parameters().infos());
    append(all, study_parameters().infos());
    append(all, cost_parameters().infos());
    return all;
}

RunFile read_run_file(const std::filesystem::path& path,
                      const std::vector<std::string>& assignments) {
    ParameterFile file = read_parameter_file(path, "run", data_folders());
    put_profile_below(file);
    for (const std::string& assignment : assignments) assign(file, assignment);
    const std::vector<ParamInfo> known = run_parameters();
    Complaints complaints;
    refuse_unknown_keys(file.values, known, complaints);
    refuse_unknown_tables(file, {"layer"}, complaints);
    RunFile run;
    run.data = data_parameters().read(file.values, complaints);
    run.technology = read_technology(file, complaints);
    run.device = read_device(file.values, file.sha256_of, complaints);
    CellLawSpec law = cell_law_parameters().read(file.values, complaints);
    run.chip = chip_parameters().read(file.values, complaints);
    run.activity = activity_parameters().read(file.values, complaints);
    run.study = study_parameters().read(file.values, complaints);
    check(run.study, file.values, complaints);
    run.cost = cost_parameters().read(file.values, complaints);
    (void)read_design(file.values, complaints);  // mistakes in shared sections, once
    complaints.throw_if_any();

    const std::filesystem::path network = network_path(file.values, path);
    run.network = load_network(network);
    run.layers = design_per_layer(run.network, file, complaints);
    check_levels(run.device, run.layers, file.values, complaints);
    complaints.throw_if_any();
    if (!law.table.empty()) law.table = find_file(law.table, path, data_folders()).string();
    for (LayerDesign& layer : run.layers) layer.settings.law = law;
    run.data.test = resolved_files(run.data.test, path);
    run.data.calibration = resolved_files(run.data.calibration, path);
    if (!run.data.ranges.empty()) {
        run.data.ranges = find_file(run.data.ranges, path, data_folders()).string();
        run.sha256_of[run.data.ranges] = sha256(read_file(run.data.ranges));
    }
    run.parameters = resolve(known, file.values);
    append_overrides(file, run.parameters);
    run.sha256_of.merge(file.sha256_of);
    run.sha256_of[network.string()] = sha256(read_file(network));
    return run;
}

std::vector<LayerPlan> layer_plans(const RunFile& run, std::span<const Activity> measured) {
    std::vector<LayerPlan> plans;
    for (LayerShape& shape : layer_shapes(run.network)) {
        const std::size_t layer = plans.size();
        const LayerDesign& design = run.layers[layer];
        plans.push_back({.shape = std::move(shape),
                         .array = design.settings.array,
                         .adc = design.settings.adc,
                         .adc_cost = design.adc_cost,
                         .mapping = design.settings.mapping,
                         .activity = measured.empty() ? run.activity : measured[layer],
                         .factors = run.cost.factors,
                         .given = run.cost.given,
                         .multiplexer = design.settings.multiplexer});
    }
    return plans;
}

std::vector<LayerSettings> layer_settings(const RunFile& run) {
    std::vector<LayerSettings> settings;
    for (const LayerDesign& layer : run.layers) settings.push_back(layer.settings);
    return settings;
}

}  // namespace ohmgrid
