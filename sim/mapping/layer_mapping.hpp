#pragma once

#include <cstdint>

#include "sim/circuit/array_spec.hpp"
#include "sim/core/ids.hpp"
#include "sim/mapping/layer_shape.hpp"
#include "sim/mapping/mapping_spec.hpp"

namespace ohmgrid {

/// The half-open range begin, begin + 1, ..., end - 1.
struct IndexRange {
    std::int64_t begin = 0;
    std::int64_t end = 0;

    [[nodiscard]] std::int64_t size() const { return end - begin; }
    friend bool operator==(IndexRange, IndexRange) = default;
};

/// Part `which` of `parts` nearly equal parts of 0 .. size - 1; sizes differ by at most one.
[[nodiscard]] constexpr IndexRange equal_part(std::int64_t size, std::int64_t parts,
                                              std::int64_t which) {
    return {which * size / parts, (which + 1) * size / parts};
}

/// Sign of the cells of an array: differential layers keep positive and negative weights in twin
/// arrays with the same rows and columns; everything else lives in `positive`.
enum class Plane { positive, negative };

/// One array's position in its layer.
struct ArrayPosition {
    std::int64_t block = 0;
    std::int64_t row_part = 0;
    std::int64_t column_part = 0;
    Plane plane = Plane::positive;

    friend bool operator==(const ArrayPosition&, const ArrayPosition&) = default;
};

/// One digit of one weight. `row` counts the inputs of the group (channel, kernel row, kernel
/// column; the last fastest), `channel` its outputs, `slice` the digits from the least significant.
struct WeightSlice {
    std::int64_t group = 0;
    std::int64_t row = 0;
    std::int64_t channel = 0;
    int slice = 0;
    Plane plane = Plane::positive;
};

/// One cell of a layer.
struct CellPosition {
    ArrayId array;
    std::int64_t row = 0;
    std::int64_t column = 0;

    friend auto operator<=>(const CellPosition&, const CellPosition&) = default;
};

/// Where every weight slice of one layer sits. The same object serves the cost model and the analog
/// read, so both see the same arrays.
///
/// A layer has `groups` weight matrices of `rows` x `channels`. As many groups as fit are stacked
/// block-diagonally in one array (a *block*): their inputs share its word lines, their outputs its
/// bit lines, and all off-diagonal cells hold zero. A dense layer is one block; a depthwise layer
/// of 3x3 kernels puts 14 groups into an array of 128 rows.
///
/// A block that is too large for an array is cut into `row_parts` x `column_parts` nearly equal
/// parts (rows also in other ways: RowParts); sums over row parts are taken digitally after the
/// converters. The slices of a weight are
/// neighbours: output channel c, slice s of a column part stands in column
/// `(c - first channel) * slices + s`, so a weight never straddles two arrays and adjacent columns
/// that share a converter hold slices of the same or neighbouring channels. With separate slices
/// (SliceColumns) every slice has its own column parts: those of slice 0 first. The reference, if
/// any, holds the number 0 like one more channel, its slices behind the last used column of every
/// array.
///
/// Differential layers use twin arrays (plane positive and negative) whose columns are subtracted
/// pairwise before one common set of converters.
///
/// Sizes beyond 2^62 cells are not considered. docs/models/mapping.md derives the formulas.
class LayerMapping {
  public:
    /// @throws InputError MAP001 if an array has no rows or cannot hold the slices of a weight,
    ///         MAP004 if parts of the rounded mean size do not fit
    LayerMapping(const LayerShape& shape, const ArraySpec& array, const MappingSpec& spec);

    [[nodiscard]] std::int64_t groups() const { return groups_; }
    [[nodiscard]] std::int64_t rows() const { return rows_; }          ///< of one group
    [[nodiscard]] std::int64_t channels() const { return channels_; }  ///< of one group
    [[nodiscard]] int slices() const { return slices_; }
    /// Slices of a weight that one array holds.
    [[nodiscard]] int slices_per_array() const { return slices_per_array_; }
    [[nodiscard]] int planes() const { return planes_; }  ///< 2 for differential pairs, else 1
    [[nodiscard]] int cells_per_weight() const { return slices_ * planes_; }
    [[nodiscard]] bool has_reference_column() const { return reference_columns_ > 0; }

    [[nodiscard]] std::int64_t blocks() const { return blocks_; }
    [[nodiscard]] std::int64_t row_parts() const { return row_parts_; }
    [[nodiscard]] std::int64_t column_parts() const { return column_parts_; }
    /// Arrays that share one set of converters: a pair if differential, else one.
    [[nodiscard]] std::int64_t converting_units() const {
        return blocks_ * row_parts_ * column_parts_;
    }
    [[nodiscard]] std::int64_t arrays() const { return converting_units() * planes_; }

    /// Arrays are numbered by block, then row part, column part and plane (the last fastest).
    [[nodiscard]] ArrayId array_at(const ArrayPosition& position) const;
    [[nodiscard]] ArrayPosition position_of(ArrayId array) const;

    /// The groups stacked in a block.
    [[nodiscard]] IndexRange block_groups(std::int64_t block) const {
        return equal_part(groups_, blocks_, block);
    }
    /// The stacked rows of `position`'s block that it holds: stacked row i is row i % rows() of
    /// group i / rows() of the block.
    [[nodiscard]] IndexRange row_range(const ArrayPosition& position) const;
    /// Likewise its stacked output channels.
    [[nodiscard]] IndexRange channel_range(const ArrayPosition& position) const;
    /// And the slices of their weights.
    [[nodiscard]] IndexRange slice_range(const ArrayPosition& position) const {
        const std::int64_t first = position.column_part / channel_parts() * slices_per_array_;
        return {first, first + slices_per_array_};
    }
    /// Parts into which a block's output channels are cut.
    [[nodiscard]] std::int64_t channel_parts() const {
        return column_parts_ * slices_per_array_ / slices_;
    }
    /// Bit lines in use, the reference included.
    [[nodiscard]] std::int64_t columns_used(const ArrayPosition& position) const {
        return channel_range(position).size() * slices_per_array_ + reference_columns_;
    }
    /// Rows and bit lines in use in the fullest array.
    [[nodiscard]] std::int64_t most_rows_used() const { return most_rows_used_; }
    [[nodiscard]] std::int64_t most_columns_used() const { return most_columns_used_; }

    [[nodiscard]] CellPosition cell_of(const WeightSlice& weight) const;

  private:
    [[nodiscard]] IndexRange row_cut(std::int64_t stacked_rows, std::int64_t part) const;

    std::int64_t groups_;
    std::int64_t rows_;
    std::int64_t channels_;
    int slices_;
    int slices_per_array_;
    int planes_;
    std::int64_t reference_columns_;
    std::int64_t array_rows_;
    RowParts row_rule_;
    std::int64_t blocks_ = 1;
    std::int64_t row_parts_ = 1;
    std::int64_t column_parts_ = 1;
    std::int64_t most_rows_used_ = 0;
    std::int64_t most_columns_used_ = 0;
};

}  // namespace ohmgrid
