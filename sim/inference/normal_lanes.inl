// Standard normal numbers for as many positions as a register has lanes: Philox4x32-10 and the
// quantiles of sim/random/short_normal.hpp with GCC vector extensions. Included by tile_kernel.inl
// only, after its vector types.

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

/// What the rounds of Philox4x32-10 add under one key. Source: Salmon et al., SC 2011; constants of
/// Random123.
struct RoundKeys {
    static constexpr int rounds = 10;
    std::uint64_t key = 0;
    std::uint64_t word[rounds][2] = {};

    RoundKeys() = default;
    explicit RoundKeys(std::uint64_t of) : key(of) {
        constexpr std::uint32_t weyl_0 = 0x9E3779B9U;
        constexpr std::uint32_t weyl_1 = 0xBB67AE85U;
        auto key_0 = static_cast<std::uint32_t>(of);
        auto key_1 = static_cast<std::uint32_t>(of >> 32U);
        for (auto& round : word) {
            round[0] = key_0;
            round[1] = key_1;
            key_0 += weyl_0;
            key_1 += weyl_1;
        }
    }
};

/// Four random words for each lane: the block of the counter (position, group, number, 0).
struct Words {
    Wide w[4];
};

inline Words philox(const RoundKeys& keys, Wide position, std::uint32_t group,
                    std::uint32_t number) {
    constexpr std::uint32_t multiplier_0 = 0xD2511F53U;
    constexpr std::uint32_t multiplier_1 = 0xCD9E8D57U;
    Words c{{position, Wide{} + group, Wide{} + number, Wide{}}};
    for (const auto& round : keys.word) {
        const Wide product_0 = multiply_low_words(c.w[0], multiplier_0);
        const Wide product_1 = multiply_low_words(c.w[2], multiplier_1);
        c.w[0] = (product_1 >> 32U) ^ c.w[1] ^ (Wide{} + round[0]);
        c.w[1] = product_1;
        c.w[2] = (product_0 >> 32U) ^ c.w[3] ^ (Wide{} + round[1]);
        c.w[3] = product_0;
    }
    return c;
}

/// Even lanes from `even`, odd lanes from `odd`: positions 2 i and 2 i + 1.
inline Int interleaved(Wide even, Wide odd) {
    return reinterpret_cast<Int>((even & 0xffffffffU) | (odd << 32U));
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

/// table[index % 16].
inline Float lookup_of_sixteen(const float* table, Int index) {
#if OHMGRID_LANES == 16
    return reinterpret_cast<Float>(
        _mm512_permutexvar_ps(reinterpret_cast<__m512i>(index), _mm512_loadu_ps(table)));
#elif OHMGRID_LANES == 8
    const __m256i at = reinterpret_cast<__m256i>(index);
    const __m256 low = _mm256_permutevar8x32_ps(_mm256_loadu_ps(table), at);
    const __m256 high = _mm256_permutevar8x32_ps(_mm256_loadu_ps(table + 8), at);
    const __m256 is_high = _mm256_castsi256_ps(_mm256_slli_epi32(at, 28));  // bit 3 on top
    return reinterpret_cast<Float>(_mm256_blendv_ps(low, high, is_high));
#else
    Float out{};
    for (int i = 0; i < OHMGRID_LANES; ++i) out[i] = table[index[i] & 15];
    return out;
#endif
}

inline bool any(Int is_true) {
#if OHMGRID_LANES == 16
    return _mm512_movepi32_mask(reinterpret_cast<__m512i>(is_true)) != 0;
#elif OHMGRID_LANES == 8
    return _mm256_movemask_ps(reinterpret_cast<__m256>(is_true)) != 0;
#else
    std::int32_t some = 0;
    for (int i = 0; i < OHMGRID_LANES; ++i) some |= is_true[i];
    return some != 0;
#endif
}

constexpr int steps_per_block = 8;  ///< one half of a word each

/// Even places 0, 2, ...
inline Wide even_places() {
    Wide places{};
    for (std::size_t i = 0; i < OHMGRID_LANES / 2; ++i) places[i] = 2 * i;
    return places;
}

/// Numbers of the steps of block `group` of bit line `number` at positions first .. first + 15:
/// out[step of the block][position], times `scale`. As noise_normal_reference, which is asked for
/// the few of the tails that need a second block.
inline void draw_normals(const RoundKeys& keys, std::uint32_t number, std::uint32_t first,
                         int group, float scale, float* out) {
    const auto block = static_cast<std::uint32_t>(group);
    for (int lane = 0; lane < tile_positions; lane += OHMGRID_LANES, out += OHMGRID_LANES) {
        const std::uint32_t position = first + static_cast<std::uint32_t>(lane);
        const Wide even = even_places() + position;
        const Words a = philox(keys, even, block, number);
        const Words b = philox(keys, even + 1U, block, number);
        Int is_outermost[steps_per_block];
        for (int step = 0; step < steps_per_block; ++step) {
            const auto word = reinterpret_cast<Unsigned>(interleaved(a.w[step % 4], b.w[step % 4]));
            const Int bits = reinterpret_cast<Int>(step < 4 ? word << 16U : word);  // upper half
            const Int interval =
                reinterpret_cast<Int>(reinterpret_cast<Unsigned>(bits) << 1U >> 17U);
            is_outermost[step] =
                interval < static_cast<std::int32_t>(short_normal::divided_intervals);
            const Float f = __builtin_convertvector(interval, Float) + 0.5F;
            const Int octave = reinterpret_cast<Int>(f) >> 23;
            Float sum{};
            for (std::size_t k = short_normal::degree + 1; k-- > 0;) {
                sum = sum * f + lookup_of_sixteen(short_normal::coefficients[k].data(), octave);
            }
            const Int sign = bits & std::numeric_limits<std::int32_t>::min();
            const Float normal = reinterpret_cast<Float>(reinterpret_cast<Int>(sum) | sign);
            store(out + step * tile_positions, normal * scale);
        }
        for (int step = 0; step < steps_per_block; ++step) {
            if (!any(is_outermost[step])) continue;
            for (int i = 0; i < OHMGRID_LANES; ++i) {
                if (is_outermost[step][i] == 0) continue;
                out[step * tile_positions + i] =
                    scale * noise_normal_reference(keys.key, number,
                                                   position + static_cast<std::uint32_t>(i),
                                                   group * steps_per_block + step);
            }
        }
    }
}
