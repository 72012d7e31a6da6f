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

/// How arrays are grouped (array -> processing element -> tile -> chip) and how the chip around
/// them is clocked and moves data. Tiles hold one layer each and are built whole.
struct ChipSpec {
    std::int64_t arrays_per_pe = 0;
    std::int64_t pes_per_tile = 0;
    Timing timing = Timing::component;
    Overlap overlap = Overlap::overlapped;
    Schedule schedule = Schedule::layer_by_layer;
    InputReuse input_reuse = InputReuse::line_buffer;
    double clock_hertz = 1e9;         ///< of digital logic, or its upper bound if synchronous
    std::int64_t buffer_bits = 512;   ///< the global buffer reads or writes per clock
    std::int64_t bus_bits = 512;      ///< between global buffer and tiles, per clock
    std::int64_t tile_bus_bits = 64;  ///< inside a tile, per clock

    [[nodiscard]] std::int64_t arrays_per_tile() const { return arrays_per_pe * pes_per_tile; }
};

/// Section [chip] of a run file.
const ParamTable<ChipSpec>& chip_parameters();

}  // namespace ohmgrid
