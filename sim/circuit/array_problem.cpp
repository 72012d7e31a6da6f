#include "sim/circuit/array_problem.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/circuit/effective_conductance.hpp"
#include "sim/circuit/line_solver.hpp"
#include "sim/circuit/ngspice.hpp"
#include "sim/circuit/nonlinear_solver.hpp"
#include "sim/circuit/reference_solver.hpp"
#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

using Eigen::Index;

DcSolution solve_network(const Crossbar& crossbar, const ArrayProblem& problem, Backend backend,
                         Detail detail, const std::stop_token& stop) {
    if (backend == Backend::ngspice) {
        SpiceDcResult found =
            solve_with_ngspice(crossbar, problem.law, problem.input_volt, {.stop = stop}, detail);
        return {.column_current_ampere = std::move(found.column_current_ampere),
                .nodes = std::move(found.nodes)};
    }
    if (std::holds_alternative<LinearLaw>(problem.law)) {
        return backend == Backend::reference
                   ? ReferenceSolver(crossbar).solve(problem.input_volt, detail)
                   : LineSolver(crossbar).solve(problem.input_volt, detail);
    }
    const NewtonOptions options{.linear = backend == Backend::reference ? LinearMethod::reference
                                                                        : LinearMethod::line};
    NonlinearSolution found =
        solve_nonlinear(crossbar, problem.law, problem.input_volt, options, detail);
    return {.column_current_ampere = std::move(found.column_current_ampere),
            .nodes = std::move(found.nodes),
            .residual = found.residual,
            .iterations = found.iterations};
}

}  // namespace

ArrayProblem in_phase(ArrayProblem problem, Index phase) {
    const Index phases = conversion_phases(problem.sharing, problem.crossbar.columns());
    if (phase < 0 || phase >= phases) {
        throw InputError({.place = fmt::format("phase {}", phase),
                          .id = "CIR025",
                          .what = fmt::format("the array is read in {} phases", phases),
                          .remedy = "Phases are counted from 0; array.column_sharing sets how "
                                    "many there are"});
    }
    if (problem.sharing.unselected == UnselectedColumns::floating) {
        problem.crossbar = crossbar_in_phase(problem.crossbar, problem.sharing, phase);
        problem.sharing.unselected = UnselectedColumns::clamped;
    }
    return problem;
}

DcSolution solve(const ArrayProblem& problem, Backend backend, Detail detail,
                 const std::stop_token& stop) {
    const Index columns = problem.crossbar.columns();
    if (!phases_differ(problem.sharing, columns)) {
        return solve_network(problem.crossbar, problem, backend, detail, stop);
    }
    if (detail == Detail::nodes) {
        throw InputError({.place = {},
                          .id = "CIR026",
                          .what = "unselected columns float, so node voltages and power differ "
                                  "from phase to phase",
                          .remedy = "Choose one phase, as in --phase 0"});
    }
    DcSolution all{.column_current_ampere = RowMajorMatrix(problem.input_volt.rows(), columns)};
    for (Index phase = 0; phase < conversion_phases(problem.sharing, columns); ++phase) {
        const DcSolution one =
            solve_network(crossbar_in_phase(problem.crossbar, problem.sharing, phase), problem,
                          backend, detail, stop);
        for (Index j = 0; j < columns; ++j) {
            if (conversion_phase(problem.sharing, j) != phase) continue;
            all.column_current_ampere.col(j) = one.column_current_ampere.col(j);
        }
        all.residual = std::max(all.residual, one.residual);
        all.iterations = std::max(all.iterations, one.iterations);
    }
    return all;
}

RowMajorMatrix effective_conductance(const ArrayProblem& problem) {
    if (std::holds_alternative<LinearLaw>(problem.law)) {
        return effective_conductance(problem.crossbar, problem.sharing);
    }
    throw InputError(Message{.place = "device.law",
                             .id = "CIR023",
                             .what = "an array of nonlinear cells has no effective conductance",
                             .remedy = "Ask for currents, or use linear cells"});
}

std::vector<PowerBalance> power_balances(const ArrayProblem& problem, const DcSolution& solution) {
    std::vector<PowerBalance> balances;
    for (std::size_t v = 0; v < solution.nodes.size(); ++v) {
        const NodeVoltages& nodes = solution.nodes[v];
        balances.push_back(power_balance(
            problem.crossbar, problem.input_volt.row(static_cast<Index>(v)).transpose(), nodes,
            respond(problem.law, problem.crossbar, nodes).ampere));
    }
    return balances;
}

}  // namespace ohmgrid
