#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <span>

#include "sim/core/matrix.hpp"
#include "sim/device/programmed_array.hpp"

namespace ohmgrid {

inline constexpr double micro = 1e-6;

/// Mean, standard deviation and fourth central moment of a sample.
struct SampleMoments {
    double count = 0;
    double mean = 0;
    double deviation = 0;
    double fourth = 0;

    [[nodiscard]] double error_of_mean() const { return deviation / std::sqrt(count); }
    /// Of the deviation, for any distribution: sqrt((m4 - s^4) / n) / (2 s).
    [[nodiscard]] double error_of_deviation() const {
        const double variance = deviation * deviation;
        return std::sqrt((fourth - variance * variance) / count) / (2 * deviation);
    }
};

inline SampleMoments moments_of(std::span<const double> values) {
    SampleMoments m{.count = static_cast<double>(values.size())};
    for (const double v : values) m.mean += v / m.count;
    double second = 0;
    for (const double v : values) {
        const double square = (v - m.mean) * (v - m.mean);
        second += square / m.count;
        m.fourth += square * square / m.count;
    }
    m.deviation = std::sqrt(second);
    return m;
}

inline SampleMoments moments_of(const RowMajorMatrix& values) {
    return moments_of(std::span(values.data(), static_cast<std::size_t>(values.size())));
}

/// Mean and deviation within 5 standard errors of what they should be.
inline void expect_moments(const RowMajorMatrix& values, double mean, double deviation) {
    const SampleMoments m = moments_of(values);
    EXPECT_NEAR(m.mean, mean, 5 * m.error_of_mean()) << m.count << " cells";
    EXPECT_NEAR(m.deviation, deviation, 5 * m.error_of_deviation()) << m.count << " cells";
}

/// The share of `values` within `low` .. `high`, within 5 standard errors of `share`.
inline void expect_share(const RowMajorMatrix& values, double low, double high, double share) {
    const auto n = static_cast<double>(values.size());
    const double found = (values.array() >= low && values.array() <= high).cast<double>().sum() / n;
    EXPECT_NEAR(found, share, 5 * std::sqrt(share * (1 - share) / n));
}

/// The distribution function of the standard normal.
inline double normal_below(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

/// A device of 1 .. 100 uS without any error.
inline DeviceModel plain_device() {
    DeviceModel device;
    device.g_min_siemens = 1 * micro;
    device.g_max_siemens = 100 * micro;
    return device;
}

/// 100000 cells that all aim at the same conductance.
inline RowMajorMatrix all_at(double siemens) { return RowMajorMatrix::Constant(250, 400, siemens); }

inline RowMajorMatrix drawn(const DeviceModel& device, double aim_siemens,
                            const VirtualChip& chip = {.seed = 11}, std::uint32_t array = 3) {
    return program_array(device, all_at(aim_siemens), chip, array);
}

}  // namespace ohmgrid
