#include "sim/app/adc_design.hpp"

#include <iterator>

#include "sim/app/data_folders.hpp"
#include "sim/app/run_file.hpp"
#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/parameter_file.hpp"

namespace ohmgrid {
namespace {

/// Takes a part file (schema ohmgrid.KIND/1) in under its section.
void overlay(const std::filesystem::path& path, const std::string& kind, AdcFile& out) {
    const ParameterFile file = read_parameter_file(path, kind, data_folders());
    for (const auto& [key, entry] : file.values.entries()) {
        out.values.set(kind + '.' + key, entry);
    }
    out.sha256_of.insert(file.sha256_of.begin(), file.sha256_of.end());
}

bool is_run_file(const std::filesystem::path& path) {
    return read_file(path).find("ohmgrid.run/") != std::string::npos;
}

/// The converter's own tunables first: "bits" is adc.bits whoever else has bits.
std::vector<ParamInfo> known_parameters() {
    std::vector<ParamInfo> known = adc_parameters().infos();
    for (std::vector<ParamInfo> more : {adc_cost_parameters().infos(), array_parameters().infos(),
                                        multiplexer_parameters().infos(), run_parameters()}) {
        std::move(more.begin(), more.end(), std::back_inserter(known));
    }
    return known;
}

void assign(AdcFile& file, const std::vector<std::string>& assignments) {
    for (const std::string& assignment : assignments) {
        set_from_command_line(file.values, with_full_key(assignment, file.known));
    }
}

void refuse_without_codes(const AdcSpec& adc, Complaints& complaints) {
    if (adc.type != AdcType::ideal && adc.bits >= 2) return;
    complaints.add({.place = "ohmgrid adc",
                    .id = "ADC007",
                    .what = adc.type == AdcType::ideal
                                ? "adc.type = \"ideal\" passes values on as they are: there are "
                                  "no codes to characterise"
                                : "adc.bits: a converter of one bit has a single threshold, and "
                                  "no line goes through it",
                    .remedy = "Use \"sar\" or \"flash\" with at least 2 bits"});
}

}  // namespace

std::string with_full_key(const std::string& assignment, const std::vector<ParamInfo>& known) {
    const std::size_t equals = std::min(assignment.find('='), assignment.size());
    return full_key(assignment.substr(0, equals), known) + assignment.substr(equals);
}

AdcFile read_adc_file(const std::filesystem::path& path, const std::string& technology,
                      const std::string& device, const std::vector<std::string>& assignments) {
    AdcFile file;
    file.known = known_parameters();
    if (is_run_file(path)) {
        ParameterFile run = read_parameter_file(path, "run", data_folders());
        file.values = std::move(run.values);
        file.sha256_of = std::move(run.sha256_of);
    } else {
        overlay(find_file(technology, path, data_folders()), "technology", file);
        overlay(find_file(device, path, data_folders()), "device", file);
        overlay(path, "adc", file);
    }
    assign(file, assignments);
    Complaints complaints;
    refuse_unknown_keys(file.values, file.known, complaints);
    complaints.throw_if_any();
    return file;
}

AdcDesign design_of(const AdcFile& file, const std::vector<std::string>& assignments) {
    AdcFile own = file;
    assign(own, assignments);
    Complaints complaints;
    refuse_unknown_keys(own.values, own.known, complaints);
    AdcDesign design{.adc = adc_parameters().read(own.values, complaints),
                     .cost = adc_cost_parameters().read(own.values, complaints),
                     .array = array_parameters().read(own.values, complaints),
                     .multiplexer = multiplexer_parameters().read(own.values, complaints),
                     .technology = technology_parameters().read(own.values, complaints),
                     .device = device_parameters().read(own.values, complaints)};
    check(design.adc, own.values, complaints);
    check(design.cost, design.adc, own.values, complaints);
    check(design.array, own.values, complaints);
    check(design.multiplexer, own.values, complaints);
    if (complaints.empty()) refuse_without_codes(design.adc, complaints);
    complaints.throw_if_any();
    return design;
}

AdcCosts costs_of(const AdcDesign& design) {
    // One array filled with weights of one cell each.
    const MappingSpec mapping{.weight_bits = design.array.cell_bits,
                              .input_bits = 1,
                              .signed_weights = SignedWeights::offset};
    LayerPlan plan;
    plan.shape.name = "array";
    plan.shape.op = Op::linear;
    plan.shape.rows = design.array.rows;
    plan.shape.channels = design.array.columns;
    plan.array = design.array;
    plan.multiplexer = design.multiplexer;
    plan.adc = design.adc;
    plan.adc_cost = design.cost;
    plan.mapping = mapping;
    const LogicCells cells = logic_cells(design.technology);
    const LayerMapping where(plan.shape, plan.array, mapping);
    const ArrayUnit unit = array_unit(plan, where, design.device, cells, design.technology);
    AdcCosts costs{.converters = design.array.converters(),
                   .phases = std::min(design.array.column_sharing, design.array.columns),
                   .one = unit.adc,
                   .phase_second = unit.phase_second()};
    costs.last_columns = design.array.columns - (costs.converters - 1) * costs.phases;
    return costs;
}

}  // namespace ohmgrid
