#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/network/data_spec.hpp"
#include "sim/network/executor.hpp"
#include "sim/network/image_set.hpp"

namespace ohmgrid {

/// Turns pixels into what a network expects: (pixel / scale - mean) / std per channel, computed in
/// double precision and rounded once.
class Preprocessing {
  public:
    /// @throws InputError DAT007 if mean, std or channel order do not fit the number of channels
    Preprocessing(const DataSpec& spec, const Shape& shape);

    /// @param pixels  channels x height x width; colours in the order red, green, blue
    /// @param values  the same, colours in the network's order
    void operator()(std::span<const std::uint8_t> pixels, std::span<float> values) const;

  private:
    /// What becomes of one channel of the network's input.
    struct Channel {
        std::int64_t from = 0;              ///< channel of the file
        std::array<float, 256> value_of{};  ///< by pixel
    };

    std::int64_t pixels_per_channel_;
    std::vector<Channel> channels_;
};

/// The images of `set`, preprocessed, for an Executor. Keeps a reference to `set`.
ImageLoader loader_of(const ImageSet& set, Preprocessing preprocess);

}  // namespace ohmgrid
