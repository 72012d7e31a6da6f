// What becomes of the sums of a column's steps: noise, conversion, weights. Included by
// tile_kernel.inl only.

/// Sums of a column as dot products of `Bytes` bytes of its cells.
template <int Bytes>
struct DotSums {
    const TileTask& t;
    const KernelColumn& c;
    const std::int32_t* dots;        ///< [byte][plane][position]
    const std::int32_t* noise_dots;  ///< [2 bytes][noise plane][position], or null
    const float* counts;             ///< [step][position], or null

    /// Of step k before conversion, in code steps if it is converted.
    [[nodiscard]] Float sum(int k, int lane) const {
        const int planes = t.plan.planes();
        const int planes_per_step = t.plan.planes_per_step;
        Float sum{};
        for (int b = 0; b < Bytes; ++b) {
            float scale = c.scale_of_byte[b];
            const std::int32_t* from =
                dots + (b * planes + k * planes_per_step) * tile_positions + lane;
            sum += __builtin_convertvector(load_bytes(from), Float) * scale;
            for (int j = 1; j < planes_per_step; ++j) {
                scale *= 256.0F;
                sum +=
                    __builtin_convertvector(load_bytes(from + j * tile_positions), Float) * scale;
            }
        }
        if (counts != nullptr) sum += load(counts + k * tile_positions + lane) * c.scale_of_count;
        return (sum - c.low) * c.codes_per_sum;
    }

    [[nodiscard]] bool has_variance() const { return t.noise_cells != nullptr; }
    [[nodiscard]] Float variance(int k, int lane) const {
        const int planes = t.plan.square_planes();
        const int planes_per_step = t.plan.square_planes_per_step;
        Float sum{};
        for (int b = 0; b < 2; ++b) {
            float scale = c.variance_of_byte[b];
            for (int j = 0; j < planes_per_step; ++j, scale *= 256.0F) {
                const Int whole = load_bytes(
                    noise_dots + (b * planes + k * planes_per_step + j) * tile_positions + lane);
                sum += __builtin_convertvector(whole, Float) * scale;
            }
        }
        return larger(sum, Float{});
    }
};

/// Sums of a column as its tables give them: [byte][word][position][steps j, j + 4], 16 bits each.
struct TableSums {
    const TileTask& t;
    const KernelColumn& c;
    const std::uint16_t* sums;        ///< less the column's origin
    const std::uint16_t* noise_sums;  ///< or null

    static Int whole(const std::uint16_t* from, int k, int lane) {
        const Int both =
            load_bytes(from + k / 8 * sums_per_byte + (k % 4 * tile_positions + lane) * 2);
        return reinterpret_cast<Int>(reinterpret_cast<Unsigned>(both) >> (k % 8 / 4 * 16)) & 0xffff;
    }
    [[nodiscard]] Float sum(int k, int lane) const {
        const Int number = whole(sums, k, lane) + c.origin;
        return (__builtin_convertvector(number, Float) * c.scale_of_byte[0] - c.low) *
               c.codes_per_sum;
    }
    [[nodiscard]] bool has_variance() const { return noise_sums != nullptr; }
    [[nodiscard]] Float variance(int k, int lane) const {
        return __builtin_convertvector(whole(noise_sums, k, lane), Float) * c.variance_of_byte[0];
    }
};

/// Round keys of the streams a task draws from.
struct NoiseStreams {
    RoundKeys read, converter;

    explicit NoiseStreams(const TileTask& t) {
        if (t.noise == nullptr) return;
        read = RoundKeys(t.noise->read);
        converter = RoundKeys(t.noise->converter);
    }
};

/// Noise of all steps of a column, [step][position].
template <class Sums>
void column_noise(const TileTask& t, const KernelColumn& c, const Sums& s,
                  const NoiseStreams& streams, float* out) {
    const bool has_converter = c.converter_variance > 0;
    const float deviation = __builtin_sqrtf(c.converter_variance);
    for (int first = 0; first < t.plan.steps; first += steps_per_block) {
        float read[steps_per_block * tile_positions];
        float* to = out + first * tile_positions;
        const int group = first / steps_per_block;
        if (has_converter) {
            draw_normals(streams.converter, c.number, t.first_position, group,
                         deviation * t.noise->sign, to);
        }
        if (!s.has_variance()) continue;
        draw_normals(streams.read, c.number, t.first_position, group, t.noise->sign, read);
        for (int k = 0; k < std::min(t.plan.steps - first, steps_per_block); ++k) {
            for (int lane = 0; lane < tile_positions; lane += lanes) {
                const auto at = k * tile_positions + lane;
                Float noise = square_root(s.variance(first + k, lane)) * load(read + at);
                if (has_converter) noise += load(to + at);
                store(to + at, noise);
            }
        }
    }
}

