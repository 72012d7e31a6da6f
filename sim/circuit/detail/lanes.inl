// Vector registers as values, for kernels that are written once and compiled once per instruction
// set. OHMGRID_LANES is the number of doubles in a register. Only the kernels' own sources include
// this; they include nothing that could put an inline function into another instruction set.

#include <cstdint>

namespace ohmgrid::detail {
namespace {

constexpr int lanes = OHMGRID_LANES;

using Vector [[gnu::vector_size(OHMGRID_LANES * sizeof(double))]] = double;
using UnalignedVector
    [[gnu::vector_size(OHMGRID_LANES * sizeof(double)), gnu::aligned(8), gnu::may_alias]] = double;

template <class Element, int Count>
using ArrayOf = Element[static_cast<unsigned>(Count)];

template <int Count>
using Registers = ArrayOf<Vector, Count>;

inline Vector load(const double* p) { return *reinterpret_cast<const UnalignedVector*>(p); }

inline void store(double* p, Vector v) { *reinterpret_cast<UnalignedVector*>(p) = v; }

inline Vector broadcast(double x) {
    Vector v;
    for (int lane = 0; lane < lanes; ++lane) v[lane] = x;
    return v;
}

/// The first `count` numbers at p, then zeros.
inline Vector load_first(const double* p, std::int64_t count) {
    Vector v{};
    for (int lane = 0; lane < lanes && lane < count; ++lane) v[lane] = p[lane];
    return v;
}

/// The sum of all lanes, in a fixed order.
inline double sum(Vector v) {
    double total = 0;
    for (int lane = 0; lane < lanes; ++lane) total += v[lane];
    return total;
}

#if OHMGRID_LANES == 8
using HalfVector [[gnu::vector_size(32)]] = double;
using UnalignedHalf [[gnu::vector_size(32), gnu::aligned(8), gnu::may_alias]] = double;

inline HalfVector load_half(const double* p) { return *reinterpret_cast<const UnalignedHalf*>(p); }

/// Four rows of four become columns, in both halves of the registers.
inline void transpose_halves(const Vector (&t)[4], Vector (&out)[4]) {
    const Vector a = __builtin_shufflevector(t[0], t[1], 0, 8, 2, 10, 4, 12, 6, 14);
    const Vector b = __builtin_shufflevector(t[0], t[1], 1, 9, 3, 11, 5, 13, 7, 15);
    const Vector c = __builtin_shufflevector(t[2], t[3], 0, 8, 2, 10, 4, 12, 6, 14);
    const Vector d = __builtin_shufflevector(t[2], t[3], 1, 9, 3, 11, 5, 13, 7, 15);
    out[0] = __builtin_shufflevector(a, c, 0, 1, 8, 9, 4, 5, 12, 13);
    out[1] = __builtin_shufflevector(b, d, 0, 1, 8, 9, 4, 5, 12, 13);
    out[2] = __builtin_shufflevector(a, c, 2, 3, 10, 11, 6, 7, 14, 15);
    out[3] = __builtin_shufflevector(b, d, 2, 3, 10, 11, 6, 7, 14, 15);
}
#endif

/// A square tile in memory, its rows `step` numbers apart, as registers that hold its columns.
inline void load_columns(const double* corner, std::int64_t step, Vector (&column)[lanes]) {
#if OHMGRID_LANES == 8
    for (int half = 0; half < 2; ++half) {
        Vector row[4];
        for (int k = 0; k < 4; ++k) {
            const double* p = corner + k * step + 4 * half;
            row[k] = __builtin_shufflevector(load_half(p), load_half(p + 4 * step), 0, 1, 2, 3, 4,
                                             5, 6, 7);
        }
        Vector out[4];
        transpose_halves(row, out);
        for (int k = 0; k < 4; ++k) column[4 * half + k] = out[k];
    }
#elif OHMGRID_LANES == 4
    const Vector a = __builtin_shufflevector(load(corner), load(corner + step), 0, 4, 2, 6);
    const Vector b = __builtin_shufflevector(load(corner), load(corner + step), 1, 5, 3, 7);
    const double* below = corner + 2 * step;
    const Vector c = __builtin_shufflevector(load(below), load(below + step), 0, 4, 2, 6);
    const Vector d = __builtin_shufflevector(load(below), load(below + step), 1, 5, 3, 7);
    column[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
    column[1] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
    column[2] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
    column[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
#else
    column[0] = __builtin_shufflevector(load(corner), load(corner + step), 0, 2);
    column[1] = __builtin_shufflevector(load(corner), load(corner + step), 1, 3);
#endif
}

/// The inverse of load_columns.
inline void store_columns(double* corner, std::int64_t step, const Vector (&column)[lanes]) {
#if OHMGRID_LANES == 8
    Vector rows[2][4];
    for (int half = 0; half < 2; ++half) {
        const Vector four[4] = {column[4 * half], column[4 * half + 1], column[4 * half + 2],
                                column[4 * half + 3]};
        transpose_halves(four, rows[half]);
    }
    for (int k = 0; k < 4; ++k) {
        store(corner + k * step,
              __builtin_shufflevector(rows[0][k], rows[1][k], 0, 1, 2, 3, 8, 9, 10, 11));
        store(corner + (k + 4) * step,
              __builtin_shufflevector(rows[0][k], rows[1][k], 4, 5, 6, 7, 12, 13, 14, 15));
    }
#else
    double tile[lanes * lanes];
    for (int k = 0; k < lanes; ++k) store(tile + k * lanes, column[k]);
    Vector row[lanes];
    load_columns(tile, lanes, row);
    for (int k = 0; k < lanes; ++k) store(corner + k * step, row[k]);
#endif
}

}  // namespace
}  // namespace ohmgrid::detail
