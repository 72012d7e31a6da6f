#pragma once

#include <string_view>

namespace ohmgrid {

/// The program version, "major.minor.patch", set once in the top CMakeLists.txt.
std::string_view version();

/// Rises whenever the same inputs and seed give other numbers than before. Seeds promise equal
/// bits within one results version only.
inline constexpr int results_version = 4;

}  // namespace ohmgrid
