#include "sim/io/html_page.hpp"

#include <fmt/format.h>

namespace ohmgrid {
namespace {

constexpr std::string_view style = R"(<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 760px; margin: 2em auto; padding: 0 1em; }
figure { margin: 2em 0; } figcaption { font-weight: 600; }
svg { width: 100%; height: auto; display: block; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.15em 0.8em; text-align: right; border-bottom: 1px solid #8885; }
.wide { overflow-x: auto; }
</style>
)";

}  // namespace

void HtmlPage::add_paragraph(const std::string& text) { body_ += "<p>" + escaped(text) + "</p>\n"; }

void HtmlPage::add(const std::string& title, const std::string& svg) {
    body_ += fmt::format("<figure><figcaption>{}</figcaption>\n{}</figure>\n", escaped(title), svg);
}

void HtmlPage::add_heat_map(const HeatMap& map) { add(map.title, svg_of(map)); }

void HtmlPage::add_line_plot(const LinePlot& plot) { add(plot.title, svg_of(plot)); }

void HtmlPage::add_table(const std::string& caption, const Table& table, std::size_t rows) {
    Table shown = table;
    if (shown.rows.size() > rows) shown.rows.resize(rows);
    body_ += fmt::format("<figure class=\"wide\"><figcaption>{}</figcaption>\n<table><tr>",
                         escaped(caption));
    for (const std::string& column : shown.columns) body_ += "<th>" + escaped(column) + "</th>";
    for (const auto& row : shown.rows) {
        body_ += "</tr>\n<tr>";
        for (const Table::Cell& cell : row) {
            const auto* number = std::get_if<double>(&cell);
            const auto* text = std::get_if<std::string>(&cell);
            body_ += "<td>" +
                     (number != nullptr ? fmt::format("{:.6g}", *number)
                      : text != nullptr ? escaped(*text)
                                        : std::to_string(std::get<std::int64_t>(cell))) +
                     "</td>";
        }
    }
    body_ += "</tr></table>\n";
    if (table.rows.size() > rows) {
        body_ += fmt::format("<p>{} of {} rows.</p>\n", rows, table.rows.size());
    }
    body_ += "</figure>\n";
}

std::string HtmlPage::text() const {
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta "
        "name=\"viewport\" "
        "content=\"width=device-width, initial-scale=1\">\n<title>{0}</title>\n{1}</head>\n<body>\n"
        "<h1>{0}</h1>\n{2}</body></html>\n",
        escaped(title_), style, body_);
}

}  // namespace ohmgrid
