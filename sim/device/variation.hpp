#pragma once

#include <vector>

#include "sim/core/matrix.hpp"
#include "sim/core/parameters.hpp"
#include "sim/random/virtual_chip.hpp"

namespace ohmgrid {

/// Lasting differences between devices: cell (i, j) of an array has 1 + v_ij times the conductance
/// it is written to, every time it is written. All values are standard deviations of parts of v:
///
///   v_ij = cell * z_ij + correlated * f_ij + row * r_i + column * c_j + array * a
///          + gradient * (x (2j/(columns-1) - 1) + y (2i/(rows-1) - 1)) / 2
///
/// z, r, c, a, x, y are independent standard normals; x and y are the same for all arrays of a chip
/// (the slope of the wafer where the chip was cut). f is a stationary Gaussian field of variance 1
/// whose correlation over di rows and dj columns is exp(-(|di| + |dj|) / correlation_length): white
/// noise filtered along both directions by f_k = rho f_(k-1) + sqrt(1 - rho^2) z_k with
/// rho = exp(-1 / correlation_length), exact at every size.
struct VariationSpec {
    double cell = 0;
    double correlated = 0;
    double correlation_length = 1;  ///< in cells
    double row = 0;
    double column = 0;
    double array = 0;
    double gradient = 0;  ///< change from one edge of an array to the other

    [[nodiscard]] bool any() const {
        return cell > 0 || correlated > 0 || row > 0 || column > 0 || array > 0 || gradient > 0;
    }
    /// Of all parts together, in the middle of an array (where the gradient has none).
    [[nodiscard]] double standard_deviation() const;
};

std::vector<ParamRow<VariationSpec>> variation_rows();

/// v of every cell of one array.
RowMajorMatrix relative_variation(const VariationSpec& spec, Eigen::Index rows,
                                  Eigen::Index columns, const VirtualChip& chip,
                                  std::uint32_t array);

}  // namespace ohmgrid
