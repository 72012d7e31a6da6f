#pragma once

#include <filesystem>

#include "sim/network/graph.hpp"

namespace ohmgrid {

/// Reads a network by the extension of its file: .onnx with weights (onnx_import.hpp), .csv without
/// (shape_table.hpp).
/// @throws InputError (NET001) for other extensions; else what the reader throws
Graph load_network(const std::filesystem::path& path);

}  // namespace ohmgrid
