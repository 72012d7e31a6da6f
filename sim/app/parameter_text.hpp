#pragma once

#include <string>

#include "sim/core/parameters.hpp"

namespace ohmgrid {

/// "a conductance (siemens)", "one of sar, flash": what may be written.
std::string kind_text(const ParamInfo& info);

/// The default as one would write it; "required" or "none" where there is none.
std::string default_text(const ParamInfo& info);

/// "1 .. 16", in units; empty if every value is allowed.
std::string range_text(const ParamInfo& info);

}  // namespace ohmgrid
