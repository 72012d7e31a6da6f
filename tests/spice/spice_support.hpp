#pragma once

#include <gtest/gtest.h>

#include "sim/circuit/ngspice.hpp"

/// Skips the running test loudly when ngspice is not installed.
#define OHMGRID_NEEDS_NGSPICE()                                              \
    do {                                                                     \
        if (!::ohmgrid::ngspice_version()) {                                 \
            GTEST_SKIP() << "skipped: ngspice absent (apt install ngspice)"; \
        }                                                                    \
    } while (false)

namespace ohmgrid {

inline double deviation(const RowMajorMatrix& a, const RowMajorMatrix& b) {
    return (a - b).cwiseAbs().maxCoeff() / b.cwiseAbs().maxCoeff();
}

/// Conductances of 1 .. 100 uS with a few open cells, all resistances different; seeded.
inline Crossbar sample_array(Eigen::Index rows, Eigen::Index columns) {
    std::srand(23);
    Crossbar crossbar{
        .conductance_siemens = (RowMajorMatrix::Random(rows, columns).array() + 1.02) * 5e-5,
        .row_wire_ohm = 4,
        .column_wire_ohm = 7,
        .driver_ohm = 150,
        .sense_ohm = 90};
    crossbar.conductance_siemens(0, columns / 2) = 0;
    crossbar.conductance_siemens(rows - 1, 0) = 0;
    return crossbar;
}

inline Eigen::VectorXd sample_input(Eigen::Index rows, double largest_volt) {
    return (Eigen::VectorXd::Random(rows).array() + 1) * largest_volt / 2;
}

}  // namespace ohmgrid
