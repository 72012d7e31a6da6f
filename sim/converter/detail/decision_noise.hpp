#pragma once

#include <cstdint>

#include "sim/random/random_stream.hpp"

namespace ohmgrid {

/// Fresh noise for every decision of one conversion; nothing without a stream.
class DecisionNoise {
  public:
    DecisionNoise() = default;
    DecisionNoise(const RandomStream& stream, std::uint32_t first_draw, double sigma_lsb)
        : stream_(&stream), draw_(first_draw), sigma_lsb_(sigma_lsb) {}

    double next() { return sigma_lsb_ == 0 ? 0 : sigma_lsb_ * stream_->normal(draw_++); }

  private:
    const RandomStream* stream_ = nullptr;
    std::uint32_t draw_ = 0;
    double sigma_lsb_ = 0;
};

}  // namespace ohmgrid
