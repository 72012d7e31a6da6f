#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "sim/app/data_folders.hpp"
#include "sim/app/device_file.hpp"
#include "sim/app/study_kinds.hpp"
#include "sim/circuit/crossbar_io.hpp"
#include "sim/core/error.hpp"
#include "sim/device/programmed_array.hpp"
#include "sim/inference/present_sources.hpp"
#include "sim/io/atomic_file.hpp"
#include "sim/io/parameter_file.hpp"
#include "sim/io/sha256.hpp"

namespace ohmgrid {
namespace {

struct ArrayStudySpec {
    std::string cells;
    double read_volt = 0;
};

const ParamTable<ArrayStudySpec>& cells_parameters() {
    static const ParamTable<ArrayStudySpec> table{
        "array_study",
        {
            param::text("cells", &ArrayStudySpec::cells,
                        {.fallback = {},
                         .doc = "array to be studied: HDF5, or CSV of conductances in siemens"}),
            param::quantity("read_voltage", &ArrayStudySpec::read_volt, dimension::voltage,
                            {.fallback = "0.2 V",
                             .low = 1e-6,
                             .high = 100,
                             .doc = "on every row of a CSV array"}),
        }};
    return table;
}

struct ArrayStudy {
    ArrayProblem problem;
    DeviceModel device;
    RowMajorMatrix ideal_ampere;
    std::vector<std::string> measures;
};

/// The array as a chip has it: cells as programmed, and neither wires nor a cell law where these
/// are left out.
ArrayProblem on_chip(const ArrayStudy& study, const VirtualChip& chip) {
    ArrayProblem problem = study.problem;
    Crossbar& crossbar = problem.crossbar;
    crossbar.conductance_siemens =
        program_array(study.device, crossbar.conductance_siemens, chip, 0);
    if (!chip.sources.has(ErrorSource::wires)) {
        crossbar.row_wire_ohm = crossbar.column_wire_ohm = 0;
        crossbar.driver_ohm = crossbar.sense_ohm = 0;
    }
    if (!chip.sources.has(ErrorSource::nonlinear_cells)) problem.law = LinearLaw{};
    return problem;
}

/// Adds the noise of one read: the variance of a column current is the sum over its cells of
/// (V sigma)^2, exact for ideal wires.
void add_read_noise(const ArrayStudy& study, const RowMajorMatrix& siemens, const VirtualChip& chip,
                    RowMajorMatrix& ampere) {
    if (!chip.sources.has(ErrorSource::read_noise)) return;
    const RowMajorMatrix variance = siemens.unaryExpr([&study](double g) {
        const double sigma = read_noise_siemens(study.device, g);
        return sigma * sigma;
    });
    const RowMajorMatrix of_currents = study.problem.input_volt.cwiseAbs2() * variance;
    for (Eigen::Index v = 0; v < ampere.rows(); ++v) {
        const RandomStream stream = chip.stream(ErrorSource::read_noise, Purpose::read_noise,
                                                static_cast<std::uint32_t>(v));
        for (Eigen::Index j = 0; j < ampere.cols(); ++j) {
            ampere(v, j) +=
                std::sqrt(of_currents(v, j)) * stream.normal(static_cast<std::uint32_t>(j));
        }
    }
}

RowMajorMatrix currents_of(const ArrayStudy& study, const VirtualChip& chip,
                           const RunContext& context) {
    const ArrayProblem problem = on_chip(study, chip);
    RowMajorMatrix ampere =
        solve(problem, Backend::fast, Detail::currents, context.stop).column_current_ampere;
    add_read_noise(study, problem.crossbar.conductance_siemens, chip, ampere);
    return ampere;
}

ChipFunction chip_function(std::shared_ptr<const ArrayStudy> study) {
    return [study = std::move(study)](const VirtualChip& chip, const RunContext& context) {
        const RowMajorMatrix error = currents_of(*study, chip, context) - study->ideal_ampere;
        std::vector<double> values;
        for (const std::string& measure : study->measures) {
            values.push_back(measure == "current_error"
                                 ? error.norm() / study->ideal_ampere.norm()
                                 : error.cwiseAbs().maxCoeff() /
                                       study->ideal_ampere.cwiseAbs().maxCoeff());
        }
        return values;
    };
}

/// Keys stand at the top of the file; the table knows them in a section of its own.
ParameterSet with_section(const ParameterSet& file) {
    ParameterSet set = file;
    for (const char* key : {"cells", "read_voltage"}) {
        if (const ParamEntry* entry = file.find(key)) {
            set.set(std::string("array_study.") + key, *entry);
            set.erase(key);
        }
    }
    return set;
}

std::vector<ParamInfo> known_parameters() {
    std::vector<ParamInfo> all = cells_parameters().infos();
    for (ParamInfo& info : device_infos()) all.push_back(std::move(info));
    for (ParamInfo& info : array_problem_parameters()) {
        if (!info.key.starts_with("device.")) all.push_back(std::move(info));
    }
    for (ParamInfo& info : study_parameters().infos()) all.push_back(std::move(info));
    return all;
}

/// What the file says about the array beside its cells: keys that read_array takes.
ParameterSet array_overrides(const ParameterSet& set) {
    ParameterSet overrides;
    for (const ParamInfo& info : array_problem_parameters()) {
        if (const ParamEntry* entry = set.find(info.key)) overrides.set(info.key, *entry);
    }
    return overrides;
}

ErrorSources sources_of(const ArrayStudy& study) {
    const Crossbar& crossbar = study.problem.crossbar;
    const ErrorSources cells = present_sources(study.device);
    const bool lines = crossbar.drive_end_ohm() > 0 || crossbar.sense_end_ohm() > 0;
    ErrorSources sources = lines ? cells.with(ErrorSource::wires) : cells;
    if (!std::holds_alternative<LinearLaw>(study.problem.law)) {
        sources = sources.with(ErrorSource::nonlinear_cells);
    }
    return sources;
}

}  // namespace

StudySubject array_subject(const std::filesystem::path& path,
                           const std::vector<std::string>& assignments) {
    ParameterFile file = read_parameter_file(path, "study", data_folders());
    for (const std::string& assignment : assignments) assign(file, assignment);
    const ParameterSet set = with_section(file.values);
    const std::vector<ParamInfo> known = known_parameters();
    Complaints complaints;
    refuse_unknown_keys(set, known, complaints);
    const ArrayStudySpec spec = cells_parameters().read(set, complaints);
    const DeviceModel device = read_device(set, file.sha256_of, complaints);
    StudySubject subject{.head = {.spec = study_parameters().read(set, complaints)},
                         .prepare = {},
                         .about = {},
                         .parameters = {},
                         .sha256_of = std::move(file.sha256_of)};
    check(subject.head.spec, set, complaints);
    complaints.throw_if_any();

    const std::filesystem::path cells = find_file(spec.cells, path, data_folders());
    ArrayStudy study{.problem = read_array(cells, array_overrides(set), spec.read_volt),
                     .device = device,
                     .ideal_ampere = {},
                     .measures = {}};
    study.ideal_ampere = study.problem.input_volt * study.problem.crossbar.conductance_siemens;
    subject.head.measures =
        chosen_measures(subject.head.spec,
                        {{.name = "current_error", .better = Better::lower},
                         {.name = "worst_current_error", .better = Better::lower}},
                        2);
    for (const Measure& measure : subject.head.measures) study.measures.push_back(measure.name);
    subject.head.sources = sources_of(study);
    subject.parameters = resolve(known, set);
    subject.sha256_of[cells.string()] = sha256(read_file(cells));
    subject.about = fmt::format("{} x {} cells of {}", study.problem.crossbar.rows(),
                                study.problem.crossbar.columns(), device.name);
    const auto shared = std::make_shared<const ArrayStudy>(std::move(study));
    subject.prepare = [shared](const RunContext&) { return chip_function(shared); };
    return subject;
}

}  // namespace ohmgrid
