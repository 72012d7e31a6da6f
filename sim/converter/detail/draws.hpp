#pragma once

#include <cstdint>

/// Which draw of a converter's stream (Purpose::converter_static) belongs to which part. Append
/// only: parts must keep their numbers.
namespace ohmgrid::draw_of {

inline constexpr std::uint32_t gain = 0;
inline constexpr std::uint32_t offset = 1;
inline constexpr std::uint32_t first_comparator = 16;  ///< SAR: the only one
inline constexpr std::uint32_t first_capacitor = 32;   ///< by bit
inline constexpr std::uint32_t terminating_capacitor = 48;
inline constexpr std::uint32_t bridge_capacitor = 49;
inline constexpr std::uint32_t redundant_capacitor = 50;
inline constexpr std::uint32_t first_resistor = 1U << 16U;

}  // namespace ohmgrid::draw_of
