#pragma once

#include <string>
#include <vector>

#include "sim/app/command_line.hpp"

namespace ohmgrid {

/// The parts of the manual that are made from the program's own tables of verbs and parameters, so
/// that they cannot say anything else than the program does.
///
/// `part` is one of:
///   verbs           docs/reference/verbs.md
///   parameters      docs/reference/parameters.md
///   man             ohmgrid(1)
///   man-parameters  ohmgrid-parameters(5)
///   bash            completion of verbs, options, parameter keys and files
/// @throws InputError (CLI005) for another part
std::string manual(const std::string& part, const std::vector<Verb>& verbs);

}  // namespace ohmgrid
