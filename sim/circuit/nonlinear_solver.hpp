#pragma once

#include <vector>

#include "sim/circuit/cell_law.hpp"
#include "sim/circuit/dc_solution.hpp"

namespace ohmgrid {

/// What solves the linear problem inside a Newton step.
enum class LinearMethod {
    line,      ///< LineSolver: fast
    reference  ///< ReferenceSolver: sparse Cholesky with refinement, the slow and obvious twin
};

struct NewtonOptions {
    double tolerance = 1e-12;  ///< see NonlinearSolution::residual
    int max_iterations = 100;  ///< Newton steps per input vector
    LinearMethod linear = LinearMethod::line;
};

/// Answers to one or several input vectors.
struct NonlinearSolution {
    RowMajorMatrix column_current_ampere;  ///< vectors x columns, into the sense nodes
    std::vector<NodeVoltages> nodes;       ///< one per vector with Detail::nodes, else empty
    std::vector<CellResponse> cells;       ///< likewise: currents and small-signal conductances
    double residual = 0;  ///< largest gap between what a cell's law says and what the wires carry
                          ///< to it, relative to the largest cell current
    int iterations = 0;   ///< largest number of Newton steps needed by one vector
};

/// Kirchhoff's current law of a crossbar of nonlinear cells, by Newton's method.
///
/// Each step is a linear crossbar: every cell is replaced by its tangent, a conductance and a
/// current source, and the wires are solved exactly. So at any time the wires obey Kirchhoff's law
/// with some set of cell currents, and the error is how far those are from the cells' laws; that
/// gap falls along every Newton step, which is halved until it does (global convergence for rising
/// laws). 1T1R cells, whose tangent is not symmetric, add a few GMRES iterations around the linear
/// solver. Vectors are solved in order, each starting from the answer before. docs/models/cells.md.
///
/// @throws InputError as Crossbar::check, check_inputs, check(law) and check_operating_range;
/// NumericalError (CIR120) with steps, residual and tolerance if it does not converge.
NonlinearSolution solve_nonlinear(const Crossbar& crossbar, const CellLaw& law,
                                  const RowMajorMatrix& input_volt,
                                  const NewtonOptions& options = {},
                                  Detail detail = Detail::currents);

/// Currents into the sense nodes from solved nodes: through the sense resistances where there are
/// any, else the sum over the cells of a column. Zero for columns that float.
Eigen::RowVectorXd sense_currents(const Crossbar& crossbar, const NodeVoltages& nodes,
                                  const RowMajorMatrix& cell_ampere);

}  // namespace ohmgrid
