#include "sim/converter/detail/capacitor_array.hpp"

#include <cmath>

#include "sim/converter/detail/draws.hpp"

namespace ohmgrid {
namespace {

/// Capacitances in units.
struct Capacitors {
    std::vector<double> of_bit;  ///< then the redundant one, if there is one
    double terminating = 1;
    double bridge = 0;  ///< 0: one array
    double parasitic = 0;
};

double with_mismatch(double units, double sigma, const RandomStream& mismatch, std::uint32_t draw) {
    return units + std::sqrt(units) * sigma * mismatch.normal(draw);
}

/// The bit that capacitor `at` of `Capacitors::of_bit` belongs to.
int bit_of(std::size_t at, int bits, const SarSpec& sar) {
    return at < static_cast<std::size_t>(bits) ? static_cast<int>(at) : sar.redundant_bit - 1;
}

Capacitors nominal(const SarSpec& sar, int bits) {
    Capacitors c;
    const int count = bits + (sar.redundant_bit > 0 ? 1 : 0);
    for (int at = 0; at < count; ++at) {
        const int bit = bit_of(static_cast<std::size_t>(at), bits, sar);
        c.of_bit.push_back(std::ldexp(1.0, bit < sar.split_bits ? bit : bit - sar.split_bits));
    }
    if (sar.split_bits > 0) {
        const double low = std::ldexp(1.0, sar.split_bits);
        c.bridge = low / (low - 1);
    }
    return c;
}

void draw(Capacitors& c, const SarSpec& sar, int bits, const RandomStream& mismatch) {
    const double sigma = sar.capacitor_sigma;
    for (std::size_t at = 0; at < c.of_bit.size(); ++at) {
        const std::uint32_t number = at < static_cast<std::size_t>(bits)
                                         ? draw_of::first_capacitor + static_cast<std::uint32_t>(at)
                                         : draw_of::redundant_capacitor;
        c.of_bit[at] = with_mismatch(c.of_bit[at], sigma, mismatch, number);
    }
    c.terminating = with_mismatch(c.terminating, sigma, mismatch, draw_of::terminating_capacitor);
    if (c.bridge > 0) {
        c.bridge = with_mismatch(c.bridge, sigma, mismatch, draw_of::bridge_capacitor);
        c.parasitic = sar.split_parasitic * std::ldexp(1.0, sar.split_bits);
    }
}

/// What each capacitor moves the output node by, as a share of the reference.
std::vector<double> shares(const Capacitors& c, const SarSpec& sar, int bits) {
    double low = c.terminating + c.parasitic;
    double high = 0;
    for (std::size_t at = 0; at < c.of_bit.size(); ++at) {
        const bool in_low = c.bridge == 0 || bit_of(at, bits, sar) < sar.split_bits;
        (in_low ? low : high) += c.of_bit[at];
    }
    const double through_bridge = c.bridge == 0 ? 1 : c.bridge / (c.bridge + low);
    const double total = high + low * through_bridge;
    std::vector<double> out;
    for (std::size_t at = 0; at < c.of_bit.size(); ++at) {
        const bool in_low = c.bridge == 0 || bit_of(at, bits, sar) < sar.split_bits;
        out.push_back(c.of_bit[at] * (in_low ? through_bridge : 1) / total);
    }
    return out;
}

}  // namespace

CapacitorArray::CapacitorArray(const SarSpec& sar, int bits, const RandomStream* mismatch) {
    const Capacitors perfect = nominal(sar, bits);
    Capacitors drawn = perfect;
    if (mismatch != nullptr) draw(drawn, sar, bits, *mismatch);
    const std::vector<double> ideal = shares(perfect, sar, bits);
    const std::vector<double> real = shares(drawn, sar, bits);
    for (std::size_t at = 0; at < real.size(); ++at) {
        level_lsb_.push_back(std::ldexp(real[at] / ideal[at], bit_of(at, bits, sar)));
    }
}

}  // namespace ohmgrid
