#pragma once

#include <memory>

#include "sim/circuit/dc_solution.hpp"

namespace ohmgrid {

/// The slow, obvious solver: one unknown per electrical node, the sparse conductance matrix,
/// Cholesky factors from Eigen, and iterative refinement with residuals in long double until they
/// stall.
///
/// Nodes joined by a zero resistance are one unknown, nodes joined to a source by a zero resistance
/// are known. Kept as the twin of LineSolver and EffectiveConductance; used by tests, by `ohmgrid
/// solve --backend reference` and wherever speed does not matter.
/// Cost: O((rows columns)^1.5) time, roughly 100 numbers of fill per node for 128 x 128.
class ReferenceSolver {
  public:
    /// @throws InputError as Crossbar::check; NumericalError (CIR011) if the matrix is singular.
    explicit ReferenceSolver(Crossbar crossbar, NodeShunts shunts = {});
    ~ReferenceSolver();
    ReferenceSolver(ReferenceSolver&&) noexcept;
    ReferenceSolver& operator=(ReferenceSolver&&) noexcept;

    /// Column currents for each row of `input_volt` (vectors x rows). `residual` is the largest
    /// unbalanced node current relative to the largest element current; `iterations` counts
    /// refinement steps.
    /// @throws InputError as check_inputs.
    [[nodiscard]] DcSolution solve(const RowMajorMatrix& input_volt,
                                   Detail detail = Detail::currents) const;

    /// Node voltages under driver voltages (one per row) and injected node currents together.
    [[nodiscard]] NodeVoltages nodes(const Eigen::VectorXd& input_volt,
                                     const NodeCurrents& injected) const;

    [[nodiscard]] const Crossbar& crossbar() const;

  private:
    class System;
    std::unique_ptr<const System> system_;
};

}  // namespace ohmgrid
