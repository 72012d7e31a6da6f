#include "sim/circuit/reference_solver.hpp"

#include <Eigen/Sparse>
#include <cmath>

#include "sim/circuit/detail/nodal_network.hpp"
#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

using detail::Branch;
using detail::NodalNetwork;
using Eigen::Index;
using LongVector = Eigen::Matrix<long double, Eigen::Dynamic, 1>;

/// Rough fill of the factors for the memory estimate: index and value per entry.
constexpr double factor_byte_per_node = 16.0 * 200;

constexpr int most_refinements = 30;

}  // namespace

class ReferenceSolver::System {
  public:
    System(Crossbar crossbar, NodeShunts shunts)
        : crossbar_(std::move(crossbar)), network_(crossbar_) {
        add_shunts(shunts);
        factorise();
    }

    /// All node voltages (unknown, sources, ground) and how they were reached.
    struct State {
        LongVector volt;
        long double residual = 0;
        int refinements = 0;
    };

    [[nodiscard]] State solve(const Eigen::VectorXd& input_volt, const LongVector& injected) const {
        State state{.volt = LongVector::Zero(network_.nodes())};
        for (Index i = 0; i < crossbar_.rows(); ++i) {
            state.volt(network_.source(i)) = static_cast<long double>(input_volt(i));
        }
        LongVector best = state.volt;
        long double best_residual = INFINITY;
        for (int step = 0; step < most_refinements && network_.unknowns() > 0; ++step) {
            const LongVector unbalanced = unbalanced_current(state, injected);
            // The first correction is the solution; later ones must still pay.
            const bool pays = state.residual < best_residual / 2;
            if (step > 1 && !pays) break;
            best = state.volt;
            best_residual = state.residual;
            state.refinements = step;
            const Eigen::VectorXd correction = cholesky_.solve(unbalanced.cast<double>());
            state.volt.head(network_.unknowns()) += correction.cast<long double>();
        }
        state.volt = best;
        state.residual = std::isinf(best_residual) ? 0 : best_residual;
        return state;
    }

    [[nodiscard]] LongVector gather(const NodeCurrents& injected) const {
        LongVector sum = LongVector::Zero(network_.nodes());
        for (Index i = 0; i < crossbar_.rows(); ++i) {
            for (Index j = 0; j < crossbar_.columns(); ++j) {
                sum(network_.row_node(i, j)) += static_cast<long double>(injected.row_ampere(i, j));
                sum(network_.column_node(i, j)) +=
                    static_cast<long double>(injected.column_ampere(i, j));
            }
        }
        return sum;
    }

    [[nodiscard]] NodeVoltages spread(const LongVector& volt) const {
        NodeVoltages nodes{RowMajorMatrix(crossbar_.rows(), crossbar_.columns()),
                           RowMajorMatrix(crossbar_.rows(), crossbar_.columns())};
        for (Index i = 0; i < crossbar_.rows(); ++i) {
            for (Index j = 0; j < crossbar_.columns(); ++j) {
                nodes.row_volt(i, j) = static_cast<double>(volt(network_.row_node(i, j)));
                nodes.column_volt(i, j) = static_cast<double>(volt(network_.column_node(i, j)));
            }
        }
        return nodes;
    }

    /// What all cells of a column deliver to it, which all flows into the sense node at DC.
    [[nodiscard]] Eigen::RowVectorXd column_currents(const LongVector& volt) const {
        Eigen::RowVectorXd current(crossbar_.columns());
        for (Index j = 0; j < crossbar_.columns(); ++j) {
            long double sum = 0;
            for (Index i = 0; i < crossbar_.rows(); ++i) {
                sum += static_cast<long double>(crossbar_.conductance_siemens(i, j)) *
                       (volt(network_.row_node(i, j)) - volt(network_.column_node(i, j)));
            }
            current(j) = crossbar_.column_floats(j) ? 0 : static_cast<double>(sum);
        }
        return current;
    }

    [[nodiscard]] const Crossbar& crossbar() const { return crossbar_; }

  private:
    void add_shunts(NodeShunts shunts) {
        branches_ = network_.branches();
        for (Index i = 0; i < crossbar_.rows(); ++i) {
            for (Index j = 0; j < crossbar_.columns(); ++j) {
                branches_.push_back(
                    {network_.row_node(i, j), network_.ground(), shunts.row_siemens});
                branches_.push_back(
                    {network_.column_node(i, j), network_.ground(), shunts.column_siemens});
            }
        }
    }

