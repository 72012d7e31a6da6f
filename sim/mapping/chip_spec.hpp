#pragma once

#include <cstdint>

#include "sim/core/parameters.hpp"

namespace ohmgrid {

/// How long a conversion phase and a digital step last.
enum class Timing {
    component,   ///< each layer's arrays at their own pace, digital logic at the chip's clock
    synchronous  ///< one clock for everything: the slowest phase of any layer plus a margin
};

/// Whether moving data takes extra time.
enum class Overlap {
    overlapped,  ///< buffers, buses and digital logic work while arrays convert; the slower counts
    serial       ///< one after the other
};

/// When the layers of one image run.
enum class Schedule {
    layer_by_layer,  ///< one after the other
    pipelined        ///< all at once, on successive images; the slowest sets the pace
};

/// How often an element of a feature map leaves the global buffer.
enum class InputReuse {
    line_buffer,  ///< once: tiles keep what overlapping windows share
    none          ///< once per window that needs it
};

/// How layers are laid out on tiles.
enum class FloorPlan {
    packed,    ///< the arrays of a layer fill its tiles one after the other
    square,    ///< tiles are squares of arrays; a layer's grid of arrays is cut into whole tiles
    automatic  ///< as square, sides chosen for the best utilisation of the network
};

/// What the global buffer is made of; a tile's is of registers.
enum class BufferCells { registers, sram };

/// Which share of the global buffer's ports serves the tiles of one layer.
enum class BufferShare {
    whole,    ///< all of them: one layer runs at a time
    by_tiles  ///< as many as the layer's share of all tiles, as if every tile had its own
};

/// How the sums of tiles that hold different rows of a layer come together.
enum class PartialSums {
    over_tree,  ///< every tile sends its sum through the chip's tree
    in_place    ///< neighbouring tiles add to each other's sum; only results cross the tree
};

/// What carries bits from the global buffer to the tiles, and inside these.
enum class ChipWiring {
    tree,  ///< an H-tree: every leaf is equally far
    bus    ///< a bus along every row and one along the edge
};

/// Whether registers that keep their value are clocked.
enum class ClockGating { gated, free_running };

/// Whether arrays have a sequencer, control lines and a clock.
enum class ArrayControl { sequencer, none };

/// How arrays are grouped (array -> processing element -> tile -> chip) and how the chip around
/// them is clocked and moves data. Tiles hold one layer each and are built whole.
struct ChipSpec {
    std::int64_t arrays_per_pe = 0;
    std::int64_t pes_per_tile = 0;
    FloorPlan floor_plan = FloorPlan::packed;
    std::int64_t most_tiles = 0;  ///< there is room for; 0: as many as needed
    Timing timing = Timing::component;
    Overlap overlap = Overlap::overlapped;
    Schedule schedule = Schedule::layer_by_layer;
    InputReuse input_reuse = InputReuse::line_buffer;
    BufferCells buffer_cells = BufferCells::registers;
    BufferShare buffer_share = BufferShare::whole;
    PartialSums partial_sums = PartialSums::over_tree;
    ClockGating clock_gating = ClockGating::gated;
    ArrayControl control = ArrayControl::sequencer;
    double clock_hertz = 1e9;         ///< of digital logic, or its upper bound if synchronous
    std::int64_t buffer_bits = 512;   ///< the global buffer reads or writes per clock
    std::int64_t bus_bits = 512;      ///< between global buffer and tiles, per clock
    std::int64_t tile_bus_bits = 64;  ///< inside a tile, per clock
    std::int64_t tile_sums = 0;  ///< a tile's buffer takes per clock; 0: what fits the tile bus
    ChipWiring wiring = ChipWiring::tree;
    std::int64_t wiring_layers = 1;  ///< metal layers that its wires are stacked on

    [[nodiscard]] std::int64_t arrays_per_tile() const { return arrays_per_pe * pes_per_tile; }
};

/// Section [chip] of a run file.
const ParamTable<ChipSpec>& chip_parameters();

}  // namespace ohmgrid
