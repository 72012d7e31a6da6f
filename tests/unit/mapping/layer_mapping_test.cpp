#include "sim/mapping/layer_mapping.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

using ::testing::HasSubstr;

LayerShape layer_of(std::int64_t groups, std::int64_t rows, std::int64_t channels) {
    return {.name = "conv1", .groups = groups, .rows = rows, .channels = channels, .digital = {}};
}

ArraySpec array_of(std::int64_t rows, std::int64_t columns, int cell_bits) {
    return {.rows = rows, .columns = columns, .cell_bits = cell_bits, .column_sharing = 8};
}

MappingSpec spec_of(SignedWeights how, int weight_bits = 8) {
    return {.weight_bits = weight_bits, .input_bits = 8, .signed_weights = how};
}

TEST(EqualPart, CoversTheWholeWithSizesThatDifferByAtMostOne) {
    for (std::int64_t size = 1; size < 40; ++size) {
        for (std::int64_t parts = 1; parts <= size; ++parts) {
            std::int64_t expected_begin = 0;
            for (std::int64_t k = 0; k < parts; ++k) {
                const IndexRange part = equal_part(size, parts, k);
                EXPECT_EQ(part.begin, expected_begin);
                EXPECT_GE(part.size(), size / parts);
                EXPECT_LE(part.size(), (size + parts - 1) / parts);
                expected_begin = part.end;
            }
            EXPECT_EQ(expected_begin, size);
        }
    }
}

// 144 inputs do not fit 64 rows: 3 parts of 48 (CrossSim splits this layer the same way).
TEST(LayerMapping, CutsRowsIntoEqualParts) {
    const LayerMapping m(layer_of(1, 144, 16), array_of(64, 64, 7),
                         spec_of(SignedWeights::differential));
    EXPECT_EQ(m.row_parts(), 3);
    EXPECT_EQ(m.row_range({.row_part = 1}), (IndexRange{48, 96}));
    EXPECT_EQ(m.slices(), 1);
    EXPECT_EQ(m.planes(), 2);
    EXPECT_EQ(m.arrays(), 6);
}

// 7 magnitude bits in cells of 2: 4 slices. 64 columns hold 16 weights; 40 channels need
// ceil(40 / 16) = 3 column parts of 13, 13 and 14 channels.
TEST(LayerMapping, KeepsTheSlicesOfAWeightInNeighbouringColumnsOfOneArray) {
    const LayerMapping m(layer_of(1, 64, 40), array_of(64, 64, 2),
                         spec_of(SignedWeights::differential));
    EXPECT_EQ(m.slices(), 4);
    EXPECT_EQ(m.column_parts(), 3);
    EXPECT_EQ(m.most_columns_used(), 56);
    // Channel 13 is the first of column part 1: 13 * 4 slices before it are in part 0.
    const CellPosition cell =
        m.cell_of({.row = 5, .channel = 13, .slice = 3, .plane = Plane::negative});
    EXPECT_EQ(cell.array, m.array_at({.column_part = 1, .plane = Plane::negative}));
    EXPECT_EQ(cell.row, 5);
    EXPECT_EQ(cell.column, 3);
}

// 9 rows per group: 128 / 9 = 14 groups stack in one array, 14 columns wide.
TEST(LayerMapping, StacksTheGroupsOfADepthwiseLayerInOneArray) {
    const LayerMapping m(layer_of(32, 9, 1), array_of(128, 128, 8), spec_of(SignedWeights::offset));
    EXPECT_EQ(m.blocks(), 3);  // ceil(32 / 14), of 10, 11 and 11 groups
    EXPECT_EQ(m.block_groups(0), (IndexRange{0, 10}));
    EXPECT_EQ(m.most_rows_used(), 99);
    EXPECT_EQ(m.most_columns_used(), 11);
    EXPECT_EQ(m.arrays(), 3);
    const CellPosition cell = m.cell_of({.group = 11, .row = 2});
    EXPECT_EQ(cell.array.value, 1);
    EXPECT_EQ(cell.row, 9 + 2);
    EXPECT_EQ(cell.column, 1);
}

TEST(LayerMapping, CutsGroupsThatAreLargerThanAnArray) {
    const LayerMapping m(layer_of(2, 100, 40), array_of(64, 64, 4), spec_of(SignedWeights::offset));
    EXPECT_EQ(m.blocks(), 2);
    EXPECT_EQ(m.row_parts(), 2);
    EXPECT_EQ(m.column_parts(), 2);
    EXPECT_EQ(m.arrays(), 8);
}

