#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "sim/core/parameters.hpp"
#include "sim/cost/chip_cost.hpp"
#include "sim/device/device_model.hpp"
#include "sim/inference/layer_settings.hpp"
#include "sim/io/parameter_file.hpp"
#include "sim/io/provenance.hpp"
#include "sim/montecarlo/study_spec.hpp"
#include "sim/network/data_spec.hpp"
#include "sim/network/graph.hpp"

namespace ohmgrid {

/// One layer's circuit and how its converters are costed.
struct LayerDesign {
    LayerSettings settings;
    AdcCostSpec adc_cost;
};

/// Everything a run file says, checked, with every file it names found.
struct RunFile {
    Graph network;
    DataSpec data;
    Technology technology;
    DeviceModel device;
    ChipSpec chip;
    CostChoice cost;
    Activity activity;                ///< assumed where none is measured
    StudySpec study;                  ///< of `ohmgrid montecarlo`
    std::vector<LayerDesign> layers;  ///< one per weighted node, overrides applied
    /// All tunables in force and where they came from; those of [[layer]] entries are named
    /// layer.NAME.KEY.
    std::vector<ResolvedParam> parameters;
    std::map<std::string, std::string> sha256_of;
};

/// What `--set` does to the values of a file: `section.base=FILE` puts a part file in place of the
/// section; other keys are set.
void assign(ParameterFile& file, const std::string& assignment);

/// Reads a run file (schema ohmgrid.run/1) with its bases and `--set` assignments.
/// `--set SECTION.base=FILE` replaces the whole section by a part file, which is looked for in the
/// working folder and among the shipped files; what is set after it wins over it.
/// `cost.profile` puts devices/profile/NAME.toml below what the file says; `--set
/// cost.profile=NAME` puts it in place of [chip] and [adc.cost].
/// `technology.node` puts a node between the shipped technologies in place of [technology].
/// Per-layer overrides stand in [[layer]] entries: `name`, then keys of [array], [adc], [mapping],
/// [multiplexer] and [driver]; a bare key such as `column_sharing` is looked up in these.
/// @throws InputError with everything that is wrong, IoError if the file cannot be read
RunFile read_run_file(const std::filesystem::path& path,
                      const std::vector<std::string>& assignments);

/// What the cost model is told about every layer; activities are `measured` where given (one per
/// layer), else those the run file assumes.
std::vector<LayerPlan> layer_plans(const RunFile& run, std::span<const Activity> measured = {});

/// The settings alone, as the analog engine takes them.
std::vector<LayerSettings> layer_settings(const RunFile& run);

/// `column_sharing` -> `array.column_sharing`: the first of `known` with that last word, or what
/// was written.
std::string full_key(const std::string& written, const std::vector<ParamInfo>& known);

/// All tunables of a run file, in the order of the reference page.
std::vector<ParamInfo> run_parameters();

}  // namespace ohmgrid
