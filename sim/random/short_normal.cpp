#include "sim/random/short_normal.hpp"

#include <bit>
#include <cstddef>

namespace ohmgrid {

float short_normal_of(std::uint16_t bits, std::uint16_t more) {
    const std::uint32_t interval = bits & 0x7fffU;
    const float inside = interval < short_normal::divided_intervals
                             ? (static_cast<float>(more) + 0.5F) * 0x1p-16F
                             : 0.5F;
    const float f = static_cast<float>(interval) + inside;
    const std::size_t octave = (std::bit_cast<std::uint32_t>(f) >> 23U) % short_normal::octaves;
    float magnitude = 0;
    for (std::size_t k = short_normal::degree + 1; k-- > 0;) {
        magnitude = magnitude * f + short_normal::coefficients[k][octave];
    }
    return (bits & 0x8000U) != 0 ? -magnitude : magnitude;
}

}  // namespace ohmgrid
