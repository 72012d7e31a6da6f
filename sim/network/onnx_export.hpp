#pragma once

#include <filesystem>

#include "sim/network/graph.hpp"

namespace ohmgrid {

/// Writes a network with weights as an ONNX file (opset 13, free batch dimension) that
/// import_onnx and other programs read: node names and order are kept.
/// @throws InputError (NET030) if the graph has no weights, or more than one ONNX file can hold
///         (2 GiB); also as check(graph)
/// @throws IoError (FIL002) if the file cannot be written
void export_onnx(const Graph& graph, const std::filesystem::path& path);

}  // namespace ohmgrid
