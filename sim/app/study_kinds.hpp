#pragma once

#include "sim/app/study_subject.hpp"

namespace ohmgrid {

/// A network on arrays (schema ohmgrid.run/1). Measures: `accuracy`, `agreement` with the float
/// network, `energy` of one image at the activity measured on the chip, `error.LAYER` as
/// `ohmgrid infer` defines it; `errors` stands for those of all layers.
/// @throws as read_run_file and RunImages
StudySubject network_subject(const std::filesystem::path& path,
                             const std::vector<std::string>& assignments);

/// One array whose cells are programmed anew on every chip (schema ohmgrid.study/1): `cells` names
/// an array as `ohmgrid solve` takes it, [array] and [device] what is to be different from it and
/// how cells are programmed and read, [montecarlo] the study.
///
/// Read noise is added to the currents, with the variance it has on ideal wires.
///
/// Measures, against the currents of the conductances as written with ideal wires:
/// `current_error` is rms(error) / rms(current) over all vectors and columns,
/// `worst_current_error` the largest error relative to the largest current.
/// @throws as read_array and read_device
StudySubject array_subject(const std::filesystem::path& path,
                           const std::vector<std::string>& assignments);

/// One converter (schema ohmgrid.adc/1): converter 0 of every chip. Measures: `enob` of a sine,
/// `inl` and `dnl` (largest magnitude, in steps), `missing_codes`, `offset` (steps), `gain_error`.
/// @throws InputError ADS001 for converters without errors to draw
StudySubject converter_subject(const std::filesystem::path& path,
                               const std::vector<std::string>& assignments);

/// The measures that `spec` asks for, in its order; without any the first `by_default` ones.
/// @throws InputError MCS008 for a name that is not among `known`
std::vector<Measure> chosen_measures(const StudySpec& spec, const std::vector<Measure>& known,
                                     std::size_t by_default);

}  // namespace ohmgrid
