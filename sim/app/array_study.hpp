#pragma once

#include "sim/app/study_subject.hpp"

namespace ohmgrid {

/// One array whose cells are programmed anew on every chip (schema ohmgrid.study/1): `cells` names
/// an array as `ohmgrid solve` takes it, [device] what the cells are, [montecarlo] the study.
///
/// Measures, against the currents of the conductances as written with ideal wires:
/// `current_error` is rms(error) / rms(current) over all vectors and columns,
/// `worst_current_error` the largest error relative to the largest current.
/// @throws InputError ARS001 if the cells are not linear, MCS008; as read_array
StudySubject array_subject(const std::filesystem::path& path,
                           const std::vector<std::string>& assignments);

/// All tunables of such a file.
std::vector<ParamInfo> array_study_parameters();

/// @throws InputError MCS008, always
[[noreturn]] void refuse_unknown_measure(const std::string& name,
                                         const std::vector<std::string>& known);

}  // namespace ohmgrid
