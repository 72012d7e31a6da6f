#pragma once

#include <filesystem>

#include "sim/network/graph.hpp"

namespace ohmgrid {

/// Reads a network without weights, for cost runs, from a table of its layers:
///
///     # comments and empty lines are skipped
///     name,  op,      inputs,      channels, size, kernel, stride, padding
///     image, input,   ,            3,        32x32,      ,       ,
///     conv1, conv,    ,            16,           , 3,      1,      1
///     relu1, relu,    ,            ,             , ,       ,
///     sum,   add,     relu1 conv1, ,             , ,       ,
///
/// The first row names the columns, in any order; those that no row needs may be left out. Every
/// other row is one operation, fed by the rows named under `inputs` or else by the row above; the
/// last row is the network's output. docs/reference/networks.md describes columns and operations.
/// Batch normalisations are assumed folded unless a row says batch_norm.
///
/// @throws IoError (FIL001) if the file cannot be read
/// @throws InputError with all mistakes at file:line:column: NET010 columns; NET011 a cell;
///         NET003 .. NET005 as check() in graph.hpp
Graph read_shape_table(const std::filesystem::path& path);

}  // namespace ohmgrid
