#include "sim/circuit/line_solver.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

/// Elimination of all lines of one direction, line after line, node 0 nearest to the head terminal.
/// docs/models/crossbar_dc.md, "Eliminating a line".
struct Chains {
    double wire_ohm = 0;
    double far_siemens = 0;  ///< to the same terminal behind the last node; 0: open
    RowMajorMatrix pass;     ///< a_k = 1 / (1 + r s_k), lines x nodes; unused for the head
    VectorXd head_ohm;       ///< head voltage per ampere arriving there
    VectorXd head_ratio;     ///< head voltage per volt of the terminal

    Chains(const RowMajorMatrix& loads_siemens, double wire, double end_ohm, bool both_ends,
           const std::vector<bool>& floats)
        : wire_ohm(wire),
          far_siemens(both_ends && end_ohm > 0 ? 1 / end_ohm : 0),
          pass(loads_siemens.rows(), loads_siemens.cols()),
          head_ohm(loads_siemens.rows()),
          head_ratio(loads_siemens.rows()) {
        for (Index line = 0; line < pass.rows(); ++line) {
            const bool floating = !floats.empty() && floats[static_cast<std::size_t>(line)];
            double shunt = floating ? 0 : far_siemens;
            for (Index k = pass.cols() - 1; k > 0; --k) {
                shunt += loads_siemens(line, k);
                pass(line, k) = 1 / (1 + wire_ohm * shunt);
                shunt *= pass(line, k);
            }
            shunt += loads_siemens(line, 0);
            head_ratio(line) = floating ? 0 : 1 / (1 + end_ohm * shunt);
            head_ohm(line) = !floating ? end_ohm * head_ratio(line) : shunt > 0 ? 1 / shunt : 0;
        }
    }
    /// Currents injected at the nodes -> currents arriving at each node from beyond and from it.
    void gather(RowMajorMatrix& ampere) const {
        for (Index k = pass.cols() - 1; k > 0; --k) {
            ampere.col(k - 1) += pass.col(k).cwiseProduct(ampere.col(k));
        }
    }
    /// Gathered currents -> node voltages.
    void spread(RowMajorMatrix& ampere, const VectorXd& head_volt) const {
        ampere.col(0) = head_ohm.cwiseProduct(ampere.col(0)) + head_volt;
        for (Index k = 1; k < pass.cols(); ++k) {
            ampere.col(k) = pass.col(k).cwiseProduct(wire_ohm * ampere.col(k) + ampere.col(k - 1));
        }
    }
    /// Sum of x_k^2 / pivot_k: the energy of gathered currents.
    [[nodiscard]] double energy(const RowMajorMatrix& gathered) const {
        double sum = head_ohm.dot(gathered.col(0).cwiseAbs2());
        for (Index k = 1; k < pass.cols(); ++k) {
            sum += wire_ohm * pass.col(k).dot(gathered.col(k).cwiseAbs2());
        }
        return sum;
    }
};

}  // namespace

/// Everything below is in "head first" orientation: rows mirrored when driven from the right,
/// columns stored as lines (transposed) and mirrored when sensed at the bottom.
class LineSolver::Factors {
  public:
    Factors(Crossbar crossbar, SolveOptions options, NodeShunts shunts)
        : crossbar_(std::move(crossbar)),
          options_(options),
          cells_(oriented(crossbar_.conductance_siemens)),
          rows_((cells_.array() + shunts.row_siemens).matrix(), crossbar_.row_wire_ohm,
                crossbar_.drive_end_ohm(), crossbar_.drive == DriveEnds::both,
                crossbar_.floating_rows.empty() ? std::vector<bool>{} : turned_rows()),
          columns_((cells_.transpose().array() + shunts.column_siemens).matrix(),
                   crossbar_.column_wire_ohm, crossbar_.sense_end_ohm(),
                   crossbar_.sense == SenseEnds::both,
                   crossbar_.floating_columns.empty() ? std::vector<bool>{} : turned_columns()) {}

    struct State {
        NodeVoltages nodes;
        Eigen::RowVectorXd column_ampere;
        double residual = 0;
        int iterations = 0;
    };

    [[nodiscard]] State solve(const VectorXd& input_volt, const NodeCurrents* injected) const {
        VectorXd volt = input_volt;
        if (crossbar_.sense != SenseEnds::top) volt.reverseInPlace();
        for (Index i = 0; i < volt.size(); ++i) {
            if (rows_.head_ratio(i) == 0) volt(i) = 0;  // floats
        }
        // Row currents without bit-line voltages, and what they send into the bit lines.
        RowMajorMatrix row_ampere = RowMajorMatrix::Zero(cells_.rows(), cells_.cols());
        RowMajorMatrix column_ampere = RowMajorMatrix::Zero(cells_.cols(), cells_.rows());
        if (injected != nullptr) {
            row_ampere = oriented(injected->row_ampere);
            column_ampere = oriented(injected->column_ampere).transpose();
        }
        row_ampere.col(row_ampere.cols() - 1) += rows_.far_siemens * volt;
        const VectorXd head_volt = rows_.head_ratio.cwiseProduct(volt);

        RowMajorMatrix w = row_ampere;
        rows_.gather(w);
        rows_.spread(w, head_volt);
        column_ampere += cells_.cwiseProduct(w).transpose();

        State state;
        RowMajorMatrix b = conjugate_gradients(std::move(column_ampere), state);
        w = row_ampere + cells_.cwiseProduct(b.transpose());
        rows_.gather(w);
        rows_.spread(w, head_volt);
        if (crossbar_.sense_end_ohm() == 0) {
            RowMajorMatrix arriving = cells_.cwiseProduct(w).transpose();
            columns_.gather(arriving);
            state.column_ampere = arriving.col(0).transpose();
        }
        if (columns_.far_siemens > 0) {
            state.column_ampere += columns_.far_siemens * b.col(b.cols() - 1).transpose();
        }
        if (crossbar_.drive == DriveEnds::right) state.column_ampere.reverseInPlace();
        for (Index j = 0; j < state.column_ampere.size(); ++j) {
            if (crossbar_.column_floats(j)) state.column_ampere(j) = 0;
        }
        state.nodes = {oriented(w), oriented(RowMajorMatrix(b.transpose()))};
        return state;
    }

