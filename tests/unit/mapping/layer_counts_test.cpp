#include "sim/mapping/layer_counts.hpp"

#include <gtest/gtest.h>

#include "sim/circuit/conversion_phase.hpp"

namespace ohmgrid {
namespace {

struct Mapped {
    LayerShape shape;
    ArraySpec array;
    MappingSpec spec;
    ChipSpec chip{.arrays_per_pe = 2, .pes_per_tile = 3};

    [[nodiscard]] LayerMapping mapping() const { return {shape, array, spec}; }
    [[nodiscard]] Placement placement() const { return place(mapping(), shape, array, spec, chip); }
    [[nodiscard]] LayerCounts counts() const {
        return count_events(mapping(), shape, array, spec, placement().copies);
    }
};

// A network of two layers on arrays of 64 x 32, cells of 4 bits, 8-bit weights as differential
// pairs (7 magnitude bits: 2 slices, 2 planes), 4-bit inputs fed bit by bit, 8 columns per ADC.
//
// conv: 3x3, 8 -> 20 channels on 6x6 with padding 1. Rows 8*9 = 72 > 64: 2 row parts of 36.
// Columns: 32 / 2 = 16 channels per array, 20 need 2 column parts of 10 (20 columns used).
Mapped conv() {
    return {.shape = {.name = "conv",
                      .op = Op::convolution,
                      .rows = 72,
                      .channels = 20,
                      .windows = 36,
                      .input_elements = 8 * 36,
                      .digital = {}},
            .array = {.rows = 64, .columns = 32, .cell_bits = 4, .column_sharing = 8},
            .spec = {.weight_bits = 8, .input_bits = 4}};
}

// fc: 720 -> 10. Row parts ceil(720 / 64) = 12 of 60; 10 channels in 20 columns, 1 column part.
Mapped fc() {
    Mapped m = conv();
    m.shape = {.name = "fc",
               .op = Op::linear,
               .rows = 720,
               .channels = 10,
               .windows = 1,
               .input_elements = 720,
               .digital = {}};
    return m;
}

TEST(Counts, OfAConvolutionEqualTheHandWorkedOnes) {
    const LayerCounts n = conv().counts();
    EXPECT_EQ(conv().mapping().arrays(), 2 * 2 * 2);  // row parts x column parts x planes
    EXPECT_EQ(n.input_steps, 4);
    EXPECT_EQ(n.phases, 8);
    EXPECT_EQ(n.array_reads, 36 * 4 * 8);
    EXPECT_EQ(n.line_drives, 36 * 4 * 72 * 2 * 2);      // every input in 2 column parts, 2 planes
    EXPECT_EQ(n.conversions, 36 * 4 * 2 * 20 * 2);      // 2 row parts, 20 channels, 2 slices
    EXPECT_EQ(n.slice_additions, 36 * 4 * 2 * 20 * 2);  // 2 slices: the first is added to zero
    EXPECT_EQ(n.step_additions, 36 * 2 * 20 * 4);       // 4 steps, likewise
    EXPECT_EQ(n.part_additions, 36 * 20 * 1);           // 2 parts: one addition
    EXPECT_EQ(n.offset_additions, 0);
    EXPECT_EQ(n.feature_map_bits_in, 8 * 36 * 4);
    EXPECT_EQ(n.window_bits_in, 36 * 72 * 4);
    EXPECT_EQ(n.line_bits_in, 36 * 72 * 4 * 2 * 2);
    EXPECT_EQ(n.partial_sums, 36 * 2 * 20);
    EXPECT_EQ(n.feature_map_bits_out, 20 * 36 * 4);
    EXPECT_EQ(n.phases_in_turn(), 36 * 4 * 8);
}

TEST(Counts, OfALinearLayerEqualTheHandWorkedOnes) {
    const LayerCounts n = fc().counts();
    EXPECT_EQ(fc().mapping().arrays(), 12 * 1 * 2);
    EXPECT_EQ(n.array_reads, 1 * 4 * 24);
    EXPECT_EQ(n.line_drives, 4 * 720 * 2);
    EXPECT_EQ(n.conversions, 4 * 12 * 10 * 2);
    EXPECT_EQ(n.slice_additions, 4 * 12 * 10 * 2);
    EXPECT_EQ(n.step_additions, 12 * 10 * 4);
    EXPECT_EQ(n.part_additions, 10 * 11);
    EXPECT_EQ(n.feature_map_bits_out, 40);
}

// 8 arrays in tiles of 6: 2 tiles, 4 of 6 PEs in use; 1440 weights in 4 cells each, of
// 2 tiles * 6 arrays * 64 * 32 cells.
TEST(Placement, RoundsUpToWholeTiles) {
    const Placement p = conv().placement();
    EXPECT_EQ(p.copies, 1);
    EXPECT_EQ(p.arrays, 8);
    EXPECT_EQ(p.pes, 4);
    EXPECT_EQ(p.tiles, 2);
    EXPECT_DOUBLE_EQ(p.utilisation, 1440.0 * 4 / (2 * 6 * 64 * 32));
}

// 24 copies would take 24 * 8 / 6 = 32 tiles exactly; each works through ceil(36 / 24) windows.
TEST(Placement, SharesTheWindowsAmongCopies) {
    Mapped m = conv();
    m.spec.replication = 24;
    EXPECT_EQ(m.placement().tiles, 32);
    EXPECT_EQ(m.counts().windows_per_copy, 2);
    EXPECT_EQ(m.counts().conversions, conv().counts().conversions);
}

// Tiles of 40 arrays hold 5 copies of 8 arrays.
TEST(Placement, FillsTilesWithCopiesOnRequest) {
    Mapped m = conv();
    m.chip = {.arrays_per_pe = 4, .pes_per_tile = 10};
    m.spec.copies = CopyRule::fill_tiles;
    EXPECT_EQ(m.placement().copies, 5);
    EXPECT_EQ(m.placement().tiles, 1);
    EXPECT_EQ(m.counts().windows_per_copy, 8);  // ceil(36 / 5)
}

TEST(Placement, MakesNoMoreCopiesThanThereAreWindows) {
    Mapped m = fc();
    m.chip = {.arrays_per_pe = 4, .pes_per_tile = 100};
    m.spec.copies = CopyRule::fill_tiles;
    EXPECT_EQ(m.placement().copies, 1);
}

TEST(Counts, OfUnsignedCellsIncludeTakingOutTheOffset) {
    Mapped m = conv();
    m.spec.signed_weights = SignedWeights::offset;  // 8 bits: still 2 slices, one plane
    EXPECT_EQ(m.mapping().arrays(), 4);
    EXPECT_EQ(m.counts().offset_additions, 36 * (72 + 20));
    // 32 / 2 = 16 channels per array, one of them the reference: 2 column parts.
    m.spec.signed_weights = SignedWeights::reference_column;
    EXPECT_EQ(m.counts().offset_additions, 36 * 4 * 2 * 20);
    EXPECT_EQ(m.counts().conversions, 36 * 4 * 2 * (2 * 20 + 4));
}

// One array of 9 columns of which one ADC serves 4: columns 0-3, 4-7, 8 when adjacent; with 3 ADCs
// strided they serve 3 columns each.
TEST(ConversionPhases, AreThoseOfTheBusiestConverter) {
    ArraySpec array{.rows = 8, .columns = 9, .cell_bits = 1, .column_sharing = 4};
    EXPECT_EQ(conversion_phases(array, 9), 4);
    EXPECT_EQ(conversion_phases(array, 3), 3);
    array.shared_columns = SharedColumns::strided;
    EXPECT_EQ(conversion_phases(array, 9), 3);
    EXPECT_EQ(conversion_phases(array, 3), 1);
}

// The closed forms against a walk over all arrays.
TEST(Counts, EqualSumsOverArrays) {
    for (const SignedWeights how :
         {SignedWeights::differential, SignedWeights::offset, SignedWeights::reference_column}) {
        for (const std::int64_t groups : {1, 3, 20}) {
            Mapped m = conv();
            m.shape.groups = groups;
            m.shape.rows = 29;
            m.spec.signed_weights = how;
            const LayerMapping mapping = m.mapping();
            std::int64_t rows_driven = 0;
            std::int64_t columns_converted = 0;
            std::int64_t partial_sums = 0;
            for (std::int64_t a = 0; a < mapping.arrays(); ++a) {
                const ArrayPosition at = mapping.position_of({a});
                rows_driven += mapping.row_range(at).size();
                if (at.plane == Plane::negative) continue;
                columns_converted += mapping.columns_used(at);
                partial_sums += mapping.channel_range(at).size();
            }
            const LayerCounts n = m.counts();
            EXPECT_EQ(n.line_drives, 36 * 4 * rows_driven);
            EXPECT_EQ(n.conversions, 36 * 4 * columns_converted);
            EXPECT_EQ(n.partial_sums, 36 * partial_sums);
        }
    }
}

}  // namespace
}  // namespace ohmgrid
