#include "sim/device/noise.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sim/random/random_stream.hpp"

namespace ohmgrid {

std::vector<ParamRow<ReadNoiseSpec>> read_noise_rows() {
    std::vector<ParamRow<ReadNoiseSpec>> rows;
    for (const ParamRow<SigmaLaw>& row : sigma_law_rows("noise of one read")) {
        rows.push_back({row.info, [store = row.store](ReadNoiseSpec& s, const ParamValue& v) {
                            store(s.error, v);
                        }});
    }
    for (ParamRow<ReadNoiseSpec>& row :
         param::part("relative", &ReadNoiseSpec::relative,
                     state_curve_rows("noise of one read, further part relative to G"))) {
        rows.push_back(std::move(row));
    }
    rows.push_back(param::quantity("bandwidth_time", &ReadNoiseSpec::bandwidth_second,
                                   dimension::time,
                                   {.fallback = "0 s",
                                    .low = 0,
                                    .high = 1e3,
                                    .doc = "1/f noise: duration of one read, t_r of sqrt(ln((t + "
                                           "t_r) / (2 t_r))); 0 s: white noise"}));
    rows.push_back(
        param::choice("timing", &ReadNoiseSpec::timing,
                      {{"each-read", NoiseTiming::each_read}, {"lasting", NoiseTiming::lasting}},
                      {.fallback = "each-read",
                       .doc = "whether noise is drawn for every read or once per chip"}));
    rows.push_back(param::flag(
        "cut_at_zero", &ReadNoiseSpec::cut_at_zero,
        {.fallback = "false",
         .doc = "noise of each read does not take cells below 0 S, as in CrossSim; it then raises "
                "the mean of cells near 0 S"}));
    return rows;
}

double noise_siemens(const ReadNoiseSpec& spec, double g_max_siemens, double seconds,
                     double siemens, double written_siemens) {
    const double fixed = standard_deviation_siemens(spec.error, siemens, g_max_siemens);
    const double scaled =
        spec.relative.is_zero() ? 0 : spec.relative.at(written_siemens / g_max_siemens) * siemens;
    const double sigma = std::sqrt(fixed * fixed + scaled * scaled);
    if (spec.bandwidth_second == 0) return sigma;
    const double octaves =
        std::log((seconds + spec.bandwidth_second) / (2 * spec.bandwidth_second));
    return octaves > 0 ? sigma * std::sqrt(octaves) : 0;
}

CutNoise cut_noise(double siemens, double sigma_siemens) {
    // Beyond 8 deviations nothing is cut in double precision.
    if (sigma_siemens <= 0 || siemens > 8 * sigma_siemens) return {siemens, sigma_siemens};
    const double a = siemens / sigma_siemens;
    const double above = 0.5 * std::erfc(-a / std::sqrt(2.0));
    const double density = std::exp(-a * a / 2) / std::sqrt(2 * std::numbers::pi);
    const double mean = siemens * above + sigma_siemens * density;
    const double square = (siemens * siemens + sigma_siemens * sigma_siemens) * above +
                          siemens * sigma_siemens * density;
    return {mean, std::sqrt(std::max(square - mean * mean, 0.0))};
}

void move_to_mean_read(const ReadNoiseSpec& spec, double g_max_siemens, double seconds,
                       RowMajorMatrix& siemens) {
    if (!spec.any() || !spec.cut_at_zero || spec.timing != NoiseTiming::each_read) return;
    for (double& g : siemens.reshaped<Eigen::RowMajor>()) {
        g = cut_noise(g, noise_siemens(spec, g_max_siemens, seconds, g, g)).mean_siemens;
    }
}

double cut_noise_siemens(const ReadNoiseSpec& spec, double g_max_siemens, double seconds,
                         double mean_siemens) {
    const auto read = [&](double g) {
        return cut_noise(g, noise_siemens(spec, g_max_siemens, seconds, g, g));
    };
    // The cut only raises the mean, so the cell itself lies between 0 and it.
    double low = 0;
    double high = mean_siemens;
    if (read(high).mean_siemens == high) return read(high).deviation_siemens;
    constexpr int halvings = 50;
    for (int i = 0; i < halvings; ++i) {
        const double middle = (low + high) / 2;
        (read(middle).mean_siemens < mean_siemens ? low : high) = middle;
    }
    return read(high).deviation_siemens;
}

void add_lasting_noise(const ReadNoiseSpec& spec, double g_max_siemens, double seconds,
                       const RowMajorMatrix& written_siemens, const VirtualChip& chip,
                       std::uint32_t array, RowMajorMatrix& siemens) {
    if (!spec.any() || spec.timing != NoiseTiming::lasting) return;
    std::vector<double> normal(static_cast<std::size_t>(siemens.size()));
    chip.stream(ErrorSource::read_noise, Purpose::lasting_noise, array).normals(0, normal);
    for (std::size_t cell = 0; cell < normal.size(); ++cell) {
        double& g = siemens.data()[cell];
        g += normal[cell] *
             noise_siemens(spec, g_max_siemens, seconds, g, written_siemens.data()[cell]);
    }
}

std::vector<ParamRow<TelegraphSpec>> telegraph_rows() {
    const auto part = [](const char* key, double TelegraphSpec::*member, const char* doc) {
        return param::number(key, member, {.fallback = "0", .low = 0, .high = 1, .doc = doc});
    };
    const auto time = [](const char* key, double TelegraphSpec::*member, const char* fallback,
                         double low, const char* doc) {
        return param::quantity(key, member, dimension::time,
                               {.fallback = fallback, .low = low, .high = 1e12, .doc = doc});
    };
    return {
        part("share", &TelegraphSpec::share, "random telegraph noise: share of cells with a trap"),
        part("amplitude", &TelegraphSpec::amplitude,
             "random telegraph noise: share of G that a filled trap takes away"),
        time("capture", &TelegraphSpec::capture_second, "1 s", 1e-15,
             "random telegraph noise: mean time until an empty trap is filled"),
        time("emission", &TelegraphSpec::emission_second, "1 s", 1e-15,
             "random telegraph noise: mean time until a filled trap is empty"),
        time("elapsed", &TelegraphSpec::elapsed_second, "0 s", 0,
             "random telegraph noise: look at the same chip so much later"),
    };
}

void apply_telegraph_noise(const TelegraphSpec& spec, const VirtualChip& chip, std::uint32_t array,
                           RowMajorMatrix& siemens) {
    if (spec.share == 0 || spec.amplitude == 0) return;
    const RandomStream stream = chip.stream(ErrorSource::read_noise, Purpose::telegraph, array);
    const double filled = spec.filled();
    // The probability that a trap is left alone for the elapsed time by a process that otherwise
    // draws its state anew: the two-time law of the two-state Markov process.
    const double kept =
        std::exp(-spec.elapsed_second * (1 / spec.capture_second + 1 / spec.emission_second));
    constexpr std::uint32_t draws_per_cell = 4;
    for (Eigen::Index cell = 0; cell < siemens.size(); ++cell) {
        const std::uint32_t draw = draws_per_cell * static_cast<std::uint32_t>(cell);
        if (stream.uniform_open(draw) >= spec.share) continue;
        const bool same = kept == 1 || stream.uniform_open(draw + 2) < kept;
        if (stream.uniform_open(draw + (same ? 1 : 3)) < filled) {
            siemens.data()[cell] *= 1 - spec.amplitude;
        }
    }
}

}  // namespace ohmgrid
