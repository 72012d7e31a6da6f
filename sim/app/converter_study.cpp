#include <fmt/format.h>

#include <memory>

#include "sim/app/data_folders.hpp"
#include "sim/app/study_kinds.hpp"
#include "sim/converter/characterisation.hpp"
#include "sim/core/error.hpp"
#include "sim/inference/present_sources.hpp"
#include "sim/io/parameter_file.hpp"

namespace ohmgrid {
namespace {

std::vector<Measure> known_measures() {
    return {{.name = "enob"},
            {.name = "inl", .better = Better::lower},
            {.name = "dnl", .better = Better::lower},
            {.name = "missing_codes", .better = Better::lower},
            {.name = "offset"},
            {.name = "gain_error"}};
}

double figure(const ConverterFigures& found, const std::string& measure) {
    if (measure == "enob") return found.sine_enob;
    if (measure == "inl") return found.worst_inl_lsb;
    if (measure == "dnl") return found.worst_dnl_lsb;
    if (measure == "missing_codes") return static_cast<double>(found.missing_codes);
    return measure == "offset" ? found.offset_lsb : found.gain_error;
}

/// The keys of an ADC file under its section's name; those of the study keep theirs.
ParameterSet with_section(const ParameterSet& file) {
    ParameterSet set;
    for (const auto& [key, entry] : file.entries()) {
        const bool has_section = key.starts_with("montecarlo.") || key.starts_with("adc.");
        set.set(has_section ? key : "adc." + key, entry);
    }
    return set;
}

std::vector<ParamInfo> known_parameters() {
    std::vector<ParamInfo> all = adc_parameters().infos();
    for (ParamInfo& info : adc_cost_parameters().infos()) all.push_back(std::move(info));
    for (ParamInfo& info : study_parameters().infos()) all.push_back(std::move(info));
    return all;
}

}  // namespace

StudySubject converter_subject(const std::filesystem::path& path,
                               const std::vector<std::string>& assignments) {
    ParameterFile file = read_parameter_file(path, "adc", data_folders());
    for (const std::string& assignment : assignments) {
        set_from_command_line(file.values, assignment);
    }
    const ParameterSet set = with_section(file.values);
    const std::vector<ParamInfo> known = known_parameters();
    Complaints complaints;
    refuse_unknown_keys(set, known, complaints);
    const AdcSpec adc = adc_parameters().read(set, complaints);
    StudySubject subject{.head = {.spec = study_parameters().read(set, complaints)},
                         .prepare = {},
                         .about = {},
                         .parameters = resolve(known, set),
                         .sha256_of = std::move(file.sha256_of)};
    check(adc, set, complaints);
    check(subject.head.spec, set, complaints);
    complaints.throw_if_any();
    subject.head.sources = present_sources(LayerSettings{.array = {}, .adc = adc, .mapping = {}});
    if (subject.head.sources == ErrorSources::none() || adc.bits < 2) {
        throw InputError(Message{.place = path.string(),
                                 .id = "ADS001",
                                 .what = "all converters of this design are the same",
                                 .remedy = "Give it errors, such as sar.capacitor_sigma, and at "
                                           "least 2 bits"});
    }
    subject.head.measures = chosen_measures(subject.head.spec, known_measures(), 3);
    subject.about =
        fmt::format("{}-bit {} converter", adc.bits, adc.type == AdcType::flash ? "flash" : "SAR");
    const std::vector<Measure> measures = subject.head.measures;
    subject.prepare = [adc, measures](const RunContext&) -> ChipFunction {
        return [adc, measures](const VirtualChip& chip, const RunContext& context) {
            const ConverterFigures found =
                study_converters(adc, chip, 1, SineTest{}, context).instances.front();
            std::vector<double> values;
            for (const Measure& measure : measures) values.push_back(figure(found, measure.name));
            return values;
        };
    };
    return subject;
}

}  // namespace ohmgrid
