#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "sim/core/matrix.hpp"
#include "sim/random/virtual_chip.hpp"

namespace ohmgrid {

/// What cells were found to have, whose conductance was aimed at `target_siemens`.
struct MeasuredLevel {
    double target_siemens = 0;
    std::vector<std::vector<double>> samples_siemens;  ///< one list per time, each ascending

    [[nodiscard]] double mean(std::size_t time) const;
    [[nodiscard]] double standard_deviation(std::size_t time) const;  ///< of a sample (n - 1)
};

/// Measured conductances of many cells: ascending levels, each measured at all of the times.
struct MeasuredConductances {
    std::vector<double> time_second;  ///< after writing, ascending; {0} where none is known
    std::vector<MeasuredLevel> levels;

    /// The same with each target replaced by the mean found at the first time.
    [[nodiscard]] MeasuredConductances with_means_as_targets() const;
};

/// Reads measured conductances.
///
/// *CSV.* A head line with the columns `target_siemens`, `measured_siemens` and, if there are
/// several times, `time_second`, in any order; other columns are ignored; one line per cell and
/// time.
/// *HDF5.* Datasets `/target_siemens` and `/measured_siemens` of the same shape (a list, or whole
/// arrays as matrices); with `/time_second` [times] the measured ones have the times as an extra
/// first dimension.
///
/// @throws IoError if the file cannot be read; InputError DEV020 (no such column, not a number,
/// shapes disagree), DEV021 (a level has no value at one of the times, or only one value: named)
MeasuredConductances read_measured(const std::filesystem::path& path);

/// The `u`-quantile (0 < u < 1) of what a cell aimed at `aim_siemens` has after `seconds`: the
/// empirical quantile of that level. Between levels and between times the errors of the neighbours
/// are interpolated linearly (times over their logarithm, unless the first is 0), which keeps every
/// cell at its rank; outside of the levels or times the nearest one's error holds.
double measured_quantile_siemens(const MeasuredConductances& measured, double aim_siemens,
                                 double seconds, double u);

/// Mean of measured minus aimed conductance, interpolated in the same way.
double measured_shift_siemens(const MeasuredConductances& measured, double aim_siemens,
                              double seconds);
/// Standard deviation, interpolated in the same way.
double measured_deviation_siemens(const MeasuredConductances& measured, double aim_siemens,
                                  double seconds);

/// Adds to each cell the error that a measured cell of its level had: one of them, drawn at random.
void draw_measured_cells(const MeasuredConductances& measured, double seconds,
                         const RowMajorMatrix& aim_siemens, const VirtualChip& chip,
                         std::uint32_t array, RowMajorMatrix& siemens);

}  // namespace ohmgrid
