#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace ohmgrid {

/// One line of a CSV table, by column name.
class CsvRow {
  public:
    CsvRow(std::string place, std::map<std::string, std::string> cells)
        : place_(std::move(place)), cells_(std::move(cells)) {}

    [[nodiscard]] bool has(const std::string& column) const { return cells_.contains(column); }
    /// @throws InputError (CSV002) if there is no such column
    [[nodiscard]] const std::string& text(const std::string& column) const;
    /// Also "inf". @throws InputError (CSV002, CSV003 if the cell is no number)
    [[nodiscard]] double number(const std::string& column) const;
    [[nodiscard]] const std::string& place() const { return place_; }  ///< "file:line"

  private:
    std::string place_;
    std::map<std::string, std::string> cells_;
};

/// Reads a table whose first line names the columns; fields in double quotes may hold commas.
/// @throws IoError if it cannot be read, InputError (CSV001) if a line has too few or too many
/// fields
std::vector<CsvRow> read_csv_table(const std::filesystem::path& path);

}  // namespace ohmgrid
