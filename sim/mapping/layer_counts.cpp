#include "sim/mapping/layer_counts.hpp"

#include <algorithm>
#include <cmath>

#include "sim/circuit/conversion_phase.hpp"
#include "sim/core/contract.hpp"
#include "sim/mapping/floor_plan.hpp"

namespace ohmgrid {
namespace {

std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

double real(std::int64_t count) { return static_cast<double>(count); }

/// Pieces of `side` that `parts` need in one direction.
std::int64_t parts_over(std::int64_t parts, double side) {
    return static_cast<std::int64_t>(std::ceil(real(parts) / side));
}

/// Additions per image that remove the offset of unsigned cells: the digital offset sums the inputs
/// of every window once and subtracts once per output; a reference column is subtracted from each
/// channel at every step.
std::int64_t offset_additions(const LayerMapping& mapping, const LayerShape& shape,
                              const MappingSpec& spec) {
    switch (spec.signed_weights) {
        case SignedWeights::differential:
            return 0;
        case SignedWeights::offset:
            return shape.windows * shape.groups * (shape.rows + shape.channels);
        case SignedWeights::reference_column:
            return shape.windows * spec.input_steps() * mapping.row_parts() * shape.out_channels();
    }
    return 0;
}

Placement place_packed(const LayerMapping& mapping, const LayerShape& shape,
                       const MappingSpec& spec, const ChipSpec& chip) {
    Placement p;
    p.copies = std::min(spec.replication, shape.windows);
    p.tiles = ceil_divide(mapping.arrays() * p.copies, chip.arrays_per_tile());
    if (spec.copies == CopyRule::fill_tiles) {
        p.copies = std::min(p.tiles * chip.arrays_per_tile() / mapping.arrays(), shape.windows);
    }
    p.pes = ceil_divide(mapping.arrays() * p.copies, chip.arrays_per_pe);
    const TileSides sides = tile_sides(chip, mapping, shape);
    p.tile_rows = parts_over(mapping.row_parts(), sides.tile_rows);
    p.tile_columns = parts_over(mapping.column_parts(), sides.tile_columns);
    p.copies_per_tile =
        std::clamp<std::int64_t>(chip.arrays_per_tile() / mapping.arrays(), 1, p.copies);
    return p;
}

/// Copies of `parts` side by side within `side`, if it holds one at all.
std::int64_t repeats(double side, std::int64_t parts) {
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(side) / parts);
}

Placement place_square(const LayerMapping& mapping, const LayerShape& shape,
                       const MappingSpec& spec, const ChipSpec& chip) {
    const TileSides s = tile_sides(chip, mapping, shape);
    const std::int64_t rows = mapping.row_parts();
    const std::int64_t columns = mapping.column_parts();
    const std::int64_t pe_rows = parts_over(rows, s.pe_rows);
    const std::int64_t pe_columns = parts_over(columns, s.pe_columns);
    const double pes = s.tile_rows / s.pe_rows;
    std::int64_t in_tile = 1;
    if (real(rows) <= s.tile_rows || real(columns) <= s.tile_columns) {
        in_tile = repeats(pes, pe_rows) * repeats(pes, pe_columns);
    }
    std::int64_t in_pe = 1;
    if (real(rows) <= s.pe_rows || real(columns) <= s.pe_columns) {
        in_pe = repeats(s.pe_rows, rows) * repeats(s.pe_columns, columns);
    }
    Placement p;
    p.tile_rows = parts_over(rows, s.tile_rows);
    p.tile_columns = parts_over(columns, s.tile_columns);
    const std::int64_t most = in_tile * in_pe;
    p.copies = std::min(spec.replication, shape.windows);
    const std::int64_t groups = ceil_divide(p.copies, most);
    if (spec.copies == CopyRule::fill_tiles) p.copies = std::min(groups * most, shape.windows);
    p.copies_per_tile = std::min(most, p.copies);
    p.tiles = mapping.blocks() * p.tile_rows * p.tile_columns * groups;
    p.pes = mapping.blocks() * pe_rows * pe_columns * ceil_divide(p.copies, in_pe);
    return p;
}

}  // namespace

Placement place(const LayerMapping& mapping, const LayerShape& shape, const ArraySpec& array,
                const MappingSpec& spec, const ChipSpec& chip) {
    OHMGRID_EXPECT(chip.arrays_per_pe >= 1 && chip.pes_per_tile >= 1);
    OHMGRID_EXPECT(chip.floor_plan != FloorPlan::automatic);
    Placement p = chip.floor_plan == FloorPlan::packed ? place_packed(mapping, shape, spec, chip)
                                                       : place_square(mapping, shape, spec, chip);
    p.arrays = mapping.arrays() * p.copies;
    const double cells_used =
        static_cast<double>(shape.weights() * mapping.cells_per_weight() * p.copies);
    const double cells = static_cast<double>(p.tiles * chip.arrays_per_tile()) *
                         static_cast<double>(array.rows * array.columns);
    p.utilisation = cells_used / cells;
    return p;
}

LayerCounts count_events(const LayerMapping& mapping, const LayerShape& shape,
                         const ArraySpec& array, const MappingSpec& spec, std::int64_t copies) {
    LayerCounts n;
    n.windows_per_copy = ceil_divide(shape.windows, copies);
    n.input_steps = spec.input_steps();
    n.phases = conversion_phases(array, mapping.most_columns_used());

    const std::int64_t reads = shape.windows * n.input_steps;
    const std::int64_t inputs = shape.groups * shape.rows;
    const std::int64_t channel_sums = mapping.row_parts() * shape.out_channels();
    const std::int64_t reference_sums =
        mapping.has_reference_column() ? mapping.converting_units() : 0;
    n.array_reads = reads * mapping.arrays();
    n.line_drives = reads * inputs * mapping.column_parts() * mapping.planes();
    const bool accumulated = spec.conversion == Conversion::accumulated;
    const std::int64_t converted_reads = accumulated ? shape.windows : reads;
    const std::int64_t twins = spec.subtracts_digitally() ? 2 : 1;
    n.conversions = converted_reads * (channel_sums * mapping.slices() * twins +
                                       reference_sums * mapping.slices_per_array());
    const std::int64_t joined = mapping.slices() * twins;
    n.slice_additions = joined > 1 ? converted_reads * channel_sums * joined : 0;
    n.step_additions = accumulated || n.input_steps == 1 ? 0 : reads * channel_sums;
    n.part_additions = shape.windows * shape.out_channels() * (mapping.row_parts() - 1);
    n.offset_additions = offset_additions(mapping, shape, spec);

    n.feature_map_bits_in = shape.input_elements * spec.input_bits;
    n.window_bits_in = shape.windows * inputs * spec.input_bits;
    n.line_bits_in = n.window_bits_in * mapping.column_parts() * mapping.planes();
    n.partial_sums = shape.windows * channel_sums;
    n.feature_map_bits_out = shape.output_elements() * spec.input_bits;
    return n;
}

}  // namespace ohmgrid
