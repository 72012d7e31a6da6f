#pragma once

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace ohmgrid {

/// A row of a reference table in ../shared, by column name.
struct ReferenceRow {
    std::map<std::string, std::string> cells;

    [[nodiscard]] const std::string& text(const std::string& column) const {
        return cells.at(column);
    }
    [[nodiscard]] double number(const std::string& column) const {
        return std::stod(cells.at(column));
    }
};

inline std::filesystem::path reference_path(const std::string& name) {
    return std::filesystem::path(OHMGRID_SOURCE_DIR) / "../shared/reference" / name;
}

/// Fields of one CSV line; a quoted field may hold commas.
inline std::vector<std::string> csv_fields(const std::string& line) {
    std::vector<std::string> fields{""};
    bool quoted = false;
    for (const char c : line) {
        if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            fields.emplace_back();
        } else if (c != '\r') {
            fields.back() += c;
        }
    }
    return fields;
}

inline std::vector<ReferenceRow> reference_table(const std::string& name) {
    std::ifstream file(reference_path(name));
    std::string line;
    std::getline(file, line);
    const std::vector<std::string> columns = csv_fields(line);
    std::vector<ReferenceRow> rows;
    while (std::getline(file, line)) {
        const std::vector<std::string> fields = csv_fields(line);
        ReferenceRow row;
        for (std::size_t i = 0; i < columns.size() && i < fields.size(); ++i) {
            row.cells[columns[i]] = fields[i];
        }
        rows.push_back(std::move(row));
    }
    return rows;
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
