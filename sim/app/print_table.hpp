#pragma once

#include <string>

#include "sim/app/command_line.hpp"
#include "sim/io/table.hpp"

namespace ohmgrid {

/// What --format asks for.
enum class Format { table, csv, json };

/// @throws InputError (CLI005)
Format format_of(const Arguments& arguments);

/// Writes a table in the asked format.
void print_table(const Table& table, Format format, Console& console);

}  // namespace ohmgrid
