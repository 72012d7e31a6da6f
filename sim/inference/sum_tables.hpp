#pragma once

#include <cstdint>
#include <vector>

#include "sim/inference/adc_scale.hpp"
#include "sim/inference/programmed_layer.hpp"
#include "sim/inference/tile_kernel.hpp"

namespace ohmgrid {

/// The columns of a unit as tables: for every column and quad of rows the sums of the cells that
/// each of the 16 patterns of one-bit digits drives. One look-up takes the place of four products,
/// and 16 bits hold the sum of a column where bytes would need one product for each.
struct SumTables {
    std::vector<std::int16_t> signal;    ///< [column][quad][16]; empty: bytes have to do
    std::vector<std::int16_t> variance;  ///< the same of read noise; empty without
    std::vector<double> unit;            ///< column-sum units of one table unit, by column
    std::vector<double> noise_unit;      ///< column-sum units squared, by column
    std::vector<std::int32_t> lowest;    ///< smallest sum of a column in table units, <= 0
    std::vector<std::int32_t> highest;   ///< largest sum, >= 0
};

/// Tables of a unit whose converted columns have ranges `scales` (by slice), or none if 16 bits are
/// too few: sums of exact cells stay exact (their tables hold a power of two times the whole
/// numbers), and the rounding of all others, that of their bytes included, moves no sum by more
/// than 1/32 of a converter step. None either where driven cells have a common part
/// (ConvertedColumn::base). Variances are rounded to 2^-16 of a column's largest.
SumTables sum_tables(const ProgrammedUnit& unit, const AdcScale* scales);

/// Lets a column that is read by tables find its codes by whole numbers: fills column.origin and
/// bucket_*, and appends the thresholds of 64 buckets to `thresholds` (and 64 second ones if
/// buckets hold two). Returns false, changing nothing, if the converter's curve has no such form;
/// codes are those of column.transfer (or of exact rounding) for every sum from `lowest` to
/// `highest`, bit for bit.
bool add_code_buckets(std::int32_t lowest, std::int32_t highest, KernelColumn& column,
                      std::vector<std::uint16_t>& thresholds);

}  // namespace ohmgrid
