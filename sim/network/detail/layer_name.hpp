#pragma once

#include <string>

#include "sim/network/detail/onnx_node.hpp"

namespace ohmgrid::detail {

/// The name users know a convolution or linear layer by, as run files spell it: the module that
/// owns its weights. "layer1.0.conv1" from weights "layer1.0.conv1.weight", or from PyTorch's node
/// "/layer1/layer1.0/conv1/Conv" where the exporter has renamed the weights; else the node's own
/// name, or that of its output if it has none.
std::string layer_name(const OnnxNode& node, const std::string& weights);

}  // namespace ohmgrid::detail
