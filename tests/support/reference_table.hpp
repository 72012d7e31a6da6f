#pragma once

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/io/csv_table.hpp"

namespace ohmgrid {

inline std::filesystem::path reference_path(const std::string& name) {
    return std::filesystem::path(OHMGRID_SOURCE_DIR) / "../shared/reference" / name;
}

inline std::vector<CsvRow> reference_table(const std::string& name) {
    return read_csv_table(reference_path(name));
}

/// The `share` quantile of the absolute values.
inline double quantile(std::vector<double> values, double share) {
    for (double& v : values) v = std::abs(v);
    std::sort(values.begin(), values.end());
    const double position = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const double rest = position - static_cast<double>(below);
    return rest > 0 ? values[below] * (1 - rest) + values[below + 1] * rest : values[below];
}

}  // namespace ohmgrid
