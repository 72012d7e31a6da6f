#pragma once

#include <vector>

#include "sim/circuit/crossbar.hpp"

namespace ohmgrid {

/// How far an iterative solver goes before it stops or gives up.
struct SolveOptions {
    double tolerance = 1e-12;   ///< of the residual, relative to that of the undisturbed start
    int max_iterations = 5000;  ///< of conjugate gradients per input vector
};

/// What to hand back besides the column currents.
enum class Detail {
    currents,  ///< column currents only: the fastest
    nodes      ///< every node voltage as well
};

/// Voltages of all nodes, each rows x columns.
struct NodeVoltages {
    RowMajorMatrix row_volt;     ///< w(i, j)
    RowMajorMatrix column_volt;  ///< b(i, j)
};

/// Currents injected into the nodes from outside (ampere), each rows x columns. They stand for the
/// right-hand side of a Newton step or of a time step.
struct NodeCurrents {
    RowMajorMatrix row_ampere;     ///< into w(i, j)
    RowMajorMatrix column_ampere;  ///< into b(i, j)
};

/// A conductance from every word-line node and from every bit-line node to 0 V: what a capacitance
/// to ground becomes in an implicit time step. Zero at DC.
struct NodeShunts {
    double row_siemens = 0;
    double column_siemens = 0;
};

/// Answers to one or several input vectors.
struct DcSolution {
    RowMajorMatrix column_current_ampere;  ///< vectors x columns, into the sense nodes
    std::vector<NodeVoltages> nodes = {};  ///< one per vector with Detail::nodes, else empty
    double residual = 0;                   ///< largest reached, relative; see the solver
    int iterations = 0;                    ///< largest number needed by one vector
};

/// Where the power goes for one input vector. The four parts sum to what the sources deliver.
struct PowerBalance {
    double cells_watt = 0;
    double wires_watt = 0;    ///< word and bit lines, without the end resistances below
    double drivers_watt = 0;  ///< in driver_ohm
    double sense_watt = 0;    ///< in sense_ohm
    double delivered_watt = 0;

    [[nodiscard]] double dissipated_watt() const {
        return cells_watt + wires_watt + drivers_watt + sense_watt;
    }
};

/// Current through every cell, from word line to bit line, of linear cells: rows x columns, ampere.
RowMajorMatrix cell_currents(const Crossbar& crossbar, const NodeVoltages& nodes);

/// Power of a solved crossbar with any cells, from the current through every element: the wires'
/// currents follow from those of the cells by Kirchhoff's current law, so tiny wire resistances do
/// no harm. @param cell_ampere rows x columns, as from cell_currents
PowerBalance power_balance(const Crossbar& crossbar, const Eigen::VectorXd& input_volt,
                           const NodeVoltages& nodes, const RowMajorMatrix& cell_ampere);

}  // namespace ohmgrid