    void factorise() {
        const Index unknowns = network_.unknowns();
        std::vector<Eigen::Triplet<double>> entries;
        entries.reserve(4 * branches_.size());
        for (const Branch& branch : branches_) {
            const bool from_unknown = branch.from < unknowns;
            const bool to_unknown = branch.to < unknowns;
            if (from_unknown) entries.emplace_back(branch.from, branch.from, branch.siemens);
            if (to_unknown) entries.emplace_back(branch.to, branch.to, branch.siemens);
            if (from_unknown && to_unknown) {
                entries.emplace_back(branch.from, branch.to, -branch.siemens);
                entries.emplace_back(branch.to, branch.from, -branch.siemens);
            }
        }
        Eigen::SparseMatrix<double> matrix(unknowns, unknowns);
        matrix.setFromTriplets(entries.begin(), entries.end());
        if (unknowns == 0) return;
        cholesky_.compute(matrix);
        if (cholesky_.info() == Eigen::Success) return;
        throw NumericalError({.id = "CIR011",
                              .what = "the conductance matrix is singular to double precision",
                              .remedy = "Check for lines that are nearly disconnected"});
    }

    /// Injected minus outflowing current of every unknown node; sets the relative residual.
    [[nodiscard]] LongVector unbalanced_current(State& state, const LongVector& injected) const {
        LongVector unbalanced = injected;
        long double largest = injected.size() > 0 ? injected.cwiseAbs().maxCoeff() : 0;
        for (const Branch& branch : branches_) {
            const long double current = static_cast<long double>(branch.siemens) *
                                        (state.volt(branch.from) - state.volt(branch.to));
            unbalanced(branch.from) -= current;
            unbalanced(branch.to) += current;
            largest = std::max(largest, std::abs(current));
        }
        const LongVector of_unknowns = unbalanced.head(network_.unknowns());
        state.residual = largest > 0 ? of_unknowns.cwiseAbs().maxCoeff() / largest : 0;
        return of_unknowns;
    }

    Crossbar crossbar_;
    NodalNetwork network_;
    std::vector<Branch> branches_;
    Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>> cholesky_;
};

ReferenceSolver::ReferenceSolver(Crossbar crossbar, NodeShunts shunts) {
    crossbar.check();
    check_memory(
        factor_byte_per_node * 2 * static_cast<double>(crossbar.conductance_siemens.size()),
        "the reference solver");
    system_ = std::make_unique<const System>(std::move(crossbar), shunts);
}
ReferenceSolver::~ReferenceSolver() = default;
ReferenceSolver::ReferenceSolver(ReferenceSolver&&) noexcept = default;
ReferenceSolver& ReferenceSolver::operator=(ReferenceSolver&&) noexcept = default;

const Crossbar& ReferenceSolver::crossbar() const { return system_->crossbar(); }

DcSolution ReferenceSolver::solve(const RowMajorMatrix& input_volt, Detail detail) const {
    check_inputs(crossbar(), input_volt);
    DcSolution solution{.column_current_ampere =
                            RowMajorMatrix(input_volt.rows(), crossbar().columns())};
    const NodeCurrents none{RowMajorMatrix::Zero(crossbar().rows(), crossbar().columns()),
                            RowMajorMatrix::Zero(crossbar().rows(), crossbar().columns())};
    for (Index k = 0; k < input_volt.rows(); ++k) {
        const System::State state =
            system_->solve(input_volt.row(k).transpose(), system_->gather(none));
        solution.column_current_ampere.row(k) = system_->column_currents(state.volt);
        if (detail == Detail::nodes) solution.nodes.push_back(system_->spread(state.volt));
        solution.residual = std::max(solution.residual, static_cast<double>(state.residual));
        solution.iterations = std::max(solution.iterations, state.refinements);
    }
    return solution;
}

NodeVoltages ReferenceSolver::nodes(const Eigen::VectorXd& input_volt,
                                    const NodeCurrents& injected) const {
    return system_->spread(system_->solve(input_volt, system_->gather(injected)).volt);
}

}  // namespace ohmgrid
