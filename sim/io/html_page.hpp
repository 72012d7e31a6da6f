#pragma once

#include <string>

#include "sim/io/picture.hpp"
#include "sim/io/table.hpp"

namespace ohmgrid {

/// A page that opens anywhere: one file, no scripts, no network; light and dark, screen and print.
class HtmlPage {
  public:
    explicit HtmlPage(std::string title) : title_(std::move(title)) {}

    void add_paragraph(const std::string& text);
    void add_heat_map(const HeatMap& map);
    void add_line_plot(const LinePlot& plot);
    /// At most `rows` rows, and how many there are.
    void add_table(const std::string& caption, const Table& table, std::size_t rows = 50);

    [[nodiscard]] std::string text() const;

  private:
    void add(const std::string& title, const std::string& svg);

    std::string title_;
    std::string body_;
};

}  // namespace ohmgrid
