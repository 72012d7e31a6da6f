#include "sim/inference/transfer_table.hpp"

#include <algorithm>
#include <limits>

namespace ohmgrid {

TransferTable transfer_table(const Transfer& transfer, std::int64_t levels) {
    constexpr float never = std::numeric_limits<float>::infinity();
    constexpr std::size_t register_entries = 64;  // what kernels look up without memory
    TransferTable table{.first = {},
                        .second = {},
                        .bucket_code = {},
                        .thresholds = rounded_up(transfer.thresholds),
                        .codes = transfer.codes};
    const auto buckets = static_cast<std::size_t>(levels);
    const std::size_t entries = std::max(buckets, register_entries);
    table.first.resize(entries, never);
    table.second.resize(entries, never);
    table.bucket_code.resize(entries);
    std::size_t at = 0;
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
        const float end = bucket + 1 == buckets ? never : static_cast<float>(bucket + 1);
        table.bucket_code[bucket] = static_cast<float>(table.codes[at]);
        std::vector<float> rises;  // one entry for every code passed
        for (; at < table.thresholds.size() && table.thresholds[at] < end; ++at) {
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
