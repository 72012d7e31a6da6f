#include "sim/converter/transfer.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace ohmgrid {

std::int32_t Transfer::code(double input_lsb) const {
    const auto above = std::upper_bound(thresholds.begin(), thresholds.end(), input_lsb);
    return codes[static_cast<std::size_t>(above - thresholds.begin())];
}

bool Transfer::is_monotone() const { return std::is_sorted(codes.begin(), codes.end()); }

std::vector<double> Transfer::first_inputs(std::int64_t levels) const {
    std::vector<double> first(static_cast<std::size_t>(levels - 1),
                              std::numeric_limits<double>::infinity());
    std::int32_t reached = 0;  // codes up to here have their first input
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const double from = i == 0 ? -std::numeric_limits<double>::infinity() : thresholds[i - 1];
        for (; reached < codes[i]; ++reached) first[static_cast<std::size_t>(reached)] = from;
    }
    return first;
}

std::vector<float> rounded_up(const std::vector<double>& values) {
    std::vector<float> out;
    out.reserve(values.size());
    for (const double value : values) {
        auto f = static_cast<float>(value);
        if (static_cast<double>(f) < value) {
            f = std::nextafter(f, std::numeric_limits<float>::infinity());
        }
        out.push_back(f);
    }
    return out;
}

}  // namespace ohmgrid
