#include "sim/inference/transfer_table.hpp"

#include <algorithm>
#include <limits>

namespace ohmgrid {
namespace {

constexpr float never = std::numeric_limits<float>::infinity();
constexpr std::size_t register_entries = 64;  // what kernels look up without memory

/// Mean distance of the thresholds from those of exact rounding.
float mean_offset(const TransferTable& table) {
    if (table.thresholds.empty()) return 0;
    double sum = 0;
    for (std::size_t k = 0; k < table.thresholds.size(); ++k) {
        // The middle of the codes on both sides, which differ by more than 1 where one is missing.
        const double exact = (static_cast<double>(table.codes[k]) + table.codes[k + 1]) / 2.0;
        sum += static_cast<double>(table.thresholds[k]) - exact;
    }
    return static_cast<float>(sum / static_cast<double>(table.thresholds.size()));
}

}  // namespace

TransferTable transfer_table(const Transfer& transfer, std::int64_t levels) {
    TransferTable table{.shift = 0,
                        .first = {},
                        .second = {},
                        .thresholds = rounded_up(transfer.thresholds),
                        .codes = transfer.codes};
    table.shift = mean_offset(table);
    const auto buckets = static_cast<std::size_t>(levels);
    const auto top = static_cast<float>(levels - 1);
    table.first.resize(std::max(buckets, register_entries), never);
    table.second.resize(table.first.size(), never);
    std::size_t at = 0;
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
        // As the kernels find the bucket of an input, so that rounding agrees.
        const auto is_here = [&](float threshold) {
            return static_cast<std::size_t>(std::clamp(threshold - table.shift, 0.0F, top)) ==
                   bucket;
        };
        const std::int64_t lead = table.codes[at] - (static_cast<std::int64_t>(bucket) - 1);
        table.is_stepwise = table.is_stepwise && lead >= 0 && lead <= 2;
        std::vector<float> rises(static_cast<std::size_t>(std::clamp<std::int64_t>(lead, 0, 2)),
                                 -never);
        for (; at < table.thresholds.size() && is_here(table.thresholds[at]); ++at) {
            const std::int32_t rise = table.codes[at + 1] - table.codes[at];
            table.is_stepwise = table.is_stepwise && rise > 0;
            rises.insert(rises.end(), static_cast<std::size_t>(std::max(rise, 0)),
                         table.thresholds[at]);
        }
        table.is_stepwise = table.is_stepwise && rises.size() <= 2;
        if (!rises.empty()) table.first[bucket] = rises[0];
        if (rises.size() > 1) table.second[bucket] = rises[1];
    }
    return table;
}

}  // namespace ohmgrid
