#pragma once

#include <string>
#include <vector>

#include "sim/core/matrix.hpp"
#include "sim/core/parameters.hpp"
#include "sim/device/sigma_law.hpp"
#include "sim/device/state_curve.hpp"
#include "sim/random/virtual_chip.hpp"

namespace ohmgrid {

enum class DriftKind {
    none,
    power,        ///< G(t) = G(t0) (t / t0)^-nu
    logarithmic,  ///< G(t) = G(t0) + shift ln(t / t0) + normal(spread + spread_slope ln(t / t0))
    tabulated,    ///< mean shift and programming error given at fixed times
};

/// How conductances change between writing and reading.
///
/// `time` is counted from the moment of writing; `reference` (t0) is the time at which the
/// programming error was measured. Without a time cells are read at the reference, undrifted.
///
/// *Power law.* Each cell has its own exponent nu = |exponent(g) + exponent_spread(g) z|, where g
/// is the aimed state. *Logarithmic.* Shift and spread are the same for all states (CMO/HfOx,
/// Falcone et al.). *Tabulated.* At each of `times` the mean moves by sum of shift[k] unit (G /
/// unit)^k, G the aimed conductance, and the programming error has the coefficients of that time in
/// `sigmas`; coefficients in between are interpolated in time (or its logarithm). Nothing is
/// extrapolated.
struct DriftSpec {
    DriftKind kind = DriftKind::none;
    double time_second = -1;  ///< negative: at the reference
    double reference_second = 1;
    StateCurve exponent;
    StateCurve exponent_spread;
    double shift_siemens = 0;
    double spread_siemens = 0;
    double spread_slope_siemens = 0;
    std::vector<double> times_second = {};
    bool logarithmic_times = false;
    double unit_siemens = 1e-6;
    std::vector<double> shift = {};          ///< time by time, in `unit`
    std::vector<double> sigma_siemens = {};  ///< time by time: SigmaLaw's polynomial, or amplitude
                                             ///< and decay

    [[nodiscard]] double seconds() const {
        return time_second < 0 ? reference_second : time_second;
    }
};

std::vector<ParamRow<DriftSpec>> drift_rows();

/// Complains about times before the reference (DEV012) or outside of the table, and about tables
/// whose numbers do not fit together (DEV013); `programming` is the device's law.
void check(const DriftSpec& spec, const SigmaLaw& programming, const ParameterSet& set,
           Complaints& complaints);

/// The programming error in force at the time of reading: `programming`, or with a table its values
/// at that time.
SigmaLaw error_when_read(const DriftSpec& spec, const SigmaLaw& programming);

/// Moves the cells of one array from the reference to the time of reading.
void drift_cells(const DriftSpec& spec, double g_max_siemens, const RowMajorMatrix& aim_siemens,
                 const VirtualChip& chip, std::uint32_t array, RowMajorMatrix& siemens);

/// Mean and standard deviation of a conductance that drift multiplies or moves.
struct DriftStatistics {
    double mean_factor = 1;  ///< of G(t) / G(t0)
    double mean_square_factor = 1;
    double shift_siemens = 0;
    double spread_siemens = 0;
};

/// Closed forms for a cell aimed at `siemens`. For the power law with |N(m, s)| exponents and
/// a = ln(t / t0): E[exp(-a nu)] = exp(a^2 s^2/2 - a m) Phi(m/s - a s)
///                               + exp(a^2 s^2/2 + a m) Phi(-m/s - a s).
DriftStatistics drift_statistics(const DriftSpec& spec, double g_max_siemens, double siemens);

}  // namespace ohmgrid
