// The dense matrix product, written once with GCC vector extensions and compiled once per
// instruction set, with fused multiply-add allowed. Included by product_kernels_<isa>.cpp only.

#include "sim/circuit/detail/lanes.inl"
#include "sim/circuit/detail/product_kernels.hpp"

namespace ohmgrid::detail {
namespace {

/// Register tile: rows of c times registers across it.
constexpr int tile_rows = OHMGRID_LANES == 8 ? 8 : 4;
constexpr int tile_registers = 3;
/// Depth of a pass: its strip of b stays in the nearest cache.
constexpr std::int64_t pass_depth = 192;
static_assert(tile_registers * lanes * pass_depth <= product_scratch_doubles);

/// The strip of b from column j on, `width` of its columns, as rows of Registers x lanes numbers.
template <int Count>
void pack_strip(const double* b, std::int64_t b_step, std::int64_t depth, std::int64_t width,
                double* to) {
    for (std::int64_t k = 0; k < depth; ++k, b += b_step) {
        for (int v = 0; v < Count; ++v, to += lanes) {
            store(to, (v + 1) * lanes <= width ? load(b + v * lanes)
                                               : load_first(b + v * lanes, width - v * lanes));
        }
    }
}

/// One register tile of c; `adds` to what earlier passes left there.
template <int Rows, int Count>
inline void multiply_tile(const double* a, std::int64_t a_step, const double* strip,
                          std::int64_t depth, double* c, std::int64_t c_step, std::int64_t width,
                          bool adds) {
    ArrayOf<Registers<Count>, Rows> sums = {};
    for (int r = 0; adds && r < Rows; ++r) {
        for (int v = 0; v < Count; ++v) {
            sums[r][v] = load_first(c + r * c_step + v * lanes, width - v * lanes);
        }
    }
    for (std::int64_t k = 0; k < depth; ++k) {
        Registers<Count> b;
#pragma GCC unroll 3
        for (int v = 0; v < Count; ++v) b[v] = load(strip + (k * Count + v) * lanes);
#pragma GCC unroll 8
        for (int r = 0; r < Rows; ++r) {
            const double factor = a[r * a_step + k];
#pragma GCC unroll 3
            for (int v = 0; v < Count; ++v) sums[r][v] += factor * b[v];
        }
    }
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 3
        for (int v = 0; v < Count; ++v) {
            double* at = c + r * c_step + v * lanes;
            if ((v + 1) * lanes <= width) {
                store(at, sums[r][v]);
                continue;
            }
            for (int lane = 0; lane < width - v * lanes; ++lane) at[lane] = sums[r][v][lane];
        }
    }
}

template <int Count>
void multiply_strip(const MatrixProduct& m, std::int64_t first, std::int64_t depth,
                    std::int64_t j) {
    const std::int64_t width = m.columns - j < Count * lanes ? m.columns - j : Count * lanes;
    pack_strip<Count>(m.b + first * m.b_step + j, m.b_step, depth, width, m.scratch);
    const auto tile = [&]<int Rows>(std::int64_t i) {
        multiply_tile<Rows, Count>(m.a + i * m.a_step + first, m.a_step, m.scratch, depth,
                                   m.c + i * m.c_step + j, m.c_step, width, first > 0);
    };
    std::int64_t i = 0;
    for (; i + tile_rows <= m.rows; i += tile_rows) tile.template operator()<tile_rows>(i);
    for (; i < m.rows; ++i) tile.template operator()<1>(i);
}

void multiply(const MatrixProduct& m) {
    for (std::int64_t first = 0; first < m.depth; first += pass_depth) {
        const std::int64_t depth = m.depth - first < pass_depth ? m.depth - first : pass_depth;
        std::int64_t j = 0;
        for (; j + tile_registers * lanes <= m.columns; j += tile_registers * lanes) {
            multiply_strip<tile_registers>(m, first, depth, j);
        }
        for (; j < m.columns; j += lanes) multiply_strip<1>(m, first, depth, j);
    }
}

}  // namespace

ProductKernel OHMGRID_KERNELS_NAME() { return multiply; }

}  // namespace ohmgrid::detail
