#pragma once

#include <array>

namespace ohmgrid {

/// What the inputs of CrossSim's ResNet-20 are limited to, by layer: 0 .. high, the first -high ..
/// high. CrossSim ships such ranges; they are not on record. Its script sets the first by hand. The
/// others were found by benchmarks/crosssim_ranges.cpp from the rounding errors in its class scores
/// in six rows without converters; rows with converters of known ranges confirm them.
inline constexpr std::array<double, 22> crosssim_input_highs = {
    2.64,      4.0053096, 3.2910932, 5.2655906, 2.8451521, 6.7327843, 3.5408575, 9.0809634,
    4.2875971, 9.0800034, 7.1322963, 3.447867,  8.3984305, 3.6327758, 10.11657,  4.3702517,
    10.121329, 7.1710638, 4.1792041, 8.9200055, 4.4440671, 4.9313113};

}  // namespace ohmgrid
