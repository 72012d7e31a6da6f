#include "sim/circuit/nonlinear_solver.hpp"

#include <fmt/format.h>

#include "sim/circuit/detail/cell_newton.hpp"
#include "sim/core/error.hpp"

namespace ohmgrid {

using Eigen::Index;

namespace {

/// Whether the answer to one input vector is a better start for the next than 0 V everywhere.
/// Measured on random inputs it is not; on inputs that change by less than this share it saves
/// steps.
bool is_near(const RowMajorMatrix& input_volt, Index vector) {
    constexpr double near_share = 0.1;
    if (vector == 0) return false;
    const double change =
        (input_volt.row(vector) - input_volt.row(vector - 1)).cwiseAbs().maxCoeff();
    return change <= near_share * input_volt.row(vector).cwiseAbs().maxCoeff();
}

}  // namespace

NonlinearSolution solve_nonlinear(const Crossbar& crossbar, const CellLaw& law,
                                  const RowMajorMatrix& input_volt, const NewtonOptions& options,
                                  Detail detail) {
    crossbar.check();
    check_inputs(crossbar, input_volt);
    check(law, crossbar);
    const RowMajorMatrix zero = RowMajorMatrix::Zero(crossbar.rows(), crossbar.columns());
    const NodeCurrents none{zero, zero};
    detail::CellNewton newton(crossbar, law, options);
    const NodeVoltages rest{zero, zero};
    NodeVoltages before = rest;

    NonlinearSolution solution;
    solution.column_current_ampere.resize(input_volt.rows(), crossbar.columns());
    for (Index k = 0; k < input_volt.rows(); ++k) {
        try {
            auto state = newton.solve(input_volt.row(k).transpose(), none,
                                      is_near(input_volt, k) ? before : rest);
            check_operating_range(law, crossbar, state.nodes);
            solution.column_current_ampere.row(k) =
                sense_currents(crossbar, state.nodes, state.carried_ampere);
            solution.residual = std::max(solution.residual, state.residual);
            solution.iterations = std::max(solution.iterations, state.iterations);
            before = state.nodes;
            if (detail == Detail::currents) continue;
            solution.nodes.push_back(std::move(state.nodes));
            solution.cells.push_back(std::move(state.cells));
        } catch (Error& error) {
            error.add_context(fmt::format("input vector {}", k));
            throw;
        }
    }
    return solution;
}

Eigen::RowVectorXd sense_currents(const Crossbar& crossbar, const NodeVoltages& nodes,
                                  const RowMajorMatrix& cell_ampere) {
    const double end_ohm = crossbar.sense_end_ohm();
    Eigen::RowVectorXd current = Eigen::RowVectorXd::Zero(crossbar.columns());
    if (end_ohm == 0) {
        current = cell_ampere.colwise().sum();
    } else {
        const RowMajorMatrix& b = nodes.column_volt;
        if (crossbar.sense != SenseEnds::top) current += b.row(b.rows() - 1) / end_ohm;
        if (crossbar.sense != SenseEnds::bottom) current += b.row(0) / end_ohm;
    }
    for (Index j = 0; j < current.size(); ++j) {
        if (crossbar.column_floats(j)) current(j) = 0;
    }
    return current;
}

}  // namespace ohmgrid
