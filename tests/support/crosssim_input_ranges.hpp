#pragma once

#include <array>

namespace ohmgrid {

/// What the inputs of CrossSim's ResNet-20 are limited to, by layer: 0 .. high, the first -high ..
/// high. CrossSim ships such ranges; they are not on record. Its script sets the first by hand. The
/// others were found by benchmarks/crosssim_ranges.cpp from its class scores in the rows
/// w8_i5_noadc and N1000_w8_i8_noadc: exactly up to layer 10, whose rounding errors agree; of the
/// later ones little more than what is cut off.
inline constexpr std::array<double, 22> crosssim_input_highs = {
    2.64,     4.00532,  3.29108,  5.265618, 2.845151, 6.73282,  3.540889,  9.080997,
    4.287607, 9.07909,  7.131193, 3.469807, 8.397872, 3.615578, 10.114772, 4.477794,
    10.12722, 7.150443, 4.123954, 8.98388,  4.363335, 4.924772};

}  // namespace ohmgrid