// 2 slices: 64 columns hold 31 channels and the reference, so 32 channels need two arrays of 16
// channels, with the slices of the reference in columns 32 and 33 of each.
TEST(LayerMapping, LeavesRoomForAReferenceInEveryArray) {
    const LayerMapping m(layer_of(1, 10, 32), array_of(64, 64, 4),
                         spec_of(SignedWeights::reference_column));
    EXPECT_EQ(m.column_parts(), 2);
    EXPECT_EQ(m.columns_used({}), 34);
}

struct Case {
    std::int64_t groups, rows, channels, array_rows, array_columns;
    int cell_bits;
    SignedWeights how;
};

class Cells : public ::testing::TestWithParam<Case> {};

TEST_P(Cells, HoldEveryWeightSliceOnceInsideTheRangesOfItsArray) {
    const Case c = GetParam();
    const LayerMapping m(layer_of(c.groups, c.rows, c.channels),
                         array_of(c.array_rows, c.array_columns, c.cell_bits), spec_of(c.how));
    std::set<CellPosition> taken;
    for (std::int64_t g = 0; g < c.groups; ++g) {
        for (std::int64_t r = 0; r < c.rows; ++r) {
            for (std::int64_t ch = 0; ch < c.channels; ++ch) {
                for (int s = 0; s < m.slices(); ++s) {
                    for (int plane = 0; plane < m.planes(); ++plane) {
                        const CellPosition cell =
                            m.cell_of({g, r, ch, s, static_cast<Plane>(plane)});
                        EXPECT_TRUE(taken.insert(cell).second);
                        ASSERT_GE(cell.array.value, 0);
                        ASSERT_LT(cell.array.value, m.arrays());
                        const ArrayPosition position = m.position_of(cell.array);
                        EXPECT_EQ(m.array_at(position), cell.array);
                        EXPECT_GE(cell.row, 0);
                        EXPECT_LT(cell.row, m.row_range(position).size());
                        EXPECT_LT(cell.column, m.columns_used(position) -
                                                   (m.has_reference_column() ? m.slices() : 0));
                        EXPECT_GE(cell.column, 0);
                    }
                }
            }
        }
    }
}

TEST_P(Cells, FitTheArray) {
    const Case c = GetParam();
    const LayerMapping m(layer_of(c.groups, c.rows, c.channels),
                         array_of(c.array_rows, c.array_columns, c.cell_bits), spec_of(c.how));
    std::int64_t most_rows = 0;
    std::int64_t most_columns = 0;
    for (std::int64_t a = 0; a < m.arrays(); ++a) {
        const ArrayPosition position = m.position_of({a});
        most_rows = std::max(most_rows, m.row_range(position).size());
        most_columns = std::max(most_columns, m.columns_used(position));
    }
    EXPECT_EQ(most_rows, m.most_rows_used());
    EXPECT_EQ(most_columns, m.most_columns_used());
    EXPECT_LE(most_rows, c.array_rows);
    EXPECT_LE(most_columns, c.array_columns);
}

INSTANTIATE_TEST_SUITE_P(
    Layers, Cells,
    ::testing::Values(Case{1, 27, 16, 64, 64, 1, SignedWeights::differential},
                      Case{1, 150, 37, 64, 32, 2, SignedWeights::offset},
                      Case{1, 65, 33, 64, 64, 4, SignedWeights::reference_column},
                      Case{13, 9, 1, 32, 16, 4, SignedWeights::differential},
                      Case{13, 9, 2, 32, 16, 4, SignedWeights::reference_column},
                      Case{4, 40, 9, 32, 16, 4, SignedWeights::offset},
                      Case{1, 1, 1, 1, 8, 1, SignedWeights::offset}));

TEST(LayerMapping, RefusesAnArrayTooNarrowForOneWeight) {
    try {
        LayerMapping(layer_of(1, 27, 16), array_of(64, 4, 1), spec_of(SignedWeights::offset));
        FAIL() << "accepted";
    } catch (const InputError& error) {
        EXPECT_THAT(error.what(), HasSubstr("error[MAP001]"));
        EXPECT_THAT(error.what(), HasSubstr("layer conv1"));
    }
}

}  // namespace
}  // namespace ohmgrid
