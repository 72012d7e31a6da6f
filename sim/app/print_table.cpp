#include "sim/app/print_table.hpp"

namespace ohmgrid {

Format format_of(const Arguments& arguments) {
    const std::string word = arguments.choice("format", {"table", "csv", "json"});
    return word == "csv" ? Format::csv : word == "json" ? Format::json : Format::table;
}

void print_table(const Table& table, Format format, Console& console) {
    switch (format) {
        case Format::table:
            console.out << to_text(table);
            break;
        case Format::csv:
            console.out << to_csv(table);
            break;
        case Format::json:
            console.out << to_json(table);
            break;
    }
}

}  // namespace ohmgrid
