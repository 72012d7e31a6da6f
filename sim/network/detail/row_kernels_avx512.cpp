#include "sim/network/detail/row_kernels.hpp"

namespace ohmgrid::detail {
namespace {

constexpr unsigned vector_floats = 16;

/// 32 registers of 16 floats: up to 24 sums, 4 weights and an input.
constexpr unsigned most_pixels(unsigned blocks) { return blocks == 1 ? 16 : blocks == 2 ? 12 : 6; }

std::int64_t blocks_together(std::int64_t pixels) { return pixels > 6 ? 2 : 4; }

#include "sim/network/detail/row_kernels.inl"

}  // namespace

extern const RowKernels row_kernels_avx512;
const RowKernels row_kernels_avx512{blocks_together, convolution, depthwise};

}  // namespace ohmgrid::detail
