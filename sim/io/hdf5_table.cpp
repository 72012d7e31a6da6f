#include "sim/io/hdf5_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

std::string dataset_of(const std::string& group, std::string column) {
    for (std::size_t at = 0; (at = column.find('/', at)) != std::string::npos;) {
        column.replace(at, 1, " per ");
    }
    return group + '/' + column;
}

/// A number among texts is there to be read.
std::string text_of(const Table::Cell& cell) {
    if (const auto* number = std::get_if<double>(&cell)) return fmt::format("{:.6g}", *number);
    if (const auto* whole = std::get_if<std::int64_t>(&cell)) return std::to_string(*whole);
    return std::get<std::string>(cell);
}

double number_of(const Table::Cell& cell) {
    const auto* whole = std::get_if<std::int64_t>(&cell);
    return whole != nullptr ? static_cast<double>(*whole) : std::get<double>(cell);
}

}  // namespace

void write_table(Hdf5Writer& file, const std::string& group, const Table& table,
                 const std::string& long_name) {
    if (table.rows.empty()) return;
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
        const std::string path = dataset_of(group, table.columns[column]);
        const bool has_text = std::ranges::any_of(table.rows, [&](const auto& row) {
            return std::holds_alternative<std::string>(row[column]);
        });
        std::vector<std::string> texts;
        std::vector<double> numbers;
        for (const auto& row : table.rows) {
            if (has_text) {
                texts.push_back(text_of(row[column]));
            } else {
                numbers.push_back(number_of(row[column]));
            }
        }
        if (has_text) {
            file.write_texts(path, texts, long_name);
        } else {
            file.write(path, Dataset<double>{{std::ssize(numbers)}, numbers}, "", long_name);
        }
    }
    file.attribute(group, "columns", fmt::format("{}", fmt::join(table.columns, "\n")));
}

Table read_table(const Hdf5Reader& file, const std::string& group) {
    Table table;
    std::istringstream names(file.text_attribute(group, "columns").value_or(""));
    for (std::string name; std::getline(names, name);) {
        const std::string path = dataset_of(group, name);
        std::vector<Table::Cell> cells;
        if (file.is_text(path)) {
            for (std::string& text : file.read_texts(path)) cells.emplace_back(std::move(text));
        } else {
            for (const double number : file.read<double>(path).values) cells.emplace_back(number);
        }
        if (table.columns.empty()) table.rows.resize(cells.size());
        if (cells.size() != table.rows.size()) {
            throw InputError(Message{.place = path,
                                     .id = "H5F004",
                                     .what = "is longer or shorter than the columns beside it",
                                     .remedy = "The file is damaged: make it again"});
        }
        table.columns.push_back(name);
        for (std::size_t r = 0; r < cells.size(); ++r) table.rows[r].push_back(std::move(cells[r]));
    }
    return table;
}

}  // namespace ohmgrid
