#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/circuit/dc_solution.hpp"

namespace ohmgrid {

/// One group of ../shared/reference/circuit/*.h5; see REFERENCE.md beside those files.
struct ReferenceCase {
    std::string name;
    Crossbar crossbar;
    std::string device;  ///< "linear" or "sinh"
    double sinh_b_per_volt = 0;
    RowMajorMatrix input_volt;
    RowMajorMatrix column_current_ampere;
    std::vector<NodeVoltages> nodes;  ///< only for arrays of up to 4096 cells
};

/// Whether the reference file is there at all (it is not part of the project).
bool has_reference_file(const std::string& file);

/// All cases of a file such as "reference_square.h5", linear and nonlinear.
std::vector<ReferenceCase> reference_cases(const std::string& file);

}  // namespace ohmgrid
