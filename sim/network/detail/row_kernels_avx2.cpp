#include "sim/network/detail/row_kernels.hpp"

namespace ohmgrid::detail {
namespace {

constexpr unsigned vector_floats = 8;

/// 16 registers of 8 floats: 6 pixels x 1 block are 12 sums, 2 weights and an input.
constexpr unsigned most_pixels(unsigned blocks) { return blocks == 1 ? 6 : blocks == 2 ? 3 : 1; }

std::int64_t blocks_together(std::int64_t pixels) { return pixels > 3 ? 1 : 2; }

#include "sim/network/detail/row_kernels.inl"

}  // namespace

extern const RowKernels row_kernels_avx2;
const RowKernels row_kernels_avx2{blocks_together, convolution, depthwise};

}  // namespace ohmgrid::detail
