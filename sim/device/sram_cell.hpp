#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/matrix.hpp"
#include "sim/core/parameters.hpp"
#include "sim/random/virtual_chip.hpp"

namespace ohmgrid {

/// The transistors that read an SRAM cell: `stack` equal ones in series, from bit line to ground.
///
/// On state. Each has the drive (V - V_th)^alpha of Sakurai and Newton (IEEE J. Solid-State
/// Circuits 25, 584, 1990), so the cell's conductance is g_max at the nominal supply and changes
/// with the supply V as ((V - V_th) / (V_nominal - V_th))^alpha. Transistors differ by threshold
/// and gain, independent normals with deviations
///
///   sigma(V_th) = A_vt / sqrt(W L),   sigma(gain) / gain = A_beta / sqrt(W L)
///
/// (Pelgrom, Duinmaijer and Welbers, IEEE J. Solid-State Circuits 24, 1433, 1989); the series
/// conductance is n / sum(1 / f_k) times the nominal one, f_k the factor of transistor k.
/// Off state. The transistor that the stored bit switches (the first) leaks g_min, a factor
/// 10^(-dV / swing) more or less with its threshold: leakage is log-normal.
/// Neglected: body effect inside the stack, mobility and leakage against the supply.
struct SramSpec {
    double supply_volt = 0;  ///< 0: nominal
    double nominal_volt = 1;
    double threshold_volt = 0;
    double alpha = 1;
    double swing_volt_per_decade = 0;
    double pelgrom_volt_metre = 0;
    double gain_pelgrom_metre = 0;
    double width_metre = 0;
    double length_metre = 0;
    std::int64_t stack = 2;

    [[nodiscard]] double threshold_deviation_volt() const;
    [[nodiscard]] double gain_deviation() const;
    [[nodiscard]] double supply() const { return supply_volt > 0 ? supply_volt : nominal_volt; }
    /// Conductance of an on cell, relative to the nominal supply.
    [[nodiscard]] double supply_factor() const;
};

std::vector<ParamRow<SramSpec>> sram_rows();

/// Complains about a supply that does not turn the cell on (DEV014).
void check(const SramSpec& spec, const ParameterSet& set, Complaints& complaints);

/// Gives the cells of one array their mismatch. Cells above the middle of g_min .. g_max are on.
/// @param supply_volt  at which mismatch acts
void mismatch_cells(const SramSpec& spec, double supply_volt, double middle_siemens,
                    const VirtualChip& chip, std::uint32_t array, RowMajorMatrix& siemens);

}  // namespace ohmgrid
