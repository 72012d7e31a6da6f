#pragma once

#include <memory>

#include "sim/circuit/dc_solution.hpp"

namespace ohmgrid {

/// The fast solver of one linear crossbar for input vectors.
///
/// Every word line is a chain and is eliminated exactly; what remains, a symmetric positive
/// definite system in the bit-line voltages, is solved by conjugate gradients preconditioned with
/// the exact elimination of every bit line. Both eliminations add only positive numbers, so nothing
/// cancels, whatever the wires and cells; zero resistances are exact. Equations:
/// docs/models/crossbar_dc.md.
///
/// The factors are computed once, in the constructor; solving is const and may run on several
/// threads at once. The same input gives the same bits on every thread and in every batch.
/// Cost: O(rows columns) per iteration; 3 to 10 iterations for realistic arrays.
class LineSolver {
  public:
    /// @throws InputError as Crossbar::check and, for arrays larger than memory, check_memory.
    explicit LineSolver(Crossbar crossbar, SolveOptions options = {}, NodeShunts shunts = {});
    ~LineSolver();
    LineSolver(LineSolver&&) noexcept;
    LineSolver& operator=(LineSolver&&) noexcept;

    /// Column currents for each row of `input_volt` (vectors x rows). `residual` is the norm of the
    /// bit-line residual (in the preconditioner's inverse) relative to that at the start.
    /// @throws InputError as check_inputs; NumericalError (CIR010) with iterations, residual and
    /// tolerance if it does not converge or meets a number that is not finite.
    [[nodiscard]] DcSolution solve(const RowMajorMatrix& input_volt,
                                   Detail detail = Detail::currents) const;

    /// Node voltages under driver voltages (one per row) and injected node currents together.
    [[nodiscard]] NodeVoltages nodes(const Eigen::VectorXd& input_volt,
                                     const NodeCurrents& injected) const;

    [[nodiscard]] const Crossbar& crossbar() const;

  private:
    class Factors;
    std::unique_ptr<const Factors> factors_;
};

}  // namespace ohmgrid
