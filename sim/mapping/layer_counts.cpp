#include "sim/mapping/layer_counts.hpp"

#include <algorithm>

#include "sim/circuit/conversion_phase.hpp"
#include "sim/core/contract.hpp"

namespace ohmgrid {
namespace {

std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

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

}  // namespace

Placement place(const LayerMapping& mapping, const LayerShape& shape, const ArraySpec& array,
                const MappingSpec& spec, const ChipSpec& chip) {
    OHMGRID_EXPECT(chip.arrays_per_pe >= 1 && chip.pes_per_tile >= 1);
    Placement p;
    p.copies = std::min(spec.replication, shape.windows);
    p.tiles = ceil_divide(mapping.arrays() * p.copies, chip.arrays_per_tile());
    if (spec.copies == CopyRule::fill_tiles) {
        p.copies = std::min(p.tiles * chip.arrays_per_tile() / mapping.arrays(), shape.windows);
    }
    p.arrays = mapping.arrays() * p.copies;
    p.pes = ceil_divide(p.arrays, chip.arrays_per_pe);
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
    n.slice_additions = converted_reads * channel_sums * (mapping.slices() * twins - 1);
    n.step_additions = accumulated ? 0 : shape.windows * channel_sums * (n.input_steps - 1);
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
