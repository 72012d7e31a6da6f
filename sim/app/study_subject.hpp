#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/app/run_file.hpp"
#include "sim/montecarlo/study.hpp"

namespace ohmgrid {

/// What a study is about: read from a file, checked, not yet computed.
struct StudySubject {
    StudyHead head;
    Preparation prepare;
    std::string about;  ///< one line for people: "accuracy of example_cnn.onnx, 1000 images"
    std::vector<ResolvedParam> parameters;
    std::map<std::string, std::string> sha256_of;
};

/// Reads the file of a network, an array or a converter (study_kinds.hpp).
/// @throws InputError MCS008 for an unknown measure, all that is wrong with the file; IoError
StudySubject study_subject(const std::filesystem::path& path,
                           const std::vector<std::string>& assignments);

}  // namespace ohmgrid
