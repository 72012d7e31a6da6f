#pragma once

#include <vector>

#include "sim/converter/adc_spec.hpp"
#include "sim/random/random_stream.hpp"

namespace ohmgrid {

/// The charge-redistribution capacitors of a SAR converter: bit i has 2^i unit capacitors. With
/// `split_bits` = m the bits below m form an array of their own, joined by a bridge of
/// 2^m / (2^m - 1) units, and the bits above start at one unit again.
///
/// n units have the relative mismatch sigma / sqrt(n). A terminating unit completes the (low)
/// array. Levels are in steps of the perfect array. Source of the weights: charge conservation at
/// the two common nodes, docs/models/converter.md (2) and (3).
class CapacitorArray {
  public:
    /// Without a stream: perfect, without parasitic capacitance.
    CapacitorArray(const SarSpec& sar, int bits, const RandomStream* mismatch);

    /// What switching the capacitor of `bit` (0 = least significant) adds to the array's level.
    [[nodiscard]] double level_lsb(int bit) const {
        return level_lsb_[static_cast<std::size_t>(bit)];
    }
    [[nodiscard]] double redundant_level_lsb() const { return level_lsb_.back(); }

  private:
    std::vector<double> level_lsb_;  ///< by bit, then the redundant capacitor
};

}  // namespace ohmgrid
