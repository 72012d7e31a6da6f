#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/core/error.hpp"

namespace ohmgrid::detail {

/// One entry of a table: its text without surrounding blanks, and where it starts.
struct TableCell {
    std::string text;
    Place place;
};

using TableRow = std::vector<TableCell>;

/// Splits comma-separated text into rows of cells. '#' starts a comment; empty lines vanish.
/// Quotes have no meaning.
std::vector<TableRow> split_table(const std::string& text, const std::filesystem::path& path);

}  // namespace ohmgrid::detail
