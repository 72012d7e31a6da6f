#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/network/graph.hpp"

namespace ohmgrid {

/// Reads a trained classifier from an ONNX file (operator set 7 or later, one image in, one tensor
/// out, float32 or float64 weights inside the file). docs/reference/networks.md lists the
/// operators and the forms of them that are supported.
///
/// * The batch dimension may be fixed or free; shapes of the graph are those of one image.
/// * Batch normalisations and constants that are added or multiplied are folded into the layer
///   before them (fold.hpp). Identity, Dropout and other nodes that change nothing vanish, as do
///   nodes the output does not depend on.
/// * Channels-last models (TensorFlow, Keras) are accepted where they transpose to channels-first
///   for their layers: the graph and its image are channels-first throughout.
/// * A convolution or linear layer is named after the module that owns its weights:
///   "layer1.0.conv1".
/// * ceil_mode becomes padding at the bottom and right. Averages then follow PyTorch: what rounding
///   up adds never counts.
///
/// Memory stays in proportion to the size of the file, whatever the file claims.
/// @throws IoError (FIL001) if the file cannot be read
/// @throws InputError naming file and node: NET002 unsupported operators (all of them), NET003
///         shapes that do not fit, NET004 too large, NET006 not a complete ONNX model, NET007 bad
///         tensor, NET008 unsupported form of an operator, NET009 no single input or output, or a
///         tensor nothing makes
Graph import_onnx(const std::filesystem::path& path);

/// Names of the operators import_onnx understands, in alphabetical order.
std::vector<std::string> supported_onnx_operators();

}  // namespace ohmgrid
