#pragma once

#include <string>

#include "sim/network/graph.hpp"

namespace ohmgrid {

/// A PyTorch module with the network's layers, as plain text to train: convolutions are followed by
/// the batch normalisation that the table folds away.
std::string pytorch_text(const Graph& network);

}  // namespace ohmgrid
