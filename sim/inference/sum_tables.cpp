#include "sim/inference/sum_tables.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace ohmgrid {
namespace {

constexpr std::int64_t patterns = 16;    // of four one-bit digits
constexpr double most_of_entry = 32767;  // of one table
constexpr double most_of_sum = 60000;    // room for a converter's offset up to 65535
constexpr double most_rounding_of_step = 1.0 / 32;

/// Sums of four whole numbers for every pattern, quad after quad.
std::vector<double> pattern_sums(std::span<const double> rows) {
    std::vector<double> sums;
    sums.reserve(rows.size() / rows_per_quad * patterns);
    for (std::size_t row = 0; row < rows.size(); row += rows_per_quad) {
        for (std::size_t pattern = 0; pattern < patterns; ++pattern) {
            double sum = 0;
            for (std::size_t r = 0; r < rows_per_quad; ++r) {
                if ((pattern >> r & 1U) != 0) sum += rows[row + r];
            }
            sums.push_back(sum);
        }
    }
    return sums;
}

struct Limits {
    double lowest = 0;   ///< of the sum of a column, <= 0
    double highest = 0;  ///< >= 0
    double largest_entry = 0;
};

Limits limits_of(std::span<const double> sums) {
    Limits limits;
    for (std::size_t at = 0; at < sums.size(); at += patterns) {
        const auto [low, high] =
            std::minmax_element(sums.begin() + static_cast<std::ptrdiff_t>(at),
                                sums.begin() + static_cast<std::ptrdiff_t>(at + patterns));
        limits.lowest += *low;
        limits.highest += *high;
        limits.largest_entry = std::max({limits.largest_entry, -*low, *high});
    }
    return limits;
}

/// The cells of a column as whole numbers.
std::vector<double> whole_numbers(std::span<const std::int8_t> bytes_of_column, int bytes) {
    const std::size_t rows = bytes_of_column.size() / static_cast<std::size_t>(bytes);
    std::vector<double> whole(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        for (int b = bytes - 1; b >= 0; --b) {
            whole[row] =
                whole[row] * 256 + bytes_of_column[static_cast<std::size_t>(b) * rows + row];
        }
    }
    return whole;
}

/// The power of two that whole numbers can be multiplied with, or 0 if they need more than 16 bits.
/// `bottom`: the sum that an empty converter range begins with.
double exact_factor(const Limits& limits, double bottom) {
    if (limits.largest_entry > most_of_entry || limits.highest - limits.lowest > most_of_sum) {
        return 0;
    }
    const double width = limits.highest - std::min(limits.lowest, bottom);
    double factor = 1;
    while (2 * factor * width <= most_of_sum &&
           2 * factor * limits.largest_entry <= most_of_entry && factor < most_of_sum) {
        factor *= 2;
    }
    return factor;
}

/// Appends one column; returns its limits.
Limits append(std::span<const double> sums, double factor, std::vector<std::int16_t>& tables) {
    std::vector<double> rounded;
    rounded.reserve(sums.size());
    for (const double sum : sums) {
        rounded.push_back(std::nearbyint(sum * factor));
        tables.push_back(static_cast<std::int16_t>(rounded.back()));
    }
    return limits_of(rounded);
}

bool append_signal(const ProgrammedUnit& unit, std::size_t c, const AdcScale& scale,
                   SumTables& tables) {
    const ConvertedColumn& column = unit.columns[c];
    if (column.base != 0) return false;
    const std::size_t size = unit.cells.size() / unit.columns.size();
    const std::vector<double> rows =
        whole_numbers(std::span(unit.cells).subspan(c * size, size), unit.bytes);
    const std::vector<double> sums = pattern_sums(rows);
    const Limits limits = limits_of(sums);
    const double bottom = scale.step > 0 ? scale.low / column.unit : 0;
    double factor = exact_factor(limits, bottom);
    if (factor == 0) {
        const double width = limits.highest - std::min(limits.lowest, bottom);
        factor = std::min(most_of_sum / width, most_of_entry / limits.largest_entry);
        const double rounding = 0.5 * (static_cast<double>(rows.size()) +
                                       static_cast<double>(rows.size()) / rows_per_quad / factor);
        if (!(rounding * column.unit < scale.step * most_rounding_of_step)) return false;
    }
    const Limits found = append(sums, factor, tables.signal);
    tables.unit.push_back(column.unit / factor);
    tables.lowest.push_back(static_cast<std::int32_t>(found.lowest));
    tables.highest.push_back(static_cast<std::int32_t>(found.highest));
    return true;
}

void append_variance(const ProgrammedUnit& unit, std::size_t c, SumTables& tables) {
    constexpr int bytes = 2;
    const std::size_t size = unit.noise_cells.size() / unit.columns.size();
    const std::vector<double> sums =
        pattern_sums(whole_numbers(std::span(unit.noise_cells).subspan(c * size, size), bytes));
    const Limits limits = limits_of(sums);
    double factor = 1;
    if (limits.highest > most_of_sum) factor = most_of_sum / limits.highest;
    if (limits.largest_entry * factor > most_of_entry)
        factor = most_of_entry / limits.largest_entry;
    append(sums, factor, tables.variance);
    tables.noise_unit.push_back(unit.columns[c].noise_unit / factor);
}

}  // namespace

SumTables sum_tables(const ProgrammedUnit& unit, const AdcScale* scales) {
    SumTables tables;
    for (std::size_t c = 0; c < unit.columns.size(); ++c) {
        if (!append_signal(unit, c, scales[unit.columns[c].slice], tables)) return {};
        if (!unit.noise_cells.empty()) append_variance(unit, c, tables);
    }
    return tables;
}

}  // namespace ohmgrid
