#pragma once

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "search/app/verbs.hpp"

namespace ohmgrid {

/// What one call of the program printed and returned.
struct Outcome {
    ExitCode code = ExitCode::done;
    std::string out;
    std::string err;
};

/// Runs `ohmgrid WORDS...` inside this process.
inline Outcome run_ohmgrid(std::vector<std::string> words, std::stop_token stop = {}) {
    std::ostringstream out;
    std::ostringstream err;
    Console console{.out = out, .err = err, .words = std::move(words), .stop = std::move(stop)};
    const ExitCode code = run_program(all_verbs(), console);
    return {code, out.str(), err.str()};
}

/// A file of the source tree.
inline std::string source_file(const std::string& name) {
    return (std::filesystem::path(OHMGRID_SOURCE_DIR) / name).string();
}

}  // namespace ohmgrid
