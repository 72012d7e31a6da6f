#pragma once

#include <span>

#include "sim/mapping/chip_spec.hpp"
#include "sim/mapping/layer_mapping.hpp"

namespace ohmgrid {

/// Edges of processing element and tile in arrays that share converters (pairs of a differential
/// layer count once); not whole if packed tiles are not square.
struct TileSides {
    double pe_rows = 1;
    double pe_columns = 1;
    double tile_rows = 1;
    double tile_columns = 1;
};

/// @throws InputError (id MAP002, names the layer) if square tiles are asked for but the numbers of
///         arrays are no squares, or a tile is too small for the pair of a differential layer
TileSides tile_sides(const ChipSpec& chip, const LayerMapping& mapping, const LayerShape& shape);

/// A layer as the choice of tiles sees it.
struct TileTenant {
    const LayerMapping* mapping = nullptr;
    double arrays_filled = 0;  ///< cells that hold weights / cells of an array
};

/// With FloorPlan::automatic, the same chip with FloorPlan::square and the sides that use the cells
/// of all tiles best: tiles from the smallest power of two that holds every column of the widest
/// layer (at least four arrays) down to five, then processing elements from half a tile down to
/// three, each only if strictly better than the larger one. Other chips are returned unchanged.
/// Source: NeuroSim V1.3 (ChipFloorPlan, conventional mapping).
ChipSpec with_best_tiles(const ChipSpec& chip, std::span<const TileTenant> layers);

}  // namespace ohmgrid
