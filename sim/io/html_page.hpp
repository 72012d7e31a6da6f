#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/io/chart.hpp"
#include "sim/io/table.hpp"

namespace ohmgrid {

/// A page that opens anywhere: one file, no scripts, no network; light and dark, phone and print.
class HtmlPage {
  public:
    explicit HtmlPage(std::string title) : title_(std::move(title)) {}

    void add_heading(const std::string& text);
    void add_paragraph(const std::string& text);
    /// The picture, and below it its data: shown at once if short, else folded away.
    void add_chart(const Chart& chart);
    /// At most `rows` rows, and how many there are.
    void add_table(const std::string& caption, const Table& table, std::size_t rows = 50);
    /// Names and what stands for each, such as versions.
    void add_facts(const std::vector<std::pair<std::string, std::string>>& facts);

    [[nodiscard]] std::string text() const;

  private:
    std::string title_;
    std::string body_;
    int charts_ = 0;
};

}  // namespace ohmgrid
