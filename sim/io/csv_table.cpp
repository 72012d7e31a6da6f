#include "sim/io/csv_table.hpp"

#include <charconv>
#include <sstream>

#include "sim/core/error.hpp"
#include "sim/io/atomic_file.hpp"

namespace ohmgrid {
namespace {

std::vector<std::string> fields_of(const std::string& line) {
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

}  // namespace

const std::string& CsvRow::text(const std::string& column) const {
    const auto cell = cells_.find(column);
    if (cell != cells_.end()) return cell->second;
    throw InputError(Message{.place = place_,
                             .id = "CSV002",
                             .what = "the table has no column '" + column + "'",
                             .remedy = "Give the table this comparison is made for"});
}

double CsvRow::number(const std::string& column) const {
    const std::string& cell = text(column);
    double value = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error == std::errc{} && end == cell.data() + cell.size()) return value;
    throw InputError(Message{.place = place_,
                             .id = "CSV003",
                             .what = "column '" + column + "': '" + cell + "' is not a number",
                             .remedy = "Mend the table"});
}

std::vector<CsvRow> read_csv_table(const std::filesystem::path& path) {
    std::istringstream lines(read_file(path));
    std::string line;
    std::getline(lines, line);
    const std::vector<std::string> columns = fields_of(line);
    std::vector<CsvRow> rows;
    for (std::size_t number = 2; std::getline(lines, line); ++number) {
        if (line.empty()) continue;
        const std::string place = path.string() + ':' + std::to_string(number);
        std::vector<std::string> fields = fields_of(line);
        if (fields.size() != columns.size()) {
            throw InputError(Message{.place = place,
                                     .id = "CSV001",
                                     .what = std::to_string(fields.size()) +
                                             " fields, the head has " +
                                             std::to_string(columns.size()),
                                     .remedy = "Mend the table"});
        }
        std::map<std::string, std::string> cells;
        for (std::size_t i = 0; i < columns.size(); ++i) cells[columns[i]] = std::move(fields[i]);
        rows.emplace_back(place, std::move(cells));
    }
    return rows;
}

}  // namespace ohmgrid
