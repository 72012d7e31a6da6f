#pragma once

#include <string>
#include <vector>

#include "sim/io/parameter_file.hpp"

namespace ohmgrid {

/// Complains about every [[NAME]] that is not among `known` (RUN003).
void refuse_unknown_tables(const ParameterFile& file, const std::vector<std::string>& known,
                           Complaints& complaints);

}  // namespace ohmgrid
