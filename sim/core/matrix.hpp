#pragma once

#include <Eigen/Core>

namespace ohmgrid {

/// Rows are word lines (or vectors), columns are bit lines; one row is contiguous in memory.
using RowMajorMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

}  // namespace ohmgrid
