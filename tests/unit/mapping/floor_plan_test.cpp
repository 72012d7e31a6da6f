#include "sim/mapping/floor_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/core/error.hpp"
#include "sim/mapping/layer_counts.hpp"

namespace ohmgrid {
namespace {

// Arrays of 64 x 64 with 8-bit weights in two 4-bit cells each, without twin arrays: an array holds
// 64 rows of 32 channels.
constexpr ArraySpec array{.rows = 64, .columns = 64, .cell_bits = 4, .column_sharing = 8};
constexpr MappingSpec spec{
    .weight_bits = 8, .input_bits = 8, .signed_weights = SignedWeights::offset};

LayerShape filling(std::int64_t array_rows, std::int64_t array_columns) {
    return {.name = "conv1",
            .op = Op::convolution,
            .rows = 64 * array_rows,
            .channels = 32 * array_columns,
            .windows = 16,
            .input_elements = 64 * array_rows,
            .digital = {}};
}

std::int64_t tiles_of(const LayerShape& shape, const ChipSpec& chip) {
    return place(LayerMapping(shape, array, spec), shape, array, spec, chip).tiles;
}

// Tiles are 8 x 8 arrays: 18 x 4 arrays are cut into three, though packed they would fill 1.1.
TEST(FloorPlan, SquareTilesCutTheGridOfALayer) {
    ChipSpec chip{.arrays_per_pe = 16, .pes_per_tile = 4, .floor_plan = FloorPlan::square};
    EXPECT_EQ(tiles_of(filling(18, 4), chip), 3);
    EXPECT_EQ(tiles_of(filling(8, 8), chip), 1);
    EXPECT_EQ(tiles_of(filling(9, 9), chip), 4);
    chip.floor_plan = FloorPlan::packed;
    EXPECT_EQ(tiles_of(filling(18, 4), chip), 2);
}

// 18 x 4 and 16 x 16 arrays, all of them full. Tiles of 16 x 16: 2 + 1, (72 + 256) / 768 = 43 %
// used; of 8 x 8: 3 + 4, 328 / 448 = 73 %. Processing elements of 4 x 4 hold the narrow layer
// twice: 400 / 448.
TEST(FloorPlan, AutomaticTilesAreThoseThatAreUsedBest) {
    const LayerMapping narrow(filling(18, 4), array, spec);
    const LayerMapping wide(filling(16, 16), array, spec);
    const TileTenant layers[] = {{&narrow, 72}, {&wide, 256}};
    const ChipSpec chip = with_best_tiles({.floor_plan = FloorPlan::automatic}, layers);
    EXPECT_EQ(chip.floor_plan, FloorPlan::square);
    EXPECT_EQ(chip.arrays_per_pe, 4 * 4);
    EXPECT_EQ(chip.pes_per_tile, 2 * 2);
}

// No layer is wider than four arrays, the smallest tile.
TEST(FloorPlan, AutomaticTilesAreAtLeastFourArraysWide) {
    const LayerMapping narrow(filling(3, 2), array, spec);
    const TileTenant layers[] = {{&narrow, 6}};
    const ChipSpec chip = with_best_tiles({.floor_plan = FloorPlan::automatic}, layers);
    EXPECT_EQ(chip.arrays_per_tile(), 4 * 4);
}

TEST(FloorPlan, LeavesChosenTilesAlone) {
    const LayerMapping narrow(filling(3, 2), array, spec);
    const TileTenant layers[] = {{&narrow, 6}};
    const ChipSpec chip = with_best_tiles({.arrays_per_pe = 3, .pes_per_tile = 5}, layers);
    EXPECT_EQ(chip.arrays_per_tile(), 15);
    EXPECT_EQ(chip.floor_plan, FloorPlan::packed);
}

TEST(FloorPlan, NamesTheLayerWhoseTilesAreNoSquares) {
    const ChipSpec chip{.arrays_per_pe = 3, .pes_per_tile = 4, .floor_plan = FloorPlan::square};
    EXPECT_THAT([&] { (void)tiles_of(filling(18, 4), chip); },
                testing::ThrowsMessage<InputError>(testing::AllOf(
                    testing::HasSubstr("error[MAP002]"), testing::HasSubstr("layer conv1"),
                    testing::HasSubstr("not 3"))));
}

}  // namespace
}  // namespace ohmgrid
