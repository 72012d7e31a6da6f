#pragma once

#include <cstdint>

#include "sim/mapping/chip_spec.hpp"
#include "sim/mapping/layer_mapping.hpp"

namespace ohmgrid {

/// The tiles a layer occupies. A tile belongs to one layer; the rest of its last tile stays empty.
struct Placement {
    std::int64_t copies = 1;  ///< of the layer's weights, working on different windows
    std::int64_t arrays = 0;  ///< in use, all copies together
    std::int64_t pes = 0;     ///< with at least one array in use
    std::int64_t tiles = 0;
    std::int64_t tile_rows = 1;        ///< tiles that hold different rows of the same outputs
    std::int64_t tile_columns = 1;     ///< tiles that need the same inputs
    std::int64_t copies_per_tile = 1;  ///< of what a tile holds, working side by side
    double utilisation = 0;            ///< cells holding a weight / cells of the occupied tiles
};

/// What happens in one layer per image; every number is a count of events.
///
/// A *read* drives the word lines of one array with one input step; its columns are then converted
/// in `phases` turns by the converters. Twin arrays of a differential layer are read together and
/// converted once. Positions outside the image count like any other input (zeros are fetched too).
struct LayerCounts {
    std::int64_t windows_per_copy = 0;  ///< input vectors one copy works through in turn
    std::int64_t input_steps = 0;       ///< reads per input vector
    std::int64_t phases = 0;            ///< conversions of the busiest converter per read

    std::int64_t array_reads = 0;
    std::int64_t line_drives = 0;  ///< (word line, step) pairs of all arrays, zero bits included
    std::int64_t conversions = 0;
    std::int64_t slice_additions = 0;   ///< shift-adds joining the slices of a weight, the first
                                        ///< slice of a sum (to which zero is added) included
    std::int64_t step_additions = 0;    ///< shift-adds joining the input steps, likewise
    std::int64_t part_additions = 0;    ///< sums over row parts
    std::int64_t offset_additions = 0;  ///< that take the offset out of unsigned cells

    std::int64_t feature_map_bits_in = 0;  ///< the layer's input, each element once
    std::int64_t window_bits_in = 0;       ///< the same cut into windows, overlaps repeated
    std::int64_t line_bits_in = 0;         ///< what arrives at word lines, copies to every array
    std::int64_t partial_sums = 0;         ///< leaving arrays for the sums over row parts
    std::int64_t feature_map_bits_out = 0;

    /// Reads one copy performs one after the other, in phases: the beat of the layer.
    [[nodiscard]] std::int64_t phases_in_turn() const {
        return windows_per_copy * input_steps * phases;
    }
};

/// Where the layer's arrays go. With CopyRule::fill_tiles the copies fill the tiles that
/// `spec.replication` copies need, but never exceed the number of windows. Square tiles hold copies
/// in whole processing elements, and in these whole copies.
/// @throws InputError MAP002 see tile_sides
Placement place(const LayerMapping& mapping, const LayerShape& shape, const ArraySpec& array,
                const MappingSpec& spec, const ChipSpec& chip);

/// Event counts of one image, summed over all copies.
LayerCounts count_events(const LayerMapping& mapping, const LayerShape& shape,
                         const ArraySpec& array, const MappingSpec& spec, std::int64_t copies);

}  // namespace ohmgrid
