#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/core/parameters.hpp"
#include "sim/cost/technology.hpp"

namespace ohmgrid {

/// The shipped technologies of one roadmap, with `over` winning over what their files say.
/// `sha256_of`, if given, receives the files read.
std::vector<Technology> shipped_technologies(Roadmap roadmap, const ParameterSet& over = {},
                                             std::map<std::string, std::string>* sha256_of = {});

}  // namespace ohmgrid
