#include "sim/mapping/chip_spec.hpp"

namespace ohmgrid {

const ParamTable<ChipSpec>& chip_parameters() {
    using C = ChipSpec;
    static const ParamTable<C> table{
        "chip",
        {
            param::count("arrays_per_pe", &C::arrays_per_pe,
                         {.fallback = "16",
                          .low = 1,
                          .high = 4096,
                          .doc = "arrays of a processing element"}),
            param::count(
                "pes_per_tile", &C::pes_per_tile,
                {.fallback = "4", .low = 1, .high = 4096, .doc = "processing elements of a tile"}),
            param::choice("floor_plan", &C::floor_plan,
                          {{"packed", FloorPlan::packed},
                           {"square", FloorPlan::square},
                           {"automatic", FloorPlan::automatic}},
                          {.fallback = "packed",
                           .doc = "how a layer's arrays fill its tiles; 'square' cuts their grid "
                                  "into square tiles, 'automatic' also chooses the tiles' size"}),
            param::count("tiles", &C::most_tiles,
                         {.fallback = "0",
                          .low = 0,
                          .high = 1e9,
                          .doc = "tiles there is room for; 0 builds as many as needed"}),
            param::choice(
                "timing", &C::timing,
                {{"component", Timing::component}, {"synchronous", Timing::synchronous}},
                {.fallback = "component",
                 .doc = "every part at its own pace, or one clock set by the slowest read"}),
            param::choice(
                "overlap", &C::overlap,
                {{"overlapped", Overlap::overlapped}, {"serial", Overlap::serial}},
                {.fallback = "overlapped", .doc = "whether data move while arrays convert"}),
            param::choice(
                "schedule", &C::schedule,
                {{"layer-by-layer", Schedule::layer_by_layer}, {"pipelined", Schedule::pipelined}},
                {.fallback = "layer-by-layer",
                 .doc = "layers one after the other, or all at once on successive "
                        "images"}),
            param::choice(
                "input_reuse", &C::input_reuse,
                {{"line-buffer", InputReuse::line_buffer}, {"none", InputReuse::none}},
                {.fallback = "line-buffer",
                 .doc = "whether overlapping windows fetch an element from the global buffer once "
                        "or each time"}),
            param::choice("buffer_share", &C::buffer_share,
                          {{"whole", BufferShare::whole}, {"by-tiles", BufferShare::by_tiles}},
                          {.fallback = "whole",
                           .doc = "share of the global buffer's ports that a layer uses"}),
            param::choice(
                "partial_sums", &C::partial_sums,
                {{"over-tree", PartialSums::over_tree}, {"in-place", PartialSums::in_place}},
                {.fallback = "over-tree",
                 .doc = "whether sums of tiles that hold different rows of a layer cross the "
                        "chip's tree"}),
            param::choice(
                "clock_gating", &C::clock_gating,
                {{"gated", ClockGating::gated}, {"free-running", ClockGating::free_running}},
                {.fallback = "gated",
                 .doc = "whether word-line registers are clocked when they change or in every "
                        "conversion phase"}),
            param::choice("control", &C::control,
                          {{"sequencer", ArrayControl::sequencer}, {"none", ArrayControl::none}},
                          {.fallback = "sequencer",
                           .doc = "what steps an array through its reads: a sequencer with its "
                                  "control lines and clock, or nothing (as NeuroSim)"}),
            param::quantity("clock", &C::clock_hertz, dimension::frequency,
                            {.fallback = "1 GHz",
                             .low = 1e3,
                             .high = 1e11,
                             .doc = "clock of digital logic, buffers and buses",
                             .source = "NeuroSim V1.3"}),
            param::count("buffer", &C::buffer_bits,
                         {.fallback = "512",
                          .low = 1,
                          .high = 65536,
                          .doc = "bits the global buffer reads or writes per clock",
                          .source = "assumed"}),
            param::choice("buffer_cells", &C::buffer_cells,
                          {{"registers", BufferCells::registers}, {"sram", BufferCells::sram}},
                          {.fallback = "registers", .doc = "what the global buffer is made of"}),
            param::count("bus", &C::bus_bits,
                         {.fallback = "512",
                          .low = 1,
                          .high = 65536,
                          .doc = "bits per clock between global buffer and tiles",
                          .source = "assumed"}),
            param::count("tile_bus", &C::tile_bus_bits,
                         {.fallback = "64",
                          .low = 1,
                          .high = 65536,
                          .doc = "bits per clock inside a tile",
                          .source = "assumed"}),
            param::count("tile_sums", &C::tile_sums,
                         {.fallback = "0",
                          .low = 0,
                          .high = 65536,
                          .doc = "sums a tile's buffer takes per clock; 0 takes what fits the "
                                 "tile bus"}),
            param::choice("wiring", &C::wiring,
                          {{"tree", ChipWiring::tree}, {"bus", ChipWiring::bus}},
                          {.fallback = "tree",
                           .doc = "H-trees to tiles and arrays, or buses along rows and an edge"}),
            param::count("wiring_layers", &C::wiring_layers,
                         {.fallback = "1",
                          .low = 1,
                          .high = 64,
                          .doc = "metal layers that the wires of a tree or bus are stacked on",
                          .source = "assumed"}),
        }};
    return table;
}

}  // namespace ohmgrid
