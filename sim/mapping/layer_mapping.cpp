#include "sim/mapping/layer_mapping.hpp"

#include <algorithm>

#include "sim/core/contract.hpp"
#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// The part of equal_part(size, parts, .) that holds `index`.
std::int64_t part_of(std::int64_t size, std::int64_t parts, std::int64_t index) {
    return ceil_divide((index + 1) * parts, size) - 1;
}

void check_fits(const LayerShape& shape, const ArraySpec& array, std::int64_t columns_needed) {
    if (array.rows >= 1 && array.columns >= columns_needed && array.column_sharing >= 1) return;
    throw InputError(Message{
        .place = {},
        .id = "MAP001",
        .what = "layer " + shape.name + ": an array of " + std::to_string(array.rows) + " x " +
                std::to_string(array.columns) + " cells, " + std::to_string(array.column_sharing) +
                " columns per converter, cannot hold a weight of " +
                std::to_string(columns_needed) + " columns (reference column included)",
        .remedy = "Give array.columns, array.cell_bits or mapping.weight_bits other values"});
}

}  // namespace

LayerMapping::LayerMapping(const LayerShape& shape, const ArraySpec& array, const MappingSpec& spec)
    : groups_(shape.groups),
      rows_(shape.rows),
      channels_(shape.channels),
      slices_(spec.slices(array.cell_bits)),
      slices_per_array_(spec.slice_columns == SliceColumns::adjacent ? slices_ : 1),
      planes_(spec.signed_weights == SignedWeights::differential ? 2 : 1),
      reference_columns_(spec.signed_weights == SignedWeights::reference_column ? slices_per_array_
                                                                                : 0),
      array_rows_(array.rows),
      row_rule_(spec.row_parts) {
    OHMGRID_EXPECT(groups_ >= 1 && rows_ >= 1 && channels_ >= 1 && slices_ >= 1);
    check_fits(shape, array, slices_per_array_ + reference_columns_);
    const std::int64_t most_channels = (array.columns - reference_columns_) / slices_per_array_;
    const std::int64_t groups_that_fit = std::clamp(
        std::min(array.rows / rows_, most_channels / channels_), std::int64_t{1}, groups_);
    blocks_ = ceil_divide(groups_, groups_that_fit);
    const std::int64_t stacked = ceil_divide(groups_, blocks_);
    row_parts_ = ceil_divide(stacked * rows_, array.rows);
    const std::int64_t channel_parts = ceil_divide(stacked * channels_, most_channels);
    column_parts_ = channel_parts * (slices_ / slices_per_array_);
    // Equal parts: the last is a largest one. Else all before the last are at most as large as the
    // first.
    most_rows_used_ = std::max(row_cut(stacked * rows_, 0).size(),
                               row_cut(stacked * rows_, row_parts_ - 1).size());
    if (most_rows_used_ > array.rows) {
        throw InputError(Message{
            .place = {},
            .id = "MAP004",
            .what = "layer " + shape.name + ": parts of the rounded mean size leave one of " +
                    std::to_string(most_rows_used_) + " rows, more than an array has",
            .remedy = "Use mapping.row_parts = \"equal\" or other array.rows"});
    }
    most_columns_used_ =
        ceil_divide(stacked * channels_, channel_parts) * slices_per_array_ + reference_columns_;
}

ArrayId LayerMapping::array_at(const ArrayPosition& p) const {
    const std::int64_t unit = (p.block * row_parts_ + p.row_part) * column_parts_ + p.column_part;
    return {unit * planes_ + (p.plane == Plane::negative ? 1 : 0)};
}

ArrayPosition LayerMapping::position_of(ArrayId array) const {
    const std::int64_t unit = array.value / planes_;
    return {.block = unit / (row_parts_ * column_parts_),
            .row_part = unit / column_parts_ % row_parts_,
            .column_part = unit % column_parts_,
            .plane = array.value % planes_ == 1 ? Plane::negative : Plane::positive};
}

IndexRange LayerMapping::row_cut(std::int64_t stacked_rows, std::int64_t part) const {
    if (row_rule_ == RowParts::equal) return equal_part(stacked_rows, row_parts_, part);
    const std::int64_t most = row_rule_ == RowParts::full
                                  ? array_rows_
                                  : (2 * stacked_rows + row_parts_) / (2 * row_parts_);
    const bool is_last = part == row_parts_ - 1;
    return {std::min(part * most, stacked_rows),
            is_last ? stacked_rows : std::min((part + 1) * most, stacked_rows)};
}

IndexRange LayerMapping::row_range(const ArrayPosition& p) const {
    return row_cut(block_groups(p.block).size() * rows_, p.row_part);
}

IndexRange LayerMapping::channel_range(const ArrayPosition& p) const {
    return equal_part(block_groups(p.block).size() * channels_, channel_parts(),
                      p.column_part % channel_parts());
}

CellPosition LayerMapping::cell_of(const WeightSlice& w) const {
    const std::int64_t block = part_of(groups_, blocks_, w.group);
    const IndexRange stack = block_groups(block);
    const std::int64_t row = (w.group - stack.begin) * rows_ + w.row;
    const std::int64_t channel = (w.group - stack.begin) * channels_ + w.channel;
    std::int64_t row_part = 0;
    while (row_cut(stack.size() * rows_, row_part).end <= row) ++row_part;
    const ArrayPosition position{
        .block = block,
        .row_part = row_part,
        .column_part = part_of(stack.size() * channels_, channel_parts(), channel) +
                       w.slice / slices_per_array_ * channel_parts(),
        .plane = w.plane};
    return {.array = array_at(position),
            .row = row - row_range(position).begin,
            .column = (channel - channel_range(position).begin) * slices_per_array_ +
                      w.slice % slices_per_array_};
}

}  // namespace ohmgrid
