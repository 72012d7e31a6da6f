#pragma once

#include <vector>

#include "sim/core/matrix.hpp"
#include "sim/core/parameters.hpp"
#include "sim/device/sigma_law.hpp"
#include "sim/device/state_curve.hpp"
#include "sim/random/virtual_chip.hpp"

namespace ohmgrid {

enum class NoiseTiming {
    each_read,  ///< anew in every read: averages out over images
    lasting,    ///< so slow that one chip keeps it for a whole evaluation
};

/// Noise of a conductance around its mean: sqrt(law(G)^2 + (relative(g) G)^2), g = G_written /
/// g_max.
///
/// 1/f noise has no fixed deviation: between writing and time t it accumulates as
/// sqrt(ln((t + t_r) / (2 t_r))) times the above, where t_r (`bandwidth_time`) is the duration of
/// one read. Source: Nandakumar et al., ICECS 2019. Such noise is slow and `lasting`.
struct ReadNoiseSpec {
    SigmaLaw error;
    StateCurve relative;
    double bandwidth_second = 0;  ///< 0: white noise, no accumulation
    NoiseTiming timing = NoiseTiming::each_read;
    bool cut_at_zero = false;  ///< no read finds a cell below 0 S, see CutNoise

    [[nodiscard]] bool any() const { return error.kind != SigmaKind::none || !relative.is_zero(); }
};

std::vector<ParamRow<ReadNoiseSpec>> read_noise_rows();

/// Standard deviation for a cell that now has `siemens` and had `written_siemens`.
double noise_siemens(const ReadNoiseSpec& spec, double g_max_siemens, double seconds,
                     double siemens, double written_siemens);

/// max(0, G + sigma z): what a read finds of a cell that noise may not take below 0 S, as CrossSim
/// has it. With a = G / sigma, mean = G Phi(a) + sigma phi(a) and variance = (G^2 + sigma^2) Phi(a)
/// + G sigma phi(a) - mean^2.
struct CutNoise {
    double mean_siemens = 0;
    double deviation_siemens = 0;
};
CutNoise cut_noise(double siemens, double sigma_siemens);

/// Moves the cells of an array to the mean of their reads, where noise of each read is cut at 0 S.
void move_to_mean_read(const ReadNoiseSpec& spec, double g_max_siemens, double seconds,
                       RowMajorMatrix& siemens);

/// Standard deviation of one read of a cell whose reads are `mean_siemens` on average.
double cut_noise_siemens(const ReadNoiseSpec& spec, double g_max_siemens, double seconds,
                         double mean_siemens);

/// Adds lasting noise to the cells of one array; `written_siemens` is what they had at first.
void add_lasting_noise(const ReadNoiseSpec& spec, double g_max_siemens, double seconds,
                       const RowMajorMatrix& written_siemens, const VirtualChip& chip,
                       std::uint32_t array, RowMajorMatrix& siemens);

/// Random telegraph noise: in a `share` of the cells a trap captures and releases a carrier. While
/// it is filled the cell has 1 - amplitude of its conductance. Capture and emission are Poisson
/// processes with mean times tau_c (empty) and tau_e (filled): the trap is filled with probability
/// p = tau_e / (tau_c + tau_e), and its state is correlated over a time t as
/// exp(-t (1/tau_c + 1/tau_e)). Source: Machlup, J. Appl. Phys. 25, 341 (1954).
///
/// Traps are taken as slower than an evaluation: one chip keeps its states. `elapsed` asks for the
/// same chip that much later. A trap faster than a read belongs into the read noise, with a
/// deviation of amplitude G sqrt(p (1 - p)).
struct TelegraphSpec {
    double share = 0;
    double amplitude = 0;
    double capture_second = 1;
    double emission_second = 1;
    double elapsed_second = 0;

    [[nodiscard]] double filled() const {
        return emission_second / (capture_second + emission_second);
    }
};

std::vector<ParamRow<TelegraphSpec>> telegraph_rows();

/// Lowers the conductance of the cells whose trap is filled.
void apply_telegraph_noise(const TelegraphSpec& spec, const VirtualChip& chip, std::uint32_t array,
                           RowMajorMatrix& siemens);

}  // namespace ohmgrid
