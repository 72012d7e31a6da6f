#include "sim/inference/cell_bytes.hpp"

#include <algorithm>
#include <cmath>

namespace ohmgrid {

void split_bytes(std::int64_t whole, int bytes, std::span<std::int8_t> out) {
    for (int b = 0; b < bytes; ++b) {
        const auto digit = static_cast<std::int8_t>(static_cast<std::uint8_t>(whole & 255));
        out[static_cast<std::size_t>(b)] = digit;
        whole = (whole - digit) / 256;
    }
}

std::int64_t most_of_bytes(int bytes) {
    std::int64_t most = 0;
    for (int b = 0; b < bytes; ++b) most = most * 256 + 127;
    return most;
}

int exact_bytes(std::span<const double> values, const ByteCode& code) {
    constexpr double nine_digits = 1e-9;
    double largest = 0;
    for (const double value : values) {
        const double steps = (value - code.base) / code.unit;
        if (!(std::abs(steps - std::nearbyint(steps)) < nine_digits)) return 0;
        largest = std::max(largest, std::abs(steps + 0.25));  // -128 fits a byte, 128 does not
    }
    if (largest < 128) return 1;
    return largest < static_cast<double>(most_of_bytes(2)) ? 2 : 0;
}

ByteCode finest_code(std::span<const double> values, int bytes) {
    double largest = 0;
    for (const double value : values) largest = std::max(largest, std::abs(value));
    if (largest == 0) return {};
    return {.unit = largest / static_cast<double>(most_of_bytes(bytes)), .base = 0};
}

}  // namespace ohmgrid
