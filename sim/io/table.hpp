#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace ohmgrid {

/// A result as rows and columns, to be shown to people or passed on to programs.
struct Table {
    using Cell = std::variant<std::string, std::int64_t, double>;
    std::vector<std::string> columns;
    std::vector<std::vector<Cell>> rows;
};

/// RFC 4180; numbers with all their digits.
std::string to_csv(const Table& table);

/// A list of objects, one per row, indented by two.
std::string to_json(const Table& table);

/// Aligned for a terminal: texts left, numbers right with `digits` significant digits.
std::string to_text(const Table& table, int digits = 4);

}  // namespace ohmgrid
