#include "sim/io/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ohmgrid {
namespace {

std::string exact(const Table::Cell& cell) {
    struct Writer {
        std::string operator()(const std::string& v) const { return v; }
        std::string operator()(std::int64_t v) const { return std::to_string(v); }
        std::string operator()(double v) const { return fmt::format("{}", v); }
    };
    return std::visit(Writer{}, cell);
}

std::string csv_quoted(const std::string& text) {
    if (text.find_first_of(",\"\n") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
    return out + '"';
}

/// Width on a terminal: UTF-8 continuation bytes take no place.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) >> 6U) != 2;
    }));
}

}  // namespace

std::string to_csv(const Table& table) {
    std::string out;
    const auto append_line = [&out](const auto& cells, const auto& text_of) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            out += (i == 0 ? "" : ",") + csv_quoted(text_of(cells[i]));
        }
        out += '\n';
    };
    append_line(table.columns, [](const std::string& s) { return s; });
    for (const auto& row : table.rows) append_line(row, exact);
    return out;
}

std::string to_json(const Table& table) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const auto& row : table.rows) {
        nlohmann::ordered_json object;
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            std::visit([&](const auto& v) { object[table.columns[i]] = v; }, row[i]);
        }
        list.push_back(std::move(object));
    }
    return list.dump(2) + '\n';
}

std::string to_text(const Table& table, int digits) {
    std::vector<std::vector<std::string>> cells{table.columns};
    for (const auto& row : table.rows) {
        auto& line = cells.emplace_back();
        for (const Table::Cell& cell : row) {
            const auto* number = std::get_if<double>(&cell);
            line.push_back(number != nullptr ? fmt::format("{:.{}g}", *number, digits)
                                             : exact(cell));
        }
    }
    std::vector<std::size_t> widths(table.columns.size(), 0);
    for (const auto& line : cells) {
        for (std::size_t i = 0; i < line.size(); ++i)
            widths[i] = std::max(widths[i], width(line[i]));
    }
    std::string out;
    for (std::size_t r = 0; r < cells.size(); ++r) {
        std::string line;
        for (std::size_t i = 0; i < cells[r].size(); ++i) {
            const bool is_text =
                !table.rows.empty() && std::holds_alternative<std::string>(table.rows[0][i]);
            const std::string gap(widths[i] - width(cells[r][i]), ' ');
            line += (i == 0 ? "" : "  ") + (is_text ? cells[r][i] + gap : gap + cells[r][i]);
        }
        out += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
    }
    return out;
}

}  // namespace ohmgrid
