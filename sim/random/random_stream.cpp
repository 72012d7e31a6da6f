#include "sim/random/random_stream.hpp"

#include <Random123/philox.h>

#include <cmath>
#include <numbers>

namespace ohmgrid {
namespace {

/// 52 bits of two words, shifted by half a step so that 0 and 1 are never returned.
double open_unit(std::uint32_t high, std::uint32_t low) {
    const std::uint64_t bits = (std::uint64_t{high} << 20U) | (low >> 12U);
    return (static_cast<double>(bits) + 0.5) * 0x1p-52;
}

struct Polar {
    double radius;
    double angle;
};

/// Box and Muller's two independent normals: radius * cos(angle) and radius * sin(angle).
Polar polar(const std::array<std::uint32_t, 4>& words) {
    return {std::sqrt(-2.0 * std::log(open_unit(words[0], words[1]))),
            2.0 * std::numbers::pi * open_unit(words[2], words[3])};
}

}  // namespace

std::array<std::uint32_t, 4> RandomStream::plain_block(std::uint32_t draw) const {
    const r123::Philox4x32::key_type key{
        {static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32U)}};
    const r123::Philox4x32::ctr_type counter{{purpose_, trial_, element_, draw}};
    const auto words = r123::Philox4x32{}(counter, key);
    return {words[0], words[1], words[2], words[3]};
}

std::array<std::uint32_t, 4> RandomStream::block(std::uint32_t draw) const {
    auto words = plain_block(draw);
    if (side_ == Side::mirrored) {
        for (std::uint32_t& word : words) word = ~word;
    }
    return words;
}

double RandomStream::uniform_open(std::uint32_t draw) const {
    const auto words = block(draw);
    return open_unit(words[0], words[1]);
}

double RandomStream::normal(std::uint32_t draw) const {
    const auto [radius, angle] = polar(plain_block(draw / 2));
    const double normal = radius * (draw % 2 == 0 ? std::cos(angle) : std::sin(angle));
    return side_ == Side::plain ? normal : -normal;
}

void RandomStream::normals(std::uint32_t first, std::span<double> out) const {
    std::size_t i = 0;
    if (first % 2 == 1 && !out.empty()) out[i++] = normal(first);
    const double sign = side_ == Side::plain ? 1 : -1;
    for (; i + 1 < out.size(); i += 2) {
        const auto [radius, angle] =
            polar(plain_block((first + static_cast<std::uint32_t>(i)) / 2));
        out[i] = sign * (radius * std::cos(angle));
        out[i + 1] = sign * (radius * std::sin(angle));
    }
    if (i < out.size()) out[i] = normal(first + static_cast<std::uint32_t>(i));
}

std::uint32_t RandomStream::below(std::uint32_t bound, std::uint32_t draw) const {
    return static_cast<std::uint32_t>((std::uint64_t{block(draw)[0]} * bound) >> 32U);
}

}  // namespace ohmgrid
