// Vector registers as values, for kernels that are written once and compiled once per instruction
// set. OHMGRID_LANES is the number of doubles in a register. Only the kernels' own sources include
// this; they include nothing that could put an inline function into another instruction set.

#include <cstdint>

namespace ohmgrid::detail {
namespace {

constexpr int lanes = OHMGRID_LANES;

using Vector [[gnu::vector_size(OHMGRID_LANES * sizeof(double))]] = double;
using UnalignedVector [[gnu::vector_size(OHMGRID_LANES * sizeof(double)), gnu::aligned(8),
                        gnu::may_alias]] = double;

template <int Count>
using Registers = Vector[static_cast<unsigned>(Count)];

inline Vector load(const double* p) { return *reinterpret_cast<const UnalignedVector*>(p); }

inline void store(double* p, Vector v) { *reinterpret_cast<UnalignedVector*>(p) = v; }

inline Vector broadcast(double x) { return Vector{} + x; }

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

/// Rows become columns of a square tile of registers.
inline void transpose(Vector (&t)[lanes]) {
#if OHMGRID_LANES == 8
    Vector a[8];
    for (int k = 0; k < 4; ++k) {
        a[2 * k] = __builtin_shufflevector(t[2 * k], t[2 * k + 1], 0, 8, 2, 10, 4, 12, 6, 14);
        a[2 * k + 1] = __builtin_shufflevector(t[2 * k], t[2 * k + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
    Vector b[8];
    for (int k = 0; k < 2; ++k) {
        for (int m = 0; m < 2; ++m) {
            const Vector& low = a[4 * k + m];
            const Vector& high = a[4 * k + m + 2];
            b[4 * k + m] = __builtin_shufflevector(low, high, 0, 1, 8, 9, 4, 5, 12, 13);
            b[4 * k + m + 2] = __builtin_shufflevector(low, high, 2, 3, 10, 11, 6, 7, 14, 15);
        }
    }
    for (int m = 0; m < 4; ++m) {
        t[m] = __builtin_shufflevector(b[m], b[m + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        t[m + 4] = __builtin_shufflevector(b[m], b[m + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
#elif OHMGRID_LANES == 4
    const Vector a = __builtin_shufflevector(t[0], t[1], 0, 4, 2, 6);
    const Vector b = __builtin_shufflevector(t[0], t[1], 1, 5, 3, 7);
    const Vector c = __builtin_shufflevector(t[2], t[3], 0, 4, 2, 6);
    const Vector d = __builtin_shufflevector(t[2], t[3], 1, 5, 3, 7);
    t[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
    t[1] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
    t[2] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
    t[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
#else
    const Vector a = __builtin_shufflevector(t[0], t[1], 0, 2);
    t[1] = __builtin_shufflevector(t[0], t[1], 1, 3);
    t[0] = a;
#endif
}

}  // namespace
}  // namespace ohmgrid::detail
