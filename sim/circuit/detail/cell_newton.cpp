#include "sim/circuit/detail/cell_newton.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "sim/circuit/detail/gmres.hpp"
#include "sim/core/error.hpp"

namespace ohmgrid::detail {
namespace {

using Eigen::VectorXd;

/// A Newton step is shortened to no less than this.
constexpr double shortest_step = 1.0 / (1 << 20);

/// A step of length t must lower the gap by this share of t (Armijo's rule).
constexpr double least_gain = 1e-4;

/// From this exponent b |v| on, sinh cells are followed by their voltage: a tangent at exp(10)
/// times the zero-bias conductance would need a step for every further e-fold, and overflow.
constexpr double steep_exponent = 10;

/// Relative accuracy of a Newton step of 1T1R cells: their laws judge the result, not the step.
constexpr double rough = 1e-4;

VectorXd as_vector(const RowMajorMatrix& matrix) {
    return Eigen::Map<const VectorXd>(matrix.data(), matrix.size());
}

/// The point `step` of the way from `from` to `to`.
RowMajorMatrix between(const RowMajorMatrix& from, const RowMajorMatrix& to, double step) {
    return from + step * (to - from);
}

[[noreturn]] void fail(const CellNewton::State& state, double tolerance) {
    throw NumericalError(
        {.place = {},
         .id = "CIR120",
         .what = fmt::format("the cells' operating points do not converge: {} Newton steps, "
                             "residual {:.3g}, tolerance {:.3g}",
                             state.iterations, state.residual, tolerance),
         .remedy = "Check the cells' law for jumps, or apply smaller inputs"});
}

}  // namespace

CellNewton::CellNewton(const Crossbar& crossbar, const CellLaw& law, const NewtonOptions& options,
                       const Companions& companions)
    : crossbar_(crossbar), law_(law), options_(options), companions_(companions) {}

CellNewton::State CellNewton::solve(const VectorXd& input_volt, const NodeCurrents& injected,
                                    const NodeVoltages& seed) {
    State state{.nodes = seed, .carried_ampere = {}, .cells = {}};
    judge(state);
    state = newton_target(input_volt, injected, state.nodes, state.cells);
    judge(state);
    const Domain domain = domain_of(state);
    int iterations = 1;
    while (!(state.residual <= options_.tolerance)) {
        state.iterations = iterations;
        if (iterations++ >= options_.max_iterations) fail(state, options_.tolerance);
        const State target = full_step(input_volt, injected, state, domain);
        const double gap = gap_norm(state, domain);
        double step = 1;
        State next = target;
        for (judge(next); !(gap_norm(next, domain) <= (1 - least_gain * step) * gap); judge(next)) {
            step /= 2;
            if (step < shortest_step) fail(state, options_.tolerance);
            next.nodes = {between(state.nodes.row_volt, target.nodes.row_volt, step),
                          between(state.nodes.column_volt, target.nodes.column_volt, step)};
            next.carried_ampere = between(state.carried_ampere, target.carried_ampere, step);
        }
        state = std::move(next);
    }
    state.iterations = iterations;
    return state;
}

CellNewton::Domain CellNewton::domain_of(const State& state) const {
    const auto* sinh = std::get_if<SinhLaw>(&law_);
    if (sinh == nullptr || companions_.cell_siemens > 0) return Domain::current;
    const double largest_volt =
        (state.nodes.row_volt - state.nodes.column_volt).cwiseAbs().maxCoeff();
    return sinh->b_per_volt * largest_volt > steep_exponent ? Domain::voltage : Domain::current;
}

/// Both gaps shrink in proportion to the step along a Newton step taken in their own domain.
double CellNewton::gap_norm(const State& state, Domain domain) const {
    if (domain == Domain::current) return (state.cells.ampere - state.carried_ampere).norm();
    const RowMajorMatrix& g = crossbar_.conductance_siemens;
    const RowMajorMatrix gap = state.nodes.row_volt - state.nodes.column_volt -
                               volts_at(std::get<SinhLaw>(law_), g, state.carried_ampere);
    return (g.array() > 0).select(gap, 0).norm();
}

CellNewton::State CellNewton::full_step(const VectorXd& input_volt, const NodeCurrents& injected,
                                        const State& state, Domain domain) {
    if (domain == Domain::current) {
        return newton_target(input_volt, injected, state.nodes, state.cells);
    }
    const NodeVoltages at{
        volts_at(std::get<SinhLaw>(law_), crossbar_.conductance_siemens, state.carried_ampere),
        RowMajorMatrix::Zero(crossbar_.rows(), crossbar_.columns())};
    return newton_target(input_volt, injected, at, respond(law_, crossbar_, at));
}

/// What the laws say at the state's nodes, and how far that is from what the wires carry. A cell's
/// current cannot be known better than its node voltages can be written down, so that much of
/// the gap counts as none.
void CellNewton::judge(State& state) const {
    state.cells = respond(law_, crossbar_, state.nodes);
    const NodeVoltages& n = state.nodes;
    CellResponse& c = state.cells;
    if (companions_.cell_siemens > 0) {
        c.ampere += companions_.cell_siemens * (n.row_volt - n.column_volt);
        c.row_siemens.array() += companions_.cell_siemens;
        c.column_siemens.array() += companions_.cell_siemens;
    }
    if (state.carried_ampere.size() == 0) return;
    constexpr double rounding = 16 * std::numeric_limits<double>::epsilon();
    const auto gap = (c.ampere - state.carried_ampere).array().abs();
    const auto blur = rounding * (c.row_siemens.array() * n.row_volt.array().abs() +
                                  c.column_siemens.array() * n.column_volt.array().abs());
    const double largest = c.ampere.cwiseAbs().maxCoeff();
    const double excess = (gap - blur).maxCoeff();
    state.residual = excess <= 0 ? 0 : excess / largest;
    if (!c.ampere.allFinite()) state.residual = std::numeric_limits<double>::infinity();
}

void CellNewton::prepare(RowMajorMatrix conductance_siemens) {
    const auto same = [&](const auto& solver) {
        return solver.crossbar().conductance_siemens == conductance_siemens;
    };
    if (linear_ && std::visit(same, *linear_)) return;
    Crossbar tangent = crossbar_;
    tangent.conductance_siemens = std::move(conductance_siemens);
    if (options_.linear == LinearMethod::line) {
        linear_.emplace(LineSolver(std::move(tangent), {}, companions_.shunts));
    } else {
        linear_.emplace(ReferenceSolver(std::move(tangent), companions_.shunts));
    }
}

/// Node voltages when every cell carries `cell_source_ampere` beside its tangent conductance.
NodeVoltages CellNewton::linear_nodes(const VectorXd& input_volt, const NodeCurrents& injected,
                                      const RowMajorMatrix& cell_source_ampere) const {
    const NodeCurrents all{injected.row_ampere - cell_source_ampere,
                           injected.column_ampere + cell_source_ampere};
    return std::visit([&](const auto& solver) { return solver.nodes(input_volt, all); }, *linear_);
}

NodeVoltages CellNewton::tangent_response(const NodeCurrents& injected) const {
    const VectorXd no_volt = VectorXd::Zero(crossbar_.rows());
    return std::visit([&](const auto& solver) { return solver.nodes(no_volt, injected); },
                      *linear_);
}

/// The full Newton step: wires with every cell replaced by its tangent at `at`,
///   i = i_k + A (w - w_k) - B (b - b_k)  =  S (w - b) + source,   S = max(A, B),
///   source = i_k - A w_k + B b_k - (S - A) w + (S - B) b.
/// For two-terminal cells A = B = S and the source is known; else it is found by GMRES.
CellNewton::State CellNewton::newton_target(const VectorXd& input_volt,
                                            const NodeCurrents& injected, const NodeVoltages& at,
                                            const CellResponse& tangent) {
    const RowMajorMatrix& a = tangent.row_siemens;
    const RowMajorMatrix& b = tangent.column_siemens;
    RowMajorMatrix symmetric = a.cwiseMax(b);
    const RowMajorMatrix row_rest = symmetric - a;
    const RowMajorMatrix column_rest = symmetric - b;
    const auto rest = [&](const NodeVoltages& nodes) -> RowMajorMatrix {
        return column_rest.cwiseProduct(nodes.column_volt) - row_rest.cwiseProduct(nodes.row_volt);
    };
    prepare(symmetric);
    const auto known = [&]() -> RowMajorMatrix {
        return tangent.ampere - a.cwiseProduct(at.row_volt) + b.cwiseProduct(at.column_volt);
    };
    RowMajorMatrix source = known() + rest(at);
    State target{
        .nodes = linear_nodes(input_volt, injected, source), .carried_ampere = {}, .cells = {}};
    if (!is_two_terminal(law_)) {
        const RowMajorMatrix error = known() + rest(target.nodes) - source;
        const VectorXd no_volt = VectorXd::Zero(input_volt.size());
        const NodeCurrents none{RowMajorMatrix::Zero(a.rows(), a.cols()),
                                RowMajorMatrix::Zero(a.rows(), a.cols())};
        const VectorXd correction = gmres(
            [&](const VectorXd& change) -> VectorXd {
                const RowMajorMatrix step =
                    Eigen::Map<const RowMajorMatrix>(change.data(), a.rows(), a.cols());
                return change - as_vector(rest(linear_nodes(no_volt, none, step)));
            },
            as_vector(error), {.tolerance = rough});
        source += Eigen::Map<const RowMajorMatrix>(correction.data(), a.rows(), a.cols());
        target.nodes = linear_nodes(input_volt, injected, source);
    }
    target.carried_ampere =
        symmetric.cwiseProduct(target.nodes.row_volt - target.nodes.column_volt) + source;
    return target;
}

}  // namespace ohmgrid::detail
