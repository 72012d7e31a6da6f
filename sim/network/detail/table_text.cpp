#include "sim/network/detail/table_text.hpp"

#include <algorithm>
#include <string_view>

namespace ohmgrid::detail {
namespace {

constexpr std::string_view blanks = " \t\r";

TableCell cell_at(std::string_view line, std::size_t begin, std::size_t end, Place place) {
    const std::string_view cell = line.substr(begin, end - begin);
    const std::size_t first = std::min(cell.find_first_not_of(blanks), cell.size());
    const std::size_t past_last = cell.find_last_not_of(blanks) + 1;  // npos + 1 = 0 if blank
    place.column = static_cast<std::int64_t>(begin + first) + 1;
    return {std::string(cell.substr(first, std::max(first, past_last) - first)), std::move(place)};
}

}  // namespace

std::vector<TableRow> split_table(const std::string& text, const std::filesystem::path& path) {
    std::vector<TableRow> rows;
    Place place{.file = path.string()};
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t line_end = std::min(text.find('\n', start), text.size());
        std::string_view line = std::string_view(text).substr(start, line_end - start);
        start = line_end + 1;
        ++place.line;
        line = line.substr(0, line.find('#'));
        if (line.find_first_not_of(blanks) == std::string_view::npos) continue;
        TableRow row;
        for (std::size_t begin = 0; begin <= line.size();) {
            const std::size_t end = std::min(line.find(',', begin), line.size());
            row.push_back(cell_at(line, begin, end, place));
            begin = end + 1;
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace ohmgrid::detail
