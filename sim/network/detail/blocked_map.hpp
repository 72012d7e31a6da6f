#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/network/graph.hpp"

namespace ohmgrid::detail {

/// Channels that lie side by side in memory: one AVX-512 register, or 2 of AVX2, or 4 of SSE2.
inline constexpr std::int64_t block_channels = 16;

/// Rows and columns of zeros around a feature map, so that kernels need not ask where it ends.
struct Border {
    std::int64_t top = 0;
    std::int64_t left = 0;
    std::int64_t bottom = 0;
    std::int64_t right = 0;

    [[nodiscard]] Border united_with(const Border& other) const {
        return {std::max(top, other.top), std::max(left, other.left),
                std::max(bottom, other.bottom), std::max(right, other.right)};
    }
};

/// Where the values of a feature map lie: blocks of 16 channels; in a block row by row; in a row
/// pixel by pixel; in a pixel 16 floats. The last block may be partly used; what its unused lanes
/// hold is undefined. All strides count floats.
struct BlockedLayout {
    Shape shape = {};
    Border border = {};

    [[nodiscard]] std::int64_t blocks() const {
        return (shape.channels + block_channels - 1) / block_channels;
    }
    [[nodiscard]] std::int64_t columns() const { return border.left + shape.width + border.right; }
    [[nodiscard]] std::int64_t rows() const { return border.top + shape.height + border.bottom; }
    [[nodiscard]] std::int64_t row_stride() const { return columns() * block_channels; }
    [[nodiscard]] std::int64_t block_stride() const { return rows() * row_stride(); }
    [[nodiscard]] std::int64_t floats() const { return blocks() * block_stride(); }
    /// Of lane 0; rows and columns count from the image's corner and may lie in the border.
    [[nodiscard]] std::int64_t offset(std::int64_t block, std::int64_t row,
                                      std::int64_t column) const {
        return block * block_stride() + (border.top + row) * row_stride() +
               (border.left + column) * block_channels;
    }
};

/// A feature map in somebody's memory. `Value` is float or const float.
template <class Value>
struct BlockedView {
    BlockedLayout layout = {};
    Value* data = nullptr;

    [[nodiscard]] Value* at(std::int64_t block, std::int64_t row, std::int64_t column) const {
        return data + layout.offset(block, row, column);
    }
    /// One value.
    [[nodiscard]] Value& value(std::int64_t channel, std::int64_t row, std::int64_t column) const {
        return at(channel / block_channels, row, column)[channel % block_channels];
    }
};

using BlockedInput = BlockedView<const float>;
using BlockedOutput = BlockedView<float>;

}  // namespace ohmgrid::detail
