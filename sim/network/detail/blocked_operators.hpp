#pragma once

#include <span>
#include <vector>

#include "sim/network/detail/blocked_map.hpp"
#include "sim/network/graph.hpp"

/// The unweighted operations on blocked feature maps. Each fills the image part of `out`, whose
/// layout has the right shape; none touches the border.
namespace ohmgrid::detail {

/// Sets the border to zero.
void clear_border(const BlockedOutput& map);

/// From and to channel-major values.
void pack(std::span<const float> channel_major, const BlockedOutput& out);
void unpack(const BlockedInput& in, std::span<float> channel_major);

/// Any operation but input, convolution and linear.
void apply(const Node& n, const std::vector<BlockedInput>& inputs, const BlockedOutput& out);

}  // namespace ohmgrid::detail
