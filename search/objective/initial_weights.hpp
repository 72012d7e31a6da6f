#pragma once

#include <cstdint>

#include "sim/network/graph.hpp"

namespace ohmgrid {

/// The network with initial weights as a training would draw them: normal with variance
/// 2 / (inputs of a weight's sum), no bias; scales one, shifts zero. He et al., "Delving deep into
/// rectifiers", ICCV 2015. A pure function of the shapes and `seed`.
Graph with_initial_weights(Graph shapes, std::uint64_t seed);

}  // namespace ohmgrid
