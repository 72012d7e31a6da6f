#include "sim/io/html_page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/io/detail/svg.hpp"

namespace ohmgrid {
namespace {

using detail::escaped;

/// Data of a chart up to this many rows is shown without being asked for.
constexpr std::size_t shown_rows = 20;
/// And no page grows beyond this many rows per chart; the result file has all.
constexpr std::size_t most_rows = 2000;

constexpr std::string_view style = R"(:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:760px;margin:1.5em auto;padding:0 1em;
background:var(--paper);color:var(--ink);overflow-wrap:anywhere}
h1{font-size:1.6em;line-height:1.25} h2{margin-top:2em;font-size:1.25em}
figure{margin:2em 0;break-inside:avoid} figcaption{font-weight:600;margin-bottom:.5em}
.picture,.wide{overflow-x:auto} .picture svg{display:block;width:100%;min-width:540px;height:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;overflow-wrap:normal}
th,td{padding:.15em .8em;text-align:right;border-bottom:1px solid var(--faint);white-space:nowrap}
td:first-child,th:first-child{text-align:left}
summary{cursor:pointer} details{margin:.5em 0}
dt{font-weight:600} dd{margin:0 0 .4em 0;font-family:ui-monospace,monospace;font-size:.9em}
@media print{body{max-width:none;margin:0} .picture svg{min-width:0;max-height:20cm}
.picture,.wide{overflow:visible}}
)";

std::string cell_text(const Table::Cell& cell) {
    if (const auto* number = std::get_if<double>(&cell)) return detail::number_text(*number);
    if (const auto* text = std::get_if<std::string>(&cell)) return escaped(*text);
    return std::to_string(std::get<std::int64_t>(cell));
}

std::string table_element(const Table& table, std::size_t rows) {
    std::string html = "<div class=\"wide\"><table><thead><tr>";
    for (const std::string& column : table.columns) {
        html += "<th scope=\"col\">" + escaped(column) + "</th>";
    }
    html += "</tr></thead>\n<tbody>";
    for (std::size_t r = 0; r < std::min(rows, table.rows.size()); ++r) {
        html += "<tr>";
        for (const Table::Cell& cell : table.rows[r]) html += "<td>" + cell_text(cell) + "</td>";
        html += "</tr>\n";
    }
    html += "</tbody></table></div>\n";
    if (table.rows.size() > rows) {
        html += fmt::format("<p>{} of {} rows.</p>\n", rows, table.rows.size());
    }
    return html;
}

}  // namespace

void HtmlPage::add_heading(const std::string& text) { body_ += "<h2>" + escaped(text) + "</h2>\n"; }

void HtmlPage::add_paragraph(const std::string& text) { body_ += "<p>" + escaped(text) + "</p>\n"; }

void HtmlPage::add_chart(const Chart& chart) {
    const Table table = data_of(chart);
    body_ += fmt::format(
        "<figure><figcaption>{}</figcaption>\n<div class=\"picture\">{}</div>\n"
        "<details{}><summary>Data ({} rows)</summary>\n{}</details></figure>\n",
        escaped(title_of(chart)), svg_of(chart, fmt::format("chart{}", ++charts_)),
        table.rows.size() <= shown_rows ? " open" : "", table.rows.size(),
        table_element(table, most_rows));
}

void HtmlPage::add_table(const std::string& caption, const Table& table, std::size_t rows) {
    body_ += fmt::format("<figure><figcaption>{}</figcaption>\n{}</figure>\n", escaped(caption),
                         table_element(table, rows));
}

void HtmlPage::add_facts(const std::vector<std::pair<std::string, std::string>>& facts) {
    body_ += "<dl>\n";
    for (const auto& [name, value] : facts) {
        body_ += "<dt>" + escaped(name) + "</dt><dd>" + escaped(value) + "</dd>\n";
    }
    body_ += "</dl>\n";
}

std::string HtmlPage::text() const {
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta "
        "name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>{0}</title>\n<style>\n{1}{2}</style></head>\n<body>\n<h1>{0}</h1>\n{3}"
        "</body></html>\n",
        escaped(title_), chart_style(), style, body_);
}

}  // namespace ohmgrid
