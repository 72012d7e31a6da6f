#pragma once

#include <span>

#include "sim/cost/technology.hpp"

namespace ohmgrid {

/// The technology of a node between known ones: every value on a straight line between its two
/// neighbours on double logarithmic axes (thermal slopes: on linear ones). `known` are files of one
/// roadmap in any order; a known node is returned as it is.
/// @throws InputError (id COST011) outside the known nodes: there is no extrapolation
Technology technology_at(std::span<const Technology> known, double node_metre);

}  // namespace ohmgrid
