#pragma once

#include <string>

#include "sim/io/hdf5.hpp"
#include "sim/io/table.hpp"

namespace ohmgrid {

/// Stores a table below `group`: one dataset per column, of texts if any of its cells is one, else
/// of numbers; a '/' in a column's name becomes " per ". The group's attribute `columns` keeps
/// names and order. `long_name` says what a row is. A table without rows is not stored.
void write_table(Hdf5Writer& file, const std::string& group, const Table& table,
                 const std::string& long_name);

/// The table of such a group; all its numbers are double.
/// @throws InputError as Hdf5Reader, H5F004 if the columns differ in length
Table read_table(const Hdf5Reader& file, const std::string& group);

}  // namespace ohmgrid
