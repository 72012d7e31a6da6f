#pragma once

#include <optional>
#include <variant>

#include "sim/circuit/line_solver.hpp"
#include "sim/circuit/nonlinear_solver.hpp"
#include "sim/circuit/reference_solver.hpp"

namespace ohmgrid::detail {

/// What stands beside the cells and wires in an implicit time step; nothing at DC.
struct Companions {
    NodeShunts shunts = {};   ///< from every node to ground
    double cell_siemens = 0;  ///< parallel to every cell, open ones included
};

/// Newton's method on one array. Keeps the factors of its last linear system, so that repeated
/// solves with linear cells cost no new factorisation.
class CellNewton {
  public:
    /// `crossbar` and `law` must be checked and outlive this object.
    CellNewton(const Crossbar& crossbar, const CellLaw& law, const NewtonOptions& options,
               const Companions& companions = {});

    struct State {
        NodeVoltages nodes;
        RowMajorMatrix carried_ampere;  ///< what the wires carry to the cells
        CellResponse cells;             ///< what the laws say, companions included
        double residual = 0;            ///< see NonlinearSolution
        int iterations = 0;
    };

    /// Solves with driver voltages and currents injected into the nodes. `seed` is where the cells
    /// are first replaced by their tangents; the closer to the answer, the fewer steps.
    /// @throws NumericalError (CIR120)
    State solve(const Eigen::VectorXd& input_volt, const NodeCurrents& injected,
                const NodeVoltages& seed);

    /// Node voltages that small injected currents cause around the last tangents, drivers at 0 V.
    /// For 1T1R cells with their tangents made symmetric.
    [[nodiscard]] NodeVoltages tangent_response(const NodeCurrents& injected) const;

  private:
    /// In which a gap between a law and what the wires carry is measured, and where the tangent is
    /// taken: at the cell's voltage, or at the voltage that belongs to the current it is given.
    enum class Domain { current, voltage };

    using Linear = std::variant<LineSolver, ReferenceSolver>;

    void prepare(RowMajorMatrix conductance_siemens);
    [[nodiscard]] NodeVoltages linear_nodes(const Eigen::VectorXd& input_volt,
                                            const NodeCurrents& injected,
                                            const RowMajorMatrix& cell_source_ampere) const;
    State newton_target(const Eigen::VectorXd& input_volt, const NodeCurrents& injected,
                        const NodeVoltages& at, const CellResponse& tangent);
    void judge(State& state) const;
    [[nodiscard]] Domain domain_of(const State& state) const;
    [[nodiscard]] double gap_norm(const State& state, Domain domain) const;
    State full_step(const Eigen::VectorXd& input_volt, const NodeCurrents& injected,
                    const State& state, Domain domain);

    const Crossbar& crossbar_;
    const CellLaw& law_;
    NewtonOptions options_;
    Companions companions_;
    std::optional<Linear> linear_;
};

}  // namespace ohmgrid::detail