    [[nodiscard]] const Crossbar& crossbar() const { return crossbar_; }

  private:
    /// Between the crossbar's order of rows and columns and ours (its own inverse).
    [[nodiscard]] RowMajorMatrix oriented(const RowMajorMatrix& matrix) const {
        RowMajorMatrix out = matrix;
        if (crossbar_.drive == DriveEnds::right) out = RowMajorMatrix(out.rowwise().reverse());
        if (crossbar_.sense != SenseEnds::top) out = RowMajorMatrix(out.colwise().reverse());
        return out;
    }
    [[nodiscard]] std::vector<bool> turned_rows() const {
        std::vector<bool> mask = crossbar_.floating_rows;
        if (crossbar_.sense != SenseEnds::top) std::reverse(mask.begin(), mask.end());
        return mask;
    }
    [[nodiscard]] std::vector<bool> turned_columns() const {
        std::vector<bool> mask = crossbar_.floating_columns;
        if (crossbar_.drive == DriveEnds::right) std::reverse(mask.begin(), mask.end());
        return mask;
    }

    /// Bit-line voltages (columns x rows) for currents injected into the bit lines.
    [[nodiscard]] RowMajorMatrix conjugate_gradients(RowMajorMatrix residual, State& state) const {
        const VectorXd no_volt = VectorXd::Zero(cells_.rows());
        columns_.gather(residual);
        RowMajorMatrix solution = RowMajorMatrix::Zero(residual.rows(), residual.cols());
        RowMajorMatrix direction = solution;
        const double start = columns_.energy(residual);
        double energy = start;
        double direction_energy = 0;
        double beta = 0;
        while (energy > start * options_.tolerance * options_.tolerance) {
            if (++state.iterations > options_.max_iterations) fail(state);
            direction = residual + beta * direction;
            direction_energy = columns_.energy(direction);
            RowMajorMatrix volt = direction;
            columns_.spread(volt, VectorXd::Zero(cells_.cols()));
            RowMajorMatrix current = cells_.cwiseProduct(volt.transpose());
            rows_.gather(current);
            const double alpha = energy / (direction_energy - rows_.energy(current));
            rows_.spread(current, no_volt);
            RowMajorMatrix returned = cells_.cwiseProduct(current).transpose();
            columns_.gather(returned);
            solution += alpha * direction;
            residual -= alpha * (direction - returned);
            const double next = columns_.energy(residual);
            if (!std::isfinite(next)) fail(state);
            beta = next / energy;
            energy = next;
            state.residual = std::sqrt(energy / start);
        }
        if (!std::isfinite(start)) fail(state);
        state.column_ampere = solution.col(0).cwiseProduct(columns_.head_ratio).transpose();
        columns_.spread(solution, VectorXd::Zero(cells_.cols()));
        return solution;
    }

    [[noreturn]] void fail(const State& state) const {
        throw NumericalError(
            {.id = "CIR010",
             .what = fmt::format("no convergence: {} iterations, residual {:.3g}, tolerance {:.3g}",
                                 state.iterations, state.residual, options_.tolerance),
             .remedy = "The array is ill-conditioned; check conductances and resistances, or use "
                       "the reference solver."});
    }

    Crossbar crossbar_;
    SolveOptions options_;
    RowMajorMatrix cells_;
    Chains rows_;
    Chains columns_;
};

LineSolver::LineSolver(Crossbar crossbar, SolveOptions options, NodeShunts shunts) {
    crossbar.check();
    constexpr double byte_per_cell = 80;
    check_memory(byte_per_cell * static_cast<double>(crossbar.conductance_siemens.size()),
                 "the line solver");
    factors_ = std::make_unique<const Factors>(std::move(crossbar), options, shunts);
}
LineSolver::~LineSolver() = default;
LineSolver::LineSolver(LineSolver&&) noexcept = default;
LineSolver& LineSolver::operator=(LineSolver&&) noexcept = default;

const Crossbar& LineSolver::crossbar() const { return factors_->crossbar(); }

DcSolution LineSolver::solve(const RowMajorMatrix& input_volt, Detail detail) const {
    check_inputs(crossbar(), input_volt);
    DcSolution solution{.column_current_ampere =
                            RowMajorMatrix(input_volt.rows(), crossbar().columns())};
    for (Index k = 0; k < input_volt.rows(); ++k) {
        Factors::State state = factors_->solve(input_volt.row(k).transpose(), nullptr);
        solution.column_current_ampere.row(k) = state.column_ampere;
        if (detail == Detail::nodes) solution.nodes.push_back(std::move(state.nodes));
        solution.residual = std::max(solution.residual, state.residual);
        solution.iterations = std::max(solution.iterations, state.iterations);
    }
    return solution;
}

NodeVoltages LineSolver::nodes(const VectorXd& input_volt, const NodeCurrents& injected) const {
    return factors_->solve(input_volt, &injected).nodes;
}

}  // namespace ohmgrid
