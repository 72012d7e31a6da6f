// Inputs cut into digits, and their squares. Included by tile_kernel.inl only.

/// Cuts input bytes into digits.
void expand_digits(const DigitTask& t) {
    constexpr std::int64_t quad_bytes = rows_per_quad * tile_positions;
    const int planes = t.plan.planes();
    const auto mask = static_cast<std::uint8_t>((1 << t.plan.digit_bits) - 1);
    const std::uint8_t* signs = t.inputs + (t.plan.input_bytes - 1) * t.quads * quad_bytes;
    for (int p = 0; p < planes; ++p) {
        const int bit = p * t.plan.digit_bits;
        const std::uint8_t* from = t.inputs + bit / 8 * t.quads * quad_bytes;
        std::uint8_t* to = t.digits + p * quad_bytes;
        for (std::int64_t q = 0; q < t.quads; ++q, to += planes * quad_bytes) {
            for (std::int64_t i = 0; i < quad_bytes; ++i) {
                to[i] = static_cast<std::uint8_t>((from[q * quad_bytes + i] >> (bit % 8)) & mask);
            }
            if (!t.plan.sign_magnitude) continue;
            for (std::int64_t i = 0; i < quad_bytes; ++i) {
                const bool negative = (signs[q * quad_bytes + i] & 128U) != 0;
                to[i] = static_cast<std::uint8_t>(negative ? mask - to[i] : mask + to[i]);
            }
        }
    }
}

/// Squares of digits, low byte and high byte.
void square_digits(const DigitTask& t) {
    constexpr std::int64_t quad_bytes = rows_per_quad * tile_positions;
    const int planes = t.plan.planes();
    const int last = t.plan.planes_per_step - 1;  // the strongest digit of a step
    for (std::int64_t q = 0; q < t.quads; ++q) {
        for (int k = 0; k < t.plan.steps; ++k) {
            const std::uint8_t* from =
                t.digits + (q * planes + k * t.plan.planes_per_step + last) * quad_bytes;
            std::uint8_t* to =
                t.squares +
                (q * t.plan.square_planes() + k * t.plan.square_planes_per_step) * quad_bytes;
            for (std::int64_t i = 0; i < quad_bytes; ++i) {
                const int digit = from[i] - t.plan.offset[last];
                const int square = digit * digit;
                to[i] = static_cast<std::uint8_t>(square & 255);
                if (t.plan.square_planes_per_step == 2) {
                    to[quad_bytes + i] = static_cast<std::uint8_t>(square >> 8);
                }
            }
        }
    }
}

/// Every fourth bit, from the lowest on, takes one of the eight of a byte.
inline Unsigned spread(Unsigned byte) {
    byte = (byte | byte << 12U) & 0x000f000fU;
    byte = (byte | byte << 6U) & 0x03030303U;
    return (byte | byte << 3U) & 0x11111111U;
}

/// Bits of four rows side by side, step after step.
void find_patterns(const DigitTask& t) {
    const int top_steps = t.plan.steps - 8 * (t.plan.input_bytes - 1);
    const std::int64_t top = (t.plan.input_bytes - 1) * t.quads * tile_positions;
    for (std::int64_t at = 0; at < t.plan.input_bytes * t.quads * tile_positions; at += lanes) {
        const auto rows = reinterpret_cast<Unsigned>(load_bytes(t.inputs + at * rows_per_quad));
        Unsigned patterns = spread(rows & 255U) | spread(rows >> 8U & 255U) << 1U |
                            spread(rows >> 16U & 255U) << 2U | spread(rows >> 24U) << 3U;
        if (at >= top && top_steps < 8) patterns &= (1U << (4 * top_steps)) - 1U;
        store_bytes(t.patterns + at, reinterpret_cast<Int>(patterns));
    }
}

void expand(const DigitTask& t) {
    if (t.patterns != nullptr) find_patterns(t);
    if (t.digits != nullptr) expand_digits(t);
    if (t.squares != nullptr) square_digits(t);
}
