#pragma once

#include "sim/network/graph.hpp"

namespace ohmgrid {

/// Folds every affine node (a batch normalisation, or a constant added or multiplied) into the
/// convolution, linear or affine node it follows, if that one feeds nothing else:
/// scale * (W x + b) + shift = (scale W) x + (scale b + shift), computed in double precision.
/// The result is the same function up to the rounding of the new weights to float32. Affine nodes
/// that follow anything else stay. Nodes without weights (shape tables) stay too.
Graph fold_affine(Graph graph);

}  // namespace ohmgrid
