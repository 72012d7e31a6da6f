#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "sim/inference/sum_tables.hpp"

namespace ohmgrid {
namespace {

constexpr std::int64_t top_of_word = 65535;

/// Where the code of a column rises, in whole numbers of its tables' unit.
struct Rise {
    std::int64_t sum = 0;  ///< the smallest with the higher code
    std::int32_t codes = 1;
};

float float_sum(const KernelColumn& c, std::int64_t sum) {
    return code_steps(c, static_cast<float>(sum) * c.scale_of_byte[0]);
}

/// Code steps that one whole number is worth.
double scale_of(const KernelColumn& c) {
    return static_cast<double>(c.scale_of_byte[0]) * static_cast<double>(c.codes_per_sum);
}

/// The whole number, not rounded, at `level` code steps.
double sum_at(const KernelColumn& c, double level) {
    return (level / static_cast<double>(c.codes_per_sum) + static_cast<double>(c.low)) /
           static_cast<double>(c.scale_of_byte[0]);
}

/// The smallest sum for which `passes(float sum)` is true, near where the float sum is `level`.
template <class Passes>
std::int64_t first_passing(const KernelColumn& c, float level, const Passes& passes) {
    const double guess = sum_at(c, static_cast<double>(level));
    // Beyond the reach of 16 bits the exact place does not matter.
    constexpr double far = 4.0 * top_of_word;
    if (!(std::abs(guess) < far)) return static_cast<std::int64_t>(guess > 0 ? far : -far);
    auto sum = static_cast<std::int64_t>(std::ceil(guess));
    while (passes(float_sum(c, sum - 1))) --sum;
    while (!passes(float_sum(c, sum))) ++sum;
    return sum;
}

/// Rises of the code as the kernels for floats find it; none if the code falls anywhere.
std::optional<std::vector<Rise>> rises_of(const KernelColumn& c) {
    std::vector<Rise> rises;
    if (c.transfer == nullptr) {
        const auto top = static_cast<std::int32_t>(c.top_code);
        for (std::int32_t code = 1; code <= top; ++code) {
            const float level = static_cast<float>(code) - 0.5F;
            const bool is_even = code % 2 == 0;  // ties go to the even code
            const auto passes = [&](float x) { return is_even ? x >= level : x > level; };
            rises.push_back({first_passing(c, level, passes), 1});
        }
        return rises;
    }
    const TransferTable& table = *c.transfer;
    if (table.codes.front() != 0)
        rises.push_back({-top_of_word * top_of_word, table.codes.front()});
    for (std::size_t i = 0; i < table.thresholds.size(); ++i) {
        const std::int32_t codes = table.codes[i + 1] - table.codes[i];
        if (codes <= 0) return std::nullopt;
        const float level = table.thresholds[i];
        if (!std::isfinite(level)) return std::nullopt;
        rises.push_back({first_passing(c, level, [&](float x) { return x >= level; }), codes});
    }
    return rises;
}

/// The uniform grid of buckets, one for each code.
struct Grid {
    std::int64_t origin = 0, low = 0, span = 0, factor = 0, shift = 0;

    [[nodiscard]] std::int64_t bucket(std::int64_t sum) const {
        return (std::clamp(sum - low, std::int64_t{0}, span) * factor >> 16U) >> shift;
    }
};

std::optional<Grid> grid_of(const KernelColumn& c, std::int64_t lowest, std::int64_t highest) {
    const double scale = scale_of(c);
    if (!(scale > 0) || scale > 0.99) return std::nullopt;
    const double shift_of_curve =
        c.transfer == nullptr ? 0 : static_cast<double>(c.transfer->shift);
    const double bottom = sum_at(c, shift_of_curve);
    if (!(std::abs(bottom) < static_cast<double>(top_of_word))) return std::nullopt;
    const auto first = static_cast<std::int64_t>(std::nearbyint(bottom));
    Grid grid;
    grid.origin = std::min(lowest, first);
    grid.low = first - grid.origin;
    if (highest - grid.origin >= top_of_word) return std::nullopt;
    while (std::ldexp(scale, 17 + static_cast<int>(grid.shift)) <= top_of_word) ++grid.shift;
    grid.factor = std::llrint(std::ldexp(scale, 16 + static_cast<int>(grid.shift)));
    // The last whole number of the bucket of the top code; what lies above is clamped into it.
    const std::int64_t buckets = static_cast<std::int64_t>(c.top_code) + 1;
    grid.span = std::min(top_of_word, ((buckets << (16 + grid.shift)) - 1) / grid.factor);
    return grid;
}

/// Thresholds by bucket, `most` in each; the code at the start of a bucket is its number less
/// most - 1 and plus what its thresholds of 0 add. None if they do not fit.
std::optional<std::vector<std::uint16_t>> thresholds_of(const std::vector<Rise>& rises,
                                                        const Grid& grid, std::int64_t highest,
                                                        std::size_t most) {
    std::vector<std::uint16_t> out(static_cast<std::size_t>(code_buckets) * most, top_of_word);
    std::size_t at = 0;
    std::int64_t code = 0;  // below the next rise
    // What is below all sums has passed before the first bucket.
    for (; at < rises.size() && rises[at].sum <= grid.origin; ++at) code += rises[at].codes;
    for (std::int64_t b = 0; b <= grid.bucket(highest - grid.origin); ++b) {
        const std::int64_t passed = code - (b - static_cast<std::int64_t>(most - 1));
        if (passed < 0 || passed > static_cast<std::int64_t>(most)) return std::nullopt;
        std::vector<std::int64_t> here(static_cast<std::size_t>(passed), 0);
        for (; at < rises.size(); ++at) {
            const std::int64_t sum = rises[at].sum - grid.origin;
            if (sum > highest - grid.origin || grid.bucket(sum) != b) break;
            here.insert(here.end(), static_cast<std::size_t>(rises[at].codes), sum);
            code += rises[at].codes;
        }
        if (here.size() > most) return std::nullopt;
        for (std::size_t i = 0; i < here.size(); ++i) {
            out[i * static_cast<std::size_t>(code_buckets) + static_cast<std::size_t>(b)] =
                static_cast<std::uint16_t>(here[i]);
        }
    }
    return out;
}

}  // namespace

bool add_code_buckets(std::int32_t lowest, std::int32_t highest, KernelColumn& column,
                      std::vector<std::uint16_t>& thresholds) {
    if (column.top_code >= static_cast<float>(code_buckets)) return false;
    const std::optional<Grid> grid = grid_of(column, lowest, highest);
    if (!grid) return false;
    const auto rises = rises_of(column);
    if (!rises) return false;
    for (const std::size_t most : {std::size_t{1}, std::size_t{2}}) {
        const auto found = thresholds_of(*rises, *grid, highest, most);
        if (!found) continue;
        thresholds.insert(thresholds.end(), found->begin(), found->end());
        column.origin = static_cast<std::int32_t>(grid->origin);
        column.bucket_low = static_cast<std::uint16_t>(grid->low);
        column.bucket_span = static_cast<std::uint16_t>(grid->span);
        column.bucket_factor = static_cast<std::uint16_t>(grid->factor);
        column.bucket_shift = static_cast<std::uint16_t>(grid->shift);
        return true;
    }
    return false;
}

}  // namespace ohmgrid
