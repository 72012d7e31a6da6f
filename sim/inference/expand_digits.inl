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

void expand(const DigitTask& t) {
    expand_digits(t);
    if (t.squares != nullptr) square_digits(t);
}
