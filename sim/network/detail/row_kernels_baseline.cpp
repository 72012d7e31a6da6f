#include "sim/network/detail/row_kernels.hpp"

namespace ohmgrid::detail {
namespace {

constexpr unsigned vector_floats = 4;

/// 16 registers of 4 floats: 2 pixels x 1 block are 8 sums and 4 weights.
constexpr unsigned most_pixels(unsigned blocks) { return blocks == 1 ? 2 : 1; }

std::int64_t blocks_together(std::int64_t) { return 1; }

#include "sim/network/detail/row_kernels.inl"

}  // namespace

extern const RowKernels row_kernels_baseline;
const RowKernels row_kernels_baseline{blocks_together, convolution, depthwise};

}  // namespace ohmgrid::detail
