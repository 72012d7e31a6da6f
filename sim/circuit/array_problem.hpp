#pragma once

#include <stop_token>
#include <vector>

#include "sim/circuit/array_capacitance.hpp"
#include "sim/circuit/cell_law.hpp"
#include "sim/circuit/conversion_phase.hpp"

namespace ohmgrid {

/// One array and what is applied to it: all that `ohmgrid solve` and `ohmgrid netlist` read.
struct ArrayProblem {
    Crossbar crossbar;
    RowMajorMatrix input_volt;  ///< vectors x rows
    CellLaw law = LinearLaw{};
    ArrayCapacitance capacitance = {};
    ArraySpec sharing = {};  ///< which columns share a converter and what the others do meanwhile
};

/// What solves an array: LineSolver, ReferenceSolver (each inside Newton steps where cells are not
/// linear), or the program ngspice.
enum class Backend { fast, reference, ngspice };

/// The array as it stands in one phase of column sharing, as a problem of its own.
/// @throws InputError (CIR025) if there is no such phase.
ArrayProblem in_phase(ArrayProblem problem, Eigen::Index phase);

/// Column currents at DC for every input vector. Where phases differ, each phase is solved and
/// column j is taken from the phase that converts it. `residual` and `iterations` are those of the
/// solver used, the largest of all phases; ngspice reports neither.
/// @throws InputError as the solvers, and CIR026 for Detail::nodes where phases differ (nodes have
/// another voltage in each); NumericalError and IoError as the solvers.
DcSolution solve(const ArrayProblem& problem, Backend backend, Detail detail = Detail::currents,
                 const std::stop_token& stop = {});

/// The exact linear map of the array as its converters read it, rows x columns.
/// @throws InputError CIR023 if its cells are not linear; and as EffectiveConductanceSolver.
RowMajorMatrix effective_conductance(const ArrayProblem& problem);

/// Where the power goes, one entry per input vector, from a solution with nodes.
std::vector<PowerBalance> power_balances(const ArrayProblem& problem, const DcSolution& solution);

}  // namespace ohmgrid
