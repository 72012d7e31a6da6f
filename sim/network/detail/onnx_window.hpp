#pragma once

#include <cstdint>
#include <span>

#include "sim/network/detail/onnx_node.hpp"
#include "sim/network/graph.hpp"

namespace ohmgrid::detail {

/// The window that strides, dilations, pads and auto_pad of a convolution or pool describe, moving
/// over a feature map of shape `in`. SAME_UPPER and SAME_LOWER become explicit padding.
/// @throws InputError (NET008) if an attribute has the wrong length or is out of range
Window read_window(const OnnxNode& node, std::span<const std::int64_t> kernel, const Shape& in);

/// The same window with ceil_mode: padded at the bottom and right until the last stride fits, but
/// never so far that a window would start behind the image and its own padding (PyTorch's rule).
Window rounded_up(Window window, const Shape& in);

}  // namespace ohmgrid::detail
