#include "sim/device/measured.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "sim/random/random_stream.hpp"

namespace ohmgrid {
namespace {

/// A place between two entries of an ascending list: (1 - share) of `low`, share of `high`.
struct Between {
    std::size_t low = 0;
    std::size_t high = 0;
    double share = 0;
};

template <class Measure>
Between locate(std::size_t count, double at, const Measure& value) {
    std::size_t high = 0;
    while (high < count && value(high) < at) ++high;
    if (high == 0) return {0, 0, 0};
    if (high == count) return {count - 1, count - 1, 0};
    return {high - 1, high, (at - value(high - 1)) / (value(high) - value(high - 1))};
}

Between level_of(const MeasuredConductances& m, double aim_siemens) {
    return locate(m.levels.size(), aim_siemens,
                  [&](std::size_t k) { return m.levels[k].target_siemens; });
}

Between time_of(const MeasuredConductances& m, double seconds) {
    const bool logarithmic = m.time_second.front() > 0 && seconds > 0;
    return locate(
        m.time_second.size(), logarithmic ? std::log(seconds) : seconds,
        [&](std::size_t k) { return logarithmic ? std::log(m.time_second[k]) : m.time_second[k]; });
}

/// `value(level, time)` interpolated over levels and times.
template <class Value>
double interpolated(const Between& level, const Between& time, const Value& value) {
    const auto over_time = [&](std::size_t k) {
        const double first = value(k, time.low);
        return time.share == 0 ? first : first + time.share * (value(k, time.high) - first);
    };
    const double first = over_time(level.low);
    return level.share == 0 ? first : first + level.share * (over_time(level.high) - first);
}

double quantile_error(const MeasuredConductances& m, const Between& level, const Between& time,
                      double u) {
    return interpolated(level, time, [&](std::size_t k, std::size_t t) {
        const std::vector<double>& samples = m.levels[k].samples_siemens[t];
        const auto rank = static_cast<std::size_t>(u * static_cast<double>(samples.size()));
        return samples[std::min(rank, samples.size() - 1)] - m.levels[k].target_siemens;
    });
}

}  // namespace

double MeasuredLevel::mean(std::size_t time) const {
    const std::vector<double>& s = samples_siemens[time];
    return std::accumulate(s.begin(), s.end(), 0.0) / static_cast<double>(s.size());
}

double MeasuredLevel::standard_deviation(std::size_t time) const {
    const double centre = mean(time);
    double sum = 0;
    for (const double g : samples_siemens[time]) sum += (g - centre) * (g - centre);
    return std::sqrt(sum / static_cast<double>(samples_siemens[time].size() - 1));
}

MeasuredConductances MeasuredConductances::with_means_as_targets() const {
    MeasuredConductances out = *this;
    for (MeasuredLevel& level : out.levels) level.target_siemens = level.mean(0);
    std::sort(out.levels.begin(), out.levels.end(),
              [](const MeasuredLevel& a, const MeasuredLevel& b) {
                  return a.target_siemens < b.target_siemens;
              });
    return out;
}

double measured_quantile_siemens(const MeasuredConductances& measured, double aim_siemens,
                                 double seconds, double u) {
    return aim_siemens +
           quantile_error(measured, level_of(measured, aim_siemens), time_of(measured, seconds), u);
}

double measured_shift_siemens(const MeasuredConductances& measured, double aim_siemens,
                              double seconds) {
    return interpolated(level_of(measured, aim_siemens), time_of(measured, seconds),
                        [&](std::size_t k, std::size_t t) {
                            return measured.levels[k].mean(t) - measured.levels[k].target_siemens;
                        });
}

double measured_deviation_siemens(const MeasuredConductances& measured, double aim_siemens,
                                  double seconds) {
    return interpolated(
        level_of(measured, aim_siemens), time_of(measured, seconds),
        [&](std::size_t k, std::size_t t) { return measured.levels[k].standard_deviation(t); });
}

void draw_measured_cells(const MeasuredConductances& measured, double seconds,
                         const RowMajorMatrix& aim_siemens, const VirtualChip& chip,
                         std::uint32_t array, RowMajorMatrix& siemens) {
    const RandomStream stream = chip.stream(ErrorSource::programming, Purpose::programming, array);
    const Between time = time_of(measured, seconds);
    double last_aim = -1;
    Between level;
    for (Eigen::Index cell = 0; cell < siemens.size(); ++cell) {
        const double aim = aim_siemens.data()[cell];
        if (aim != last_aim) {
            last_aim = aim;
            level = level_of(measured, aim);
        }
        siemens.data()[cell] += quantile_error(
            measured, level, time, stream.uniform_open(static_cast<std::uint32_t>(cell)));
    }
}

}  // namespace ohmgrid
