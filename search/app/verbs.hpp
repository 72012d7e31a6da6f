#pragma once

#include <vector>

#include "sim/app/command_line.hpp"

namespace ohmgrid {

Verb search_verb();

/// The simulator's verbs and those of the search.
std::vector<Verb> all_verbs();

}  // namespace ohmgrid
