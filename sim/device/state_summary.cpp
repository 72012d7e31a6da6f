#include "sim/device/state_summary.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ohmgrid {
namespace {

double square(double x) { return x * x; }

/// Standard deviation of an error of deviation `sigma` after read-back.
double accepted_deviation(const ProgrammingSpec& spec, double sigma) {
    if (spec.tolerance_siemens == 0 || sigma == 0) return sigma;
    if (spec.shape == ErrorShape::uniform) {
        return std::min(sigma, spec.tolerance_siemens / std::sqrt(3.0));
    }
    const double width = spec.tolerance_siemens / sigma;
    const double density = std::exp(-width * width / 2) / std::sqrt(2 * std::numbers::pi);
    return sigma * std::sqrt(1 - 2 * width * density / std::erf(width / std::sqrt(2.0)));
}

/// Of an SRAM cell, to first order in the mismatch of its transistors; leakage is log-normal.
double mismatch_siemens(const DeviceModel& device, double aim_siemens) {
    const SramSpec& sram = device.sram;
    if (aim_siemens <= (device.g_min_siemens + device.g_max_siemens) / 2) {
        const double spread =
            std::log(10.0) * sram.threshold_deviation_volt() / sram.swing_volt_per_decade;
        return aim_siemens * std::exp(square(spread) / 2) * std::sqrt(std::expm1(square(spread)));
    }
    const double drive =
        sram.alpha * sram.threshold_deviation_volt() / (sram.nominal_volt - sram.threshold_volt);
    return aim_siemens * std::hypot(drive, sram.gain_deviation()) /
           std::sqrt(static_cast<double>(sram.stack));
}

/// Variance of the written conductance; `law` is the programming error in force.
double written_variance(const DeviceModel& device, const SigmaLaw& law, double aim_siemens) {
    double variance = square(device.variation.standard_deviation() * aim_siemens);
    if (device.kind == DeviceKind::sram) variance += square(mismatch_siemens(device, aim_siemens));
    const bool exact = !device.programming.reset_cells_err && aim_siemens <= device.g_min_siemens;
    if (device.measured == nullptr && !exact) {
        const double sigma = standard_deviation_siemens(law, aim_siemens, device.g_max_siemens);
        variance += square(accepted_deviation(device.programming, sigma));
    }
    return variance;
}

struct Statistics {
    double mean = 0;
    double variance = 0;
};

/// Drift from the aim to the device's time of reading.
Statistics drifted(const DeviceModel& device, double aim) {
    const double written =
        written_variance(device, error_when_read(device.drift, device.programming.error), aim);
    if (device.measured != nullptr) {
        const double now = device.drift.seconds();
        return {aim + measured_shift_siemens(*device.measured, aim, now),
                written + square(measured_deviation_siemens(*device.measured, aim, now))};
    }
    const DriftStatistics drift = drift_statistics(device.drift, device.g_max_siemens, aim);
    return {aim * drift.mean_factor + drift.shift_siemens,
            drift.mean_square_factor * (square(aim) + written) - square(aim * drift.mean_factor) +
                square(drift.spread_siemens)};
}

/// Lasting noise and traps on top.
Statistics read(const DeviceModel& device, double aim) {
    Statistics found = drifted(device, aim);
    if (device.read_noise.timing == NoiseTiming::lasting) {
        found.variance += square(noise_siemens(device.read_noise, device.g_max_siemens,
                                               device.drift.seconds(), found.mean, aim));
    }
    const double trapped = device.telegraph.share * device.telegraph.filled();
    const double kept = 1 - device.telegraph.amplitude;
    const double mean_factor = 1 - trapped + trapped * kept;
    const double square_factor = 1 - trapped + trapped * square(kept);
    const double second_moment = (found.variance + square(found.mean)) * square_factor;
    const double mean = found.mean * mean_factor;
    return {mean, second_moment - square(mean)};
}

}  // namespace

StateSummary summarise_state(const DeviceModel& device, double aim_siemens,
                             const std::vector<double>& seconds) {
    StateSummary out{.aim_siemens = aim_siemens};
    double written = written_variance(device, device.programming.error, aim_siemens);
    if (device.measured != nullptr) {
        written += square(measured_deviation_siemens(*device.measured, aim_siemens,
                                                     device.measured->time_second.front()));
    }
    out.written_siemens = std::sqrt(written);
    out.read_noise_siemens = noise_siemens(device.read_noise, device.g_max_siemens,
                                           device.drift.seconds(), aim_siemens, aim_siemens);
    out.accepted = acceptance(
        device.programming,
        standard_deviation_siemens(device.programming.error, aim_siemens, device.g_max_siemens));
    DeviceModel later = device;
    for (const double time : seconds) {
        later.drift.time_second = time;
        const Statistics found = read(later, aim_siemens);
        out.mean_siemens.push_back(found.mean);
        out.deviation_siemens.push_back(std::sqrt(std::max(found.variance, 0.0)));
    }
    return out;
}

std::vector<double> shown_states(const DeviceModel& device, std::size_t count) {
    if (!device.levels_siemens.empty()) return device.levels_siemens;
    std::vector<double> states;
    if (device.measured != nullptr) {
        for (const MeasuredLevel& level : device.measured->levels) {
            states.push_back(level.target_siemens);
        }
        return states;
    }
    const std::size_t shown = device.kind == DeviceKind::sram ? 2 : count;
    for (std::size_t i = 0; i < shown; ++i) {
        states.push_back(
            device.level_siemens(static_cast<std::int64_t>(i), static_cast<std::int64_t>(shown)));
    }
    return states;
}

std::vector<double> shown_times(const DeviceModel& device) {
    if (device.measured != nullptr) return device.measured->time_second;
    if (device.drift.kind == DriftKind::tabulated) return device.drift.times_second;
    std::vector<double> times{device.drift.reference_second};
    if (device.drift.kind == DriftKind::none && device.read_noise.bandwidth_second == 0) {
        return times;
    }
    for (const double later : {3600.0, 86400.0, 30 * 86400.0, 365 * 86400.0}) {
        if (later > times.back()) times.push_back(later);
    }
    return times;
}

}  // namespace ohmgrid
