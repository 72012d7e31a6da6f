#pragma once

#include <cstddef>
#include <vector>

#include "sim/core/parameters.hpp"
#include "sim/io/parameter_file.hpp"
#include "sim/network/graph.hpp"

namespace ohmgrid {

/// One [[layer]] entry of a run or search file.
struct LayerEntry {
    std::size_t layer;             ///< among the network's weighted nodes
    const ParameterSet* settings;  ///< as written in `file`, `name` among them
};

/// The [[layer]] entries whose `name` is that of a layer, in the order of the file. An entry
/// without a name or of an unknown one is left out with a complaint (RUN002). They live as long as
/// `file`.
std::vector<LayerEntry> layer_entries(const ParameterFile& file, const Graph& network,
                                      Complaints& complaints);

}  // namespace ohmgrid
