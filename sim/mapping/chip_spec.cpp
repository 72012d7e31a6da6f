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
        }};
    return table;
}

}  // namespace ohmgrid
