#include "sim/device/drift.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "sim/device/detail/complain.hpp"
#include "sim/random/random_stream.hpp"

namespace ohmgrid {
namespace {

/// The coefficients that hold at `spec.seconds()`, from a list that gives them time by time.
std::vector<double> at_time(const DriftSpec& spec, const std::vector<double>& listed) {
    const std::size_t count = listed.size() / spec.times_second.size();
    const auto of = [&](std::size_t time) {
        return std::span(listed).subspan(time * count, count);
    };
    const double t = spec.seconds();
    const auto& times = spec.times_second;
    const auto upper = std::lower_bound(times.begin(), times.end(), t);
    const auto hi = static_cast<std::size_t>(std::min(upper, times.end() - 1) - times.begin());
    const std::size_t lo = hi == 0 || times[hi] <= t ? hi : hi - 1;
    double share = 0;
    if (lo != hi) {
        share = spec.logarithmic_times ? std::log(t / times[lo]) / std::log(times[hi] / times[lo])
                                       : (t - times[lo]) / (times[hi] - times[lo]);
    }
    std::vector<double> out;
    for (std::size_t k = 0; k < count; ++k) {
        out.push_back(of(lo)[k] + share * (of(hi)[k] - of(lo)[k]));
    }
    return out;
}

double tabulated_shift(const std::vector<double>& coefficients, double unit, double siemens) {
    return unit * polynomial_at(coefficients, siemens / unit);
}

double logarithmic_spread(const DriftSpec& spec, double log_time) {
    return std::max(spec.spread_siemens + spec.spread_slope_siemens * log_time, 0.0);
}

/// The distribution function of the standard normal.
double phi(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

/// E[exp(-a |N(m, s)|)]
double mean_decay(double a, double m, double s) {
    if (s == 0) return std::exp(-a * std::abs(m));
    const double grown = a * a * s * s / 2;
    return std::exp(grown - a * m) * phi(m / s - a * s) +
           std::exp(grown + a * m) * phi(-m / s - a * s);
}

void drift_by_power(const DriftSpec& spec, double log_time, double g_max_siemens,
                    const RowMajorMatrix& aim_siemens, const std::vector<double>& normal,
                    RowMajorMatrix& siemens) {
    double last_aim = -1;
    double mean = 0;
    double spread = 0;
    for (std::size_t cell = 0; cell < normal.size(); ++cell) {
        const double aim = aim_siemens.data()[cell];
        if (aim != last_aim) {
            last_aim = aim;
            mean = spec.exponent.at(aim / g_max_siemens);
            spread = spec.exponent_spread.at(aim / g_max_siemens);
        }
        siemens.data()[cell] *= std::exp(-std::abs(mean + spread * normal[cell]) * log_time);
    }
}

std::vector<ParamRow<DriftSpec>> law_rows() {
    return {
        param::choice("law", &DriftSpec::kind,
                      {{"none", DriftKind::none},
                       {"power", DriftKind::power},
                       {"logarithmic", DriftKind::logarithmic},
                       {"tabulated", DriftKind::tabulated}},
                      {.fallback = "none", .doc = "how conductances change after writing"}),
        param::quantity("time", &DriftSpec::time_second, dimension::time,
                        {.fallback = "",
                         .low = 0,
                         .high = 1e12,
                         .doc = "when the cells are read, counted from writing; left out: at the "
                                "reference, undrifted"}),
        param::quantity("reference", &DriftSpec::reference_second, dimension::time,
                        {.fallback = "1 s",
                         .low = 0,
                         .high = 1e9,
                         .doc = "time after writing at which the programming error holds"}),
        param::quantity("shift_per_e_fold", &DriftSpec::shift_siemens, dimension::conductance,
                        {.fallback = "0 S",
                         .low = -1,
                         .high = 1,
                         .doc = "logarithmic law: mean change while the time grows e-fold"}),
        param::quantity("spread", &DriftSpec::spread_siemens, dimension::conductance,
                        {.fallback = "0 S",
                         .low = 0,
                         .high = 1,
                         .doc = "logarithmic law: standard deviation at the reference"}),
        param::quantity("spread_per_e_fold", &DriftSpec::spread_slope_siemens,
                        dimension::conductance,
                        {.fallback = "0 S",
                         .low = -1,
                         .high = 1,
                         .doc = "logarithmic law: its growth while the time grows e-fold"}),
    };
}

std::vector<ParamRow<DriftSpec>> table_rows() {
    return {
        param::quantities("times", &DriftSpec::times_second, dimension::time,
                          {.fallback = "",
                           .low = 0,
                           .high = 1e12,
                           .doc = "tabulated law: times after writing, the first one undrifted"}),
        param::flag("logarithmic_times", &DriftSpec::logarithmic_times,
                    {.fallback = "false",
                     .doc = "tabulated law: interpolate over the logarithm of the time"}),
        param::quantity("unit", &DriftSpec::unit_siemens, dimension::conductance,
                        {.fallback = "1 uS",
                         .low = 1e-15,
                         .high = 1,
                         .doc = "tabulated law: unit of G and of the shift"}),
        param::numbers("shift", &DriftSpec::shift,
                       {.fallback = "",
                        .doc = "tabulated law: coefficients of the mean shift, time by time, "
                               "constant first"}),
        param::quantities("sigmas", &DriftSpec::sigma_siemens, dimension::conductance,
                          {.fallback = "",
                           .low = -1,
                           .high = 1,
                           .doc = "tabulated law: coefficients of the programming error, time by "
                                  "time: its polynomial, or amplitude and decay"}),
    };
}

}  // namespace

std::vector<ParamRow<DriftSpec>> drift_rows() {
    std::vector<ParamRow<DriftSpec>> rows = law_rows();
    const auto append = [&rows](std::vector<ParamRow<DriftSpec>> more) {
        for (ParamRow<DriftSpec>& row : more) rows.push_back(std::move(row));
    };
    append(param::part("exponent", &DriftSpec::exponent,
                       state_curve_rows("mean exponent of the power law")));
    append(param::part("exponent_spread", &DriftSpec::exponent_spread,
                       state_curve_rows("standard deviation of the exponent")));
    append(table_rows());
    return rows;
}

void check(const DriftSpec& spec, const SigmaLaw& programming, const ParameterSet& set,
           Complaints& complaints) {
    const auto complain = [&](const char* id, const std::string& key, const std::string& what,
                              std::string remedy) {
        detail::complain(set, complaints, id, "device.drift." + key, "device.drift.law", what,
                         std::move(remedy));
    };
    if (spec.kind == DriftKind::power || spec.kind == DriftKind::logarithmic) {
        if (spec.reference_second <= 0) {
            complain("DEV012", "reference", "is 0, where the law has no value",
                     "Give the time after writing at which the programming error was measured");
        } else if (spec.seconds() < spec.reference_second) {
            complain("DEV012", "time",
                     fmt::format("is {:g} s, before the reference of {:g} s", spec.seconds(),
                                 spec.reference_second),
                     "Read the cells at or after device.drift.reference");
        }
    }
    if (spec.kind != DriftKind::tabulated) return;
    const auto& times = spec.times_second;
    if (times.size() < 2 ||
        std::adjacent_find(times.begin(), times.end(), std::greater_equal<>()) != times.end()) {
        complain("DEV013", "times", "are not at least two ascending times",
                 "List them in order, the time of the programming error first");
        return;
    }
    if (spec.logarithmic_times && times.front() <= 0) {
        complain("DEV013", "times", "begin at 0, which has no logarithm",
                 "Begin later, or set logarithmic_times = false");
    }
    if (spec.reference_second != times.front()) {
        complain("DEV013", "reference", "is not the first of the tabulated times",
                 "Set it to the time at which the programming error was measured");
    }
    if (spec.seconds() < times.front() || spec.seconds() > times.back()) {
        complain("DEV012", "time",
                 fmt::format("is {:g} s, outside of the tabulated {:g} .. {:g} s", spec.seconds(),
                             times.front(), times.back()),
                 "Choose a time inside; tables are not extrapolated");
    }
    if (spec.shift.size() % times.size() != 0) {
        complain("DEV013", "shift",
                 fmt::format("has {} coefficients for {} times", spec.shift.size(), times.size()),
                 "Give equally many for every time");
    }
    const std::size_t wanted = programming.kind == SigmaKind::polynomial
                                   ? programming.polynomial_siemens.size()
                               : programming.kind == SigmaKind::saturating ? 2
                                                                           : 0;
    if (spec.sigma_siemens.size() != wanted * times.size() && !spec.sigma_siemens.empty()) {
        complain("DEV013", "sigmas",
                 fmt::format("has {} values, but device.programming.law needs {} at each of {} "
                             "times",
                             spec.sigma_siemens.size(), wanted, times.size()),
                 "Give equally many for every time, or leave the list out");
    }
}

SigmaLaw error_when_read(const DriftSpec& spec, const SigmaLaw& programming) {
    if (spec.kind != DriftKind::tabulated || spec.sigma_siemens.empty()) return programming;
    SigmaLaw law = programming;
    const std::vector<double> now = at_time(spec, spec.sigma_siemens);
    if (law.kind == SigmaKind::polynomial) {
        law.polynomial_siemens = now;
    } else if (law.kind == SigmaKind::saturating) {
        law.amplitude_siemens = now[0];
        law.decay_siemens = now[1];
    }
    return law;
}

void drift_cells(const DriftSpec& spec, double g_max_siemens, const RowMajorMatrix& aim_siemens,
                 const VirtualChip& chip, std::uint32_t array, RowMajorMatrix& siemens) {
    if (spec.kind == DriftKind::none || spec.time_second < 0) return;
    const auto cells = static_cast<std::size_t>(siemens.size());
    if (spec.kind == DriftKind::tabulated) {
        if (spec.shift.empty()) return;
        const std::vector<double> now = at_time(spec, spec.shift);
        for (std::size_t cell = 0; cell < cells; ++cell) {
            siemens.data()[cell] +=
                tabulated_shift(now, spec.unit_siemens, aim_siemens.data()[cell]);
        }
        return;
    }
    const double log_time = std::log(spec.seconds() / spec.reference_second);
    std::vector<double> normal(cells);
    chip.stream(ErrorSource::drift, Purpose::drift, array).normals(0, normal);
    if (spec.kind == DriftKind::power) {
        drift_by_power(spec, log_time, g_max_siemens, aim_siemens, normal, siemens);
        return;
    }
    const double shift = spec.shift_siemens * log_time;
    const double spread = logarithmic_spread(spec, log_time);
    for (std::size_t cell = 0; cell < cells; ++cell) {
        siemens.data()[cell] += shift + spread * normal[cell];
    }
}

DriftStatistics drift_statistics(const DriftSpec& spec, double g_max_siemens, double siemens) {
    DriftStatistics out;
    if (spec.kind == DriftKind::none || spec.time_second < 0) return out;
    if (spec.kind == DriftKind::tabulated) {
        if (!spec.shift.empty()) {
            out.shift_siemens =
                tabulated_shift(at_time(spec, spec.shift), spec.unit_siemens, siemens);
        }
        return out;
    }
    const double log_time = std::log(spec.seconds() / spec.reference_second);
    if (spec.kind == DriftKind::logarithmic) {
        out.shift_siemens = spec.shift_siemens * log_time;
        out.spread_siemens = logarithmic_spread(spec, log_time);
        return out;
    }
    const double mean = spec.exponent.at(siemens / g_max_siemens);
    const double spread = std::abs(spec.exponent_spread.at(siemens / g_max_siemens));
    out.mean_factor = mean_decay(log_time, mean, spread);
    out.mean_square_factor = mean_decay(2 * log_time, mean, spread);
    return out;
}

}  // namespace ohmgrid