template <class Sums>
void observe(const TileTask& t, const Sums& s, float* out) {
    for (int k = 0; k < t.plan.steps; ++k) {
        for (int lane = 0; lane < tile_positions; lane += lanes) {
            store(out + k * tile_positions + lane, s.sum(k, lane));
        }
    }
}

inline void add_to_sum(const TileTask& t, const KernelColumn& c, int lane, Float values) {
    float* total = t.totals + c.sum * tile_positions + lane;
    store(total, load(total) + values);
}

/// Calls take(x, is_negative) with the sum of every step, noise included, the last step first.
template <bool Noisy, class Sums, class Take>
inline void for_steps(const TileTask& t, const Sums& s, const float* noise, int lane,
                      const Take& take) {
    const auto step = [&](int k, bool negative) {
        Float x = s.sum(k, lane);
        if constexpr (Noisy) x += load(noise + k * tile_positions + lane);
        take(x, negative);
    };
    int k = t.plan.steps - 1;
    step(k--, t.plan.negative_top);
    if (k == 6) {  // the usual eight: constants all over
#pragma GCC unroll 7
        for (int usual = 6; usual >= 0; --usual) step(usual, false);
        return;
    }
    for (; k >= 0; --k) step(k, false);
}

/// Converts every step of a column and adds the weighted values to its sum in single precision, the
/// first step first: its value is halved (for one bit) with each step that follows.
template <bool Noisy, class Codes, class Sums>
void convert_to_floats(const TileTask& t, const KernelColumn& c, const Sums& s,
                       const float* noise) {
    const Codes codes_of(c);
    const auto radix = static_cast<float>(1 << t.plan.step_bits);
    for (int lane = 0; lane < tile_positions; lane += lanes) {
        Float values{};
        for (int k = 0; k < t.plan.steps; ++k) {
            Float x = s.sum(k, lane);
            if constexpr (Noisy) x += load(noise + k * tile_positions + lane);
            const Float sum =
                __builtin_convertvector(codes_of(x), Float) / c.codes_per_sum + c.lowest;
            const bool negative = t.plan.negative_top && k == t.plan.steps - 1;
            values = (values + (negative ? -sum : sum)) / radix;
        }
        add_to_sum(t, c, lane, values * c.value_of_code);
    }
}

/// Converts every step of a column and adds the weighted values to its sum.
template <bool Noisy, class Codes, class Sums>
void convert(const TileTask& t, const KernelColumn& c, const Sums& s, const float* noise) {
    if (t.single_precision) return convert_to_floats<Noisy, Codes>(t, c, s, noise);
    const Codes codes_of(c);
    const int step_bits = t.plan.step_bits;
    for (int lane = 0; lane < tile_positions; lane += lanes) {
        Int codes{};
        for_steps<Noisy>(t, s, noise, lane, [&](Float x, bool negative) {
            const Int code = codes_of(x);
            codes = (codes << step_bits) + (negative ? -code : code);
        });
        const Float whole = __builtin_convertvector(codes - c.code_sum_at_zero, Float);
        add_to_sum(t, c, lane, whole * c.value_of_code + c.value_at_zero);
    }
}

/// Adds the weighted sums of every step as they are.
template <bool Noisy, class Sums>
void keep(const TileTask& t, const KernelColumn& c, const Sums& s, const float* noise) {
    const auto radix = static_cast<float>(1 << t.plan.step_bits);
    for (int lane = 0; lane < tile_positions; lane += lanes) {
        Float values{};
        for_steps<Noisy>(t, s, noise, lane, [&](Float x, bool negative) {
            values = values * radix + (negative ? -x : x);
        });
        add_to_sum(t, c, lane, values);
    }
}

/// `noise` [step][position]: null without.
template <bool Noisy, class Sums>
void finish_as(const TileTask& t, const KernelColumn& c, const Sums& s, const float* noise) {
    if (!t.converts) return keep<Noisy>(t, c, s, noise);
    if (c.transfer == nullptr) return convert<Noisy, ExactCodes>(t, c, s, noise);
    if (!c.transfer->is_stepwise) return convert<Noisy, SearchedCodes>(t, c, s, noise);
    if (c.transfer->first.size() <= register_entries) {
        return convert<Noisy, TableCodes<true>>(t, c, s, noise);
    }
    return convert<Noisy, TableCodes<false>>(t, c, s, noise);
}

template <class Sums>
void finish_with_noise(const TileTask& t, const KernelColumn& c, const Sums& s,
                       const NoiseStreams& streams) {
    float noise[most_planes * tile_positions];
    column_noise(t, c, s, streams, noise);
    finish_as<true>(t, c, s, noise);
}

template <class Sums>
void finish(const TileTask& t, const KernelColumn& c, const Sums& s, const NoiseStreams& streams,
            float* observed) {
    if (observed != nullptr) observe(t, s, observed);
    if (t.noise != nullptr) return finish_with_noise(t, c, s, streams);
    finish_as<false>(t, c, s, nullptr);
}
