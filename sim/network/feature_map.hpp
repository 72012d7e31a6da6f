#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/network/graph.hpp"

namespace ohmgrid {

/// The tensor of one image, channel-major: values[(channel * height + row) * width + column].
struct FeatureMap {
    Shape shape = {};
    std::vector<float> values = {};
};

/// What a network says about several images: one row of class scores for each.
struct Scores {
    std::int64_t classes = 0;
    std::vector<float> values = {};  ///< images x classes

    [[nodiscard]] std::int64_t images() const {
        return classes == 0 ? 0 : static_cast<std::int64_t>(values.size()) / classes;
    }
    [[nodiscard]] std::span<const float> of(std::int64_t image) const {
        return std::span(values).subspan(static_cast<std::size_t>(image * classes),
                                         static_cast<std::size_t>(classes));
    }
};

}  // namespace ohmgrid
