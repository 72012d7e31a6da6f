#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/matrix.hpp"
#include "sim/device/sigma_law.hpp"
#include "sim/random/virtual_chip.hpp"

namespace ohmgrid {

enum class ErrorShape { normal, uniform };

/// What happens when a cell is written: the cycle-to-cycle part of its error. Writing again
/// (another `cycle`) draws it anew, while the device-to-device part (VariationSpec) stays.
///
/// With a `tolerance` the cell is read back and written again until it lies within it, at most
/// `attempts` times; the last attempt stays. An accepted normal error is the normal distribution
/// cut off at the tolerance, and a share erf(tolerance / (sigma sqrt 2)) of the attempts is
/// accepted.
struct ProgrammingSpec {
    SigmaLaw error;  ///< standard deviation of one attempt, at the aimed conductance
    ErrorShape shape = ErrorShape::normal;
    double tolerance_siemens = 0;  ///< 0: no read-back
    std::int64_t attempts = 1;
    std::int64_t cycle = 0;       ///< which write of the same chip
    bool reset_cells_err = true;  ///< false: cells aimed at g_min get exactly there
};

std::vector<ParamRow<ProgrammingSpec>> programming_rows();

/// Complains about an impossible combination (DEV010, DEV015).
void check(const ProgrammingSpec& spec, const ParameterSet& set, Complaints& complaints);

/// Writes the cells of one array.
/// @param aim_siemens     where each cell should be
/// @param siemens         where it would get without cycle-to-cycle error; receives the outcome
/// @param error           the law in force, `spec.error` or that of a later time
void write_cells(const ProgrammingSpec& spec, const SigmaLaw& error, double g_min_siemens,
                 double g_max_siemens, const RowMajorMatrix& aim_siemens, const VirtualChip& chip,
                 std::uint32_t array, RowMajorMatrix& siemens);

/// The share of attempts that a read-back accepts, for a cell without device-to-device error.
double acceptance(const ProgrammingSpec& spec, double sigma_siemens);

}  // namespace ohmgrid
