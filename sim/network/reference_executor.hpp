#pragma once

#include <vector>

#include "sim/network/feature_map.hpp"
#include "sim/network/graph.hpp"

namespace ohmgrid {

/// The value of every node for one image, in double precision, channel-major.
///
/// The slow, obvious twin of Executor: each operation is its definition, written as nested loops,
/// without any of the fast path's layout, fusion or order of sums. O(multiply-accumulates) with a
/// large constant; for tests and for judging the float error.
/// @param graph  with weights, valid by check(graph)
/// @param image  of the graph's input shape
std::vector<std::vector<double>> reference_values(const Graph& graph, const FeatureMap& image);

/// The class scores alone.
std::vector<double> reference_scores(const Graph& graph, const FeatureMap& image);

}  // namespace ohmgrid
