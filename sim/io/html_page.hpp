#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/io/table.hpp"

namespace ohmgrid {

/// A matrix to be looked at: rows from top to bottom, columns from left to right.
struct HeatMap {
    std::string title;
    std::string row_name;     ///< what a row is: "word line"
    std::string column_name;  ///< what a column is
    std::string unit;
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::vector<double> values;  ///< row-major
};

/// A page that opens anywhere: one file, no scripts, no network; light and dark, screen and print.
///
/// Large heat maps are drawn in tiles, each the mean of the values below it, which the caption
/// says.
class HtmlPage {
  public:
    explicit HtmlPage(std::string title) : title_(std::move(title)) {}

    void add_paragraph(const std::string& text);
    /// A picture with its scale; every tile tells its value when pointed at.
    void add_heat_map(const HeatMap& map);
    /// At most `rows` rows, and how many there are.
    void add_table(const std::string& caption, const Table& table, std::size_t rows = 50);

    [[nodiscard]] std::string text() const;

  private:
    std::string title_;
    std::string body_;
};

}  // namespace ohmgrid
