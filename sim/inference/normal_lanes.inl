// Standard normal numbers for as many positions as a register has lanes: Philox4x32-10 and
// Box-Muller with GCC vector extensions. Included by tile_kernel.inl only, after its vector types.

/// Words stand in the low halves of 64-bit lanes; the high halves may hold anything.
using Wide [[gnu::vector_size(OHMGRID_LANES * 4)]] = std::uint64_t;

inline Wide multiply_low_words(Wide a, std::uint32_t b) {
#if OHMGRID_LANES == 16
    return reinterpret_cast<Wide>(
        _mm512_mul_epu32(reinterpret_cast<__m512i>(a), _mm512_set1_epi64(b)));
#elif OHMGRID_LANES == 8
    return reinterpret_cast<Wide>(
        _mm256_mul_epu32(reinterpret_cast<__m256i>(a), _mm256_set1_epi64x(b)));
#else
    return (a & 0xffffffffU) * b;
#endif
}

/// Four random words for each lane: Philox4x32-10 of the counter (position, group, number, 0).
/// Source: Salmon et al., SC 2011; constants of Random123.
struct Words {
    Wide w[4];
};

inline Words philox(std::uint64_t key, Wide position, std::uint32_t group, std::uint32_t number) {
    constexpr std::uint32_t multiplier_0 = 0xD2511F53U;
    constexpr std::uint32_t multiplier_1 = 0xCD9E8D57U;
    constexpr std::uint32_t weyl_0 = 0x9E3779B9U;
    constexpr std::uint32_t weyl_1 = 0xBB67AE85U;
    constexpr int rounds = 10;
    auto key_0 = static_cast<std::uint32_t>(key);
    auto key_1 = static_cast<std::uint32_t>(key >> 32U);
    Words c{{position, Wide{} + group, Wide{} + number, Wide{}}};
    for (int round = 0; round < rounds; ++round) {
        const Wide product_0 = multiply_low_words(c.w[0], multiplier_0);
        const Wide product_1 = multiply_low_words(c.w[2], multiplier_1);
        c.w[0] = (product_1 >> 32U) ^ c.w[1] ^ (Wide{} + key_0);
        c.w[1] = product_1;
        c.w[2] = (product_0 >> 32U) ^ c.w[3] ^ (Wide{} + key_1);
        c.w[3] = product_0;
        key_0 += weyl_0;
        key_1 += weyl_1;
    }
    return c;
}

/// Even lanes from `even`, odd lanes from `odd`: positions 2 i and 2 i + 1.
inline Int interleaved(Wide even, Wide odd) {
    return reinterpret_cast<Int>((even & 0xffffffffU) | (odd << 32U));
}

/// Uniform on (0, 1) from the upper 23 bits of a word: exact in a float.
inline Float uniform(Int word) {
    const Int bits = reinterpret_cast<Int>(reinterpret_cast<Unsigned>(word) >> 9U);
    return (__builtin_convertvector(bits, Float) + 0.5F) * 0x1p-23F;
}

inline Float polynomial(Float x, std::initializer_list<float> coefficients) {
    Float sum{};
    for (const float c : coefficients) sum = sum * x + c;
    return sum;
}

inline Float square_root(Float x) {
#if OHMGRID_LANES == 16
    return reinterpret_cast<Float>(_mm512_sqrt_ps(reinterpret_cast<__m512>(x)));
#elif OHMGRID_LANES == 8
    return reinterpret_cast<Float>(_mm256_sqrt_ps(reinterpret_cast<__m256>(x)));
#else
    for (int i = 0; i < OHMGRID_LANES; ++i) x[i] = __builtin_sqrtf(x[i]);
    return x;
#endif
}

/// Natural logarithm of a normal positive float. Relative error below 2e-7.
/// Coefficients: Moshier, Cephes logf.
inline Float logarithm(Float x) {
    constexpr float sqrt_half = 0.70710678F;
    const Int bits = reinterpret_cast<Int>(x);
    Int exponent = ((bits >> 23) & 255) - 126;
    Float mantissa = reinterpret_cast<Float>((bits & 0x007fffff) | 0x3f000000);  // 0.5 .. 1
    const Int is_small = mantissa < sqrt_half;
    exponent += is_small;  // true is -1
    mantissa = is_small ? mantissa + mantissa : mantissa;
    const Float f = mantissa - 1.0F;
    const Float square = f * f;
    const Float tail = polynomial(f, {7.0376836292e-2F, -1.1514610310e-1F, 1.1676998740e-1F,
                                      -1.2420140846e-1F, 1.4249322787e-1F, -1.6668057665e-1F,
                                      2.0000714765e-1F, -2.4999993993e-1F, 3.3333331174e-1F});
    const Float e = __builtin_convertvector(exponent, Float);
    return f + (f * square * tail - 0.5F * square + e * -2.12194440e-4F) + e * 0.693359375F;
}

/// cos and sin of 2 pi turns, turns in 0 .. 1. Absolute error below 2e-7. Coefficients: Taylor.
struct CosSin {
    Float cosine;
    Float sine;
};

inline CosSin cos_sin_of_turns(Float turns) {
    constexpr float half_pi = 1.57079632679F;
    const Float quarters = turns * 4.0F;
    const Float nearest = (quarters + rounding_shift) - rounding_shift;
    const Int quadrant = __builtin_convertvector(nearest, Int);
    const Float angle = (quarters - nearest) * half_pi;  // -pi/4 .. pi/4
    const Float square = angle * angle;
    const Float sine = angle * polynomial(square, {2.7557319e-6F, -1.9841270e-4F, 8.3333333e-3F,
                                                   -1.6666667e-1F, 1.0F});
    const Float cosine =
        polynomial(square, {2.4801587e-5F, -1.3888889e-3F, 4.1666667e-2F, -0.5F, 1.0F});
    const Int swaps = (quadrant & 1) != 0;
    const Int cosine_sign = ((quadrant + 1) & 2) << 30;
    const Int sine_sign = (quadrant & 2) << 30;
    return {reinterpret_cast<Float>(reinterpret_cast<Int>(swaps ? sine : cosine) ^ cosine_sign),
            reinterpret_cast<Float>(reinterpret_cast<Int>(swaps ? cosine : sine) ^ sine_sign)};
}

/// Normals of steps 4 group .. 4 group + 3 at positions first .. first + lanes - 1.
struct Normals {
    Float of_step[4];
};

inline Normals normals(std::uint64_t key, std::uint32_t number, std::uint32_t first, int group) {
    Wide even{};
    for (int i = 0; i < OHMGRID_LANES / 2; ++i) even[i] = first + 2U * static_cast<unsigned>(i);
    const auto step_group = static_cast<std::uint32_t>(group);
    const Words a = philox(key, even, step_group, number);
    const Words b = philox(key, even + 1U, step_group, number);
    Normals out;
    for (int pair = 0; pair < 2; ++pair) {
        const Float u = uniform(interleaved(a.w[2 * pair], b.w[2 * pair]));
        const Float v = uniform(interleaved(a.w[2 * pair + 1], b.w[2 * pair + 1]));
        const Float radius = square_root(logarithm(u) * -2.0F);
        const CosSin turn = cos_sin_of_turns(v);
        out.of_step[2 * pair] = radius * turn.cosine;
        out.of_step[2 * pair + 1] = radius * turn.sine;
    }
    return out;
}
