#pragma once

#include <span>
#include <vector>

#include "sim/core/matrix.hpp"
#include "sim/device/device_model.hpp"

namespace ohmgrid {

/// Noise of the cells seen at the columns, without drawing cells.
///
/// Cell (i, j) carries x_i (G_ij + s_ij z_ij) with independent normals z, drawn anew in every read.
/// A column sums its cells, and a sum of independent normals is normal: the noise of column j is
/// exactly one normal of variance
///
///   sum over i of x_i^2 s_ij^2                                                        (1)
///
/// and the columns are independent. One draw for each column and read replaces one for each cell.
/// Cells within a few s of 0 S go below it, unless read_noise.cut_at_zero is set: then G and s are
/// the mean and deviation of the cut distribution, and the sum of many such cells is taken as
/// normal.

/// s_ij^2 of every cell, in siemens squared.
RowMajorMatrix read_variance(const DeviceModel& device, const RowMajorMatrix& siemens);

/// Equation (1) for one input vector: standard deviation of each column's current, in ampere for
/// inputs in volt. The slow twin of what inference does with planes of input bits.
std::vector<double> column_noise(std::span<const double> input, const RowMajorMatrix& variance);

}  // namespace ohmgrid
