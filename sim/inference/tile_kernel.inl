// The tile kernels, written once with GCC vector extensions and compiled once per instruction set;
// OHMGRID_LANES is the number of floats in a register, OHMGRID_KERNELS the table's name. Included
// by tile_kernel_<isa>.cpp only.

#if OHMGRID_LANES > 4 || defined(__SSE2__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <cstring>
#include <limits>

#include "sim/inference/tile_kernel.hpp"
#include "sim/random/short_normal.hpp"

namespace ohmgrid {
namespace {

constexpr int lanes = OHMGRID_LANES;
/// Accumulators of one pass: what the register file holds beside cells and digits.
constexpr std::size_t accumulators = lanes == 16 ? 24 : 8;

using Float [[gnu::vector_size(OHMGRID_LANES * 4)]] = float;
using Int [[gnu::vector_size(OHMGRID_LANES * 4)]] = std::int32_t;
using Unsigned [[gnu::vector_size(OHMGRID_LANES * 4)]] = std::uint32_t;
using LooseFloat [[gnu::vector_size(OHMGRID_LANES * 4), gnu::aligned(4)]] = float;
using LooseInt [[gnu::vector_size(OHMGRID_LANES * 4), gnu::aligned(1), gnu::may_alias]] =
    std::int32_t;

inline Float load(const float* p) { return *reinterpret_cast<const LooseFloat*>(p); }
inline void store(float* p, Float v) { *reinterpret_cast<LooseFloat*>(p) = v; }
inline Int load_bytes(const void* p) { return *static_cast<const LooseInt*>(p); }
inline void store_bytes(void* p, Int v) { *static_cast<LooseInt*>(p) = v; }
inline Float smaller(Float a, Float b) { return a < b ? a : b; }
inline Float larger(Float a, Float b) { return a > b ? a : b; }

/// Adding and subtracting 1.5 * 2^23 rounds a float below 2^22 to a whole number, ties to even.
constexpr float rounding_shift = 12582912.0F;
constexpr std::int32_t rounding_shift_bits = 0x4B400000;

#include "sim/inference/normal_lanes.inl"

/// sum + digits . cells over the four bytes of each lane: unsigned digits, signed cells.
inline Int dot(Int sum, Int digits, Int cells) {
#if OHMGRID_LANES == 16
    return reinterpret_cast<Int>(_mm512_dpbusd_epi32(reinterpret_cast<__m512i>(sum),
                                                     reinterpret_cast<__m512i>(digits),
                                                     reinterpret_cast<__m512i>(cells)));
#elif OHMGRID_LANES == 8
    const Int even = digits & 0x00ff00ff;
    const Int odd = reinterpret_cast<Int>(reinterpret_cast<Unsigned>(digits) >> 8U) & 0x00ff00ff;
    const Int even_cells = ((cells << 24) >> 24 & 0xffff) | ((cells << 8) >> 24 << 16);
    const Int odd_cells = ((cells << 16) >> 24 & 0xffff) | (cells >> 24 << 16);
    return sum +
           reinterpret_cast<Int>(_mm256_madd_epi16(reinterpret_cast<__m256i>(even),
                                                   reinterpret_cast<__m256i>(even_cells))) +
           reinterpret_cast<Int>(_mm256_madd_epi16(reinterpret_cast<__m256i>(odd),
                                                   reinterpret_cast<__m256i>(odd_cells)));
#else
    for (int shift = 0; shift < 32; shift += 8) {
        sum += ((digits >> shift) & 255) * ((cells << (24 - shift)) >> 24);
    }
    return sum;
#endif
}

/// Dot products of `Rows` rows of cell bytes with `Planes` planes, the first of them `plane`:
/// out[row][plane][position].
struct DotBlock {
    const std::uint8_t* digits;
    const std::int8_t* cells;
    std::int64_t quads;
    std::int64_t planes;         ///< in `digits` and in `out`
    const std::int32_t* starts;  ///< [row][plane], or null: sums start from 0
    std::int32_t* out;
};

template <std::size_t Rows, std::size_t Planes>
void dot_planes(const DotBlock& block, std::int64_t plane) {
    constexpr std::int64_t quad_bytes = rows_per_quad * tile_positions;
    const std::int64_t row_bytes = block.quads * rows_per_quad;
    for (int lane = 0; lane < tile_positions; lane += lanes) {
        Int sum[Rows][Planes];
        for (std::size_t m = 0; m < Rows; ++m) {
            const std::int32_t* starts =
                block.starts == nullptr
                    ? nullptr
                    : block.starts + static_cast<std::int64_t>(m) * block.planes + plane;
            for (std::size_t p = 0; p < Planes; ++p) {
                sum[m][p] = Int{} + (starts == nullptr ? 0 : starts[p]);
            }
        }
        const std::uint8_t* digits = block.digits + plane * quad_bytes + lane * rows_per_quad;
        const std::int8_t* cells = block.cells;
        for (std::int64_t q = 0; q < block.quads; ++q) {
            Int cell[Rows];
            for (std::size_t m = 0; m < Rows; ++m) {
                std::int32_t four;
                std::memcpy(&four, cells + static_cast<std::int64_t>(m) * row_bytes, sizeof four);
                cell[m] = Int{} + four;
            }
            for (std::size_t p = 0; p < Planes; ++p) {
                const Int digit = load_bytes(digits + static_cast<std::int64_t>(p) * quad_bytes);
                for (std::size_t m = 0; m < Rows; ++m) sum[m][p] = dot(sum[m][p], digit, cell[m]);
            }
            digits += block.planes * quad_bytes;
            cells += rows_per_quad;
        }
        std::int32_t* out = block.out + plane * tile_positions + lane;
        for (std::size_t m = 0; m < Rows; ++m, out += block.planes * tile_positions) {
            for (std::size_t p = 0; p < Planes; ++p) {
                store_bytes(out + static_cast<std::int64_t>(p) * tile_positions, sum[m][p]);
            }
        }
    }
}

template <std::size_t Rows>
void dot_rows(const DotBlock& block) {
    constexpr std::size_t most = std::max<std::size_t>(1, accumulators / Rows);
    std::int64_t plane = 0;
    if constexpr (most >= 8) {
        for (; plane + 8 <= block.planes; plane += 8) dot_planes<Rows, 8>(block, plane);
    }
    if constexpr (most >= 4) {
        for (; plane + 4 <= block.planes; plane += 4) dot_planes<Rows, 4>(block, plane);
    }
    if constexpr (most >= 2) {
        for (; plane + 2 <= block.planes; plane += 2) dot_planes<Rows, 2>(block, plane);
    }
    for (; plane < block.planes; ++plane) dot_planes<Rows, 1>(block, plane);
}

using DotRows = void (*)(const DotBlock&);
constexpr DotRows dot_rows_of[] = {nullptr,     dot_rows<1>, dot_rows<2>, dot_rows<3>, dot_rows<4>,
                                   dot_rows<5>, dot_rows<6>, dot_rows<7>, dot_rows<8>};
constexpr int most_rows = 8;
constexpr int most_planes = 16;  ///< inputs have at most 16 bits

/// Rows of cell bytes that share one pass over the digits.
inline int rows_of_pass(std::int64_t planes) {
    return static_cast<int>(
        std::clamp<std::int64_t>(std::int64_t{accumulators} / planes, 1, most_rows));
}

constexpr std::size_t words_per_byte = 4;  ///< registers of table sums: word j has steps j, j + 4
constexpr std::int64_t sums_per_byte = std::int64_t{words_per_byte} * tile_positions * 2;

#include "sim/inference/step_codes.inl"
#include "sim/inference/step_sums.inl"

/// Driven inputs of every step: the dot product with ones.
const float* count_inputs(const TileTask& t, std::int32_t* scratch) {
    const int planes = t.plan.planes();
    auto* ones = reinterpret_cast<std::int8_t*>(scratch);
    std::memset(ones, 1, static_cast<std::size_t>(t.quads * rows_per_quad));
    std::int32_t* dots = scratch + t.quads;
    // Padding rows carry the offset too; cells there are zero, but ones are not.
    const auto rows = static_cast<std::int32_t>(t.quads * rows_per_quad);
    std::int32_t starts[most_planes];
    for (int p = 0; p < planes; ++p) starts[p] = -t.plan.offset[p % t.plan.planes_per_step] * rows;
    dot_rows<1>({t.digits, ones, t.quads, planes, starts, dots});
    float* counts = reinterpret_cast<float*>(dots + planes * tile_positions);
    for (int k = 0; k < t.plan.steps; ++k) {
        for (std::int64_t i = 0; i < tile_positions; ++i) {
            float count = 0;
            float scale = 1;
            for (int j = 0; j < t.plan.planes_per_step; ++j, scale *= 256.0F) {
                count += static_cast<float>(
                             dots[(k * t.plan.planes_per_step + j) * tile_positions + i]) *
                         scale;
            }
            counts[k * tile_positions + i] = count;
        }
    }
    return counts;
}

/// What undoes the offset of the digits in the dot products of some columns: [row][plane].
const std::int32_t* starts_of(const TileTask& t, std::int64_t first, int count,
                              std::int32_t* starts) {
    if (t.plan.offset[0] == 0 && t.plan.offset[1] == 0) return nullptr;
    std::int32_t* to = starts;
    for (int i = 0; i < count; ++i) {
        for (int b = 0; b < t.bytes; ++b) {
            for (int p = 0; p < t.plan.planes(); ++p) {
                *to++ = -t.plan.offset[p % t.plan.planes_per_step] * t.columns[first + i].colsum[b];
            }
        }
    }
    return starts;
}

#include "sim/inference/table_kernel.inl"

void finish_dots(const TileTask& t, const KernelColumn& c, const std::int32_t* dots,
                 const std::int32_t* noise_dots, const float* counts, const NoiseStreams& streams,
                 float* observed) {
    if (t.bytes == 1) {
        finish(t, c, DotSums<1>{t, c, dots, noise_dots, counts}, streams, observed);
    } else if (t.bytes == 2) {
        finish(t, c, DotSums<2>{t, c, dots, noise_dots, counts}, streams, observed);
    } else {
        finish(t, c, DotSums<3>{t, c, dots, noise_dots, counts}, streams, observed);
    }
}

void read_tile(const TileTask& t) {
    if (t.tables != nullptr) return read_by_tables(t);
    const int planes = t.plan.planes();
    std::int32_t* scratch = t.scratch;
    const float* counts = nullptr;
    if (t.counts_inputs) {
        counts = count_inputs(t, scratch);
        scratch += t.quads + 2 * planes * tile_positions;
    }
    std::int32_t* noise_dots = scratch + most_rows * planes * tile_positions;
    const int together = std::max(1, rows_of_pass(planes) / t.bytes);
    const std::int64_t row_bytes = t.quads * rows_per_quad;
    std::int32_t starts[most_rows * most_planes];
    const NoiseStreams streams(t);
    for (std::int64_t first = 0; first < t.column_count; first += together) {
        const auto count =
            static_cast<int>(std::min<std::int64_t>(together, t.column_count - first));
        dot_rows_of[count * t.bytes]({t.digits, t.cells + first * t.bytes * row_bytes, t.quads,
                                      planes, starts_of(t, first, count, starts), scratch});
        for (int i = 0; i < count; ++i) {
            if (t.noise != nullptr && t.noise_cells != nullptr) {
                dot_rows<2>({t.squares, t.noise_cells + (first + i) * 2 * row_bytes, t.quads,
                             t.plan.square_planes(), nullptr, noise_dots});
            }
            float* observed = t.observed == nullptr
                                  ? nullptr
                                  : t.observed + (first + i) * t.plan.steps * tile_positions;
            const std::int32_t* dots = scratch + i * t.bytes * planes * tile_positions;
            finish_dots(t, t.columns[first + i], dots, noise_dots, counts, streams, observed);
        }
    }
}

#include "sim/inference/expand_digits.inl"

}  // namespace

extern const TileKernels OHMGRID_KERNELS;
const TileKernels OHMGRID_KERNELS{
    .expand = expand,
    .read = read_tile,
    .normals = [](std::uint64_t key, std::uint32_t number, std::uint32_t first, int step,
                  float* out) {
        float block[steps_per_block * tile_positions];
        draw_normals(RoundKeys(key), number, first, step / steps_per_block, 1, block);
        std::copy_n(block + step % steps_per_block * tile_positions, tile_positions, out);
    }};

}  // namespace ohmgrid
