#include "sim/mapping/floor_plan.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

constexpr std::int64_t smallest_tile_side = 4;  // NeuroSim V1.3

std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

std::int64_t whole_root(std::int64_t square) {
    return static_cast<std::int64_t>(std::llround(std::sqrt(static_cast<double>(square))));
}

/// Rows and columns of the grid of arrays of one block.
struct Grid {
    std::int64_t rows = 1;
    std::int64_t columns = 1;
};

Grid grid_of(const LayerMapping& m) { return {m.row_parts(), m.column_parts() * m.planes()}; }

std::int64_t tiles_of(std::span<const TileTenant> layers, std::int64_t side) {
    std::int64_t tiles = 0;
    for (const TileTenant& layer : layers) {
        const Grid grid = grid_of(*layer.mapping);
        tiles += layer.mapping->blocks() * ceil_divide(grid.rows, side) *
                 ceil_divide(grid.columns, side);
    }
    return tiles;
}

/// Share of all cells that hold weights when layers that fit into a tile in one direction are
/// repeated in whole processing elements of `pe_side`.
double utilisation(std::span<const TileTenant> layers, std::int64_t pe_side,
                   std::int64_t tile_side) {
    double filled = 0;
    for (const TileTenant& layer : layers) {
        const Grid grid = grid_of(*layer.mapping);
        std::int64_t copies = 1;
        if (grid.rows <= tile_side || grid.columns <= tile_side) {
            const std::int64_t pes = tile_side / pe_side;
            copies = std::max<std::int64_t>(1, pes / ceil_divide(grid.rows, pe_side)) *
                     std::max<std::int64_t>(1, pes / ceil_divide(grid.columns, pe_side));
        }
        filled += static_cast<double>(copies) * layer.arrays_filled;
    }
    return filled / static_cast<double>(tiles_of(layers, tile_side) * tile_side * tile_side);
}

Message too_small(const LayerShape& shape, const ChipSpec& chip) {
    return {.place = {},
            .id = "MAP002",
            .what = "layer " + shape.name + ": square tiles need square numbers of arrays per " +
                    "processing element and of these per tile, at least two by two for twin " +
                    "arrays, not " + std::to_string(chip.arrays_per_pe) + " and " +
                    std::to_string(chip.pes_per_tile),
            .remedy = "Use chip.floor_plan = \"packed\" or \"automatic\", or 4, 16, 64 ... arrays"};
}

}  // namespace

TileSides tile_sides(const ChipSpec& chip, const LayerMapping& mapping, const LayerShape& shape) {
    const double planes = mapping.planes();
    if (chip.floor_plan == FloorPlan::packed) {
        const double pe =
            std::max(1.0, std::sqrt(static_cast<double>(chip.arrays_per_pe) / planes));
        const double tile =
            std::max(1.0, std::sqrt(static_cast<double>(chip.arrays_per_tile()) / planes));
        return {.pe_rows = pe, .pe_columns = pe, .tile_rows = tile, .tile_columns = tile};
    }
    const std::int64_t pe = whole_root(chip.arrays_per_pe);
    const std::int64_t pes = whole_root(chip.pes_per_tile);
    const bool holds_twins = pe % mapping.planes() == 0;
    if (pe * pe != chip.arrays_per_pe || pes * pes != chip.pes_per_tile || !holds_twins) {
        throw InputError(too_small(shape, chip));
    }
    const double side = static_cast<double>(pe);
    const double tile = static_cast<double>(pe * pes);
    return {.pe_rows = side,
            .pe_columns = side / planes,
            .tile_rows = tile,
            .tile_columns = tile / planes};
}

ChipSpec with_best_tiles(const ChipSpec& chip, std::span<const TileTenant> layers) {
    if (chip.floor_plan != FloorPlan::automatic) return chip;
    std::int64_t widest = 1;
    double filled = 0;
    for (const TileTenant& layer : layers) {
        widest = std::max(widest, grid_of(*layer.mapping).columns);
        filled += layer.arrays_filled;
    }
    const auto largest =
        std::max(smallest_tile_side,
                 static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(widest))));
    double best = 0;
    std::int64_t tile = largest;
    for (std::int64_t side = largest; side > smallest_tile_side; side /= 2) {
        const double used = filled / static_cast<double>(tiles_of(layers, side) * side * side);
        if (used > best) {
            best = used;
            tile = side;
        }
    }
    std::int64_t pe = tile / 2;
    for (std::int64_t side = tile / 2; side > 2; side /= 2) {
        const double used = utilisation(layers, side, tile);
        if (used > best) {
            best = used;
            pe = side;
        }
    }
    ChipSpec chosen = chip;
    chosen.floor_plan = FloorPlan::square;
    chosen.arrays_per_pe = pe * pe;
    chosen.pes_per_tile = (tile / pe) * (tile / pe);
    return chosen;
}

}  // namespace ohmgrid
