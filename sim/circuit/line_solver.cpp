#include "sim/circuit/line_solver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/circuit/detail/aligned_vector.hpp"
#include "sim/circuit/detail/line_kernels.hpp"
#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

using detail::AlignedVector;
using detail::LineFactors;
using detail::LineKernels;
using detail::LineVectors;
using Eigen::Index;
using Eigen::VectorXd;

Index round_up(Index value, Index unit) { return (value + unit - 1) / unit * unit; }

/// The ends of all lines of one direction, line by line in the kernels' order and padding.
struct LineEnds {
    AlignedVector far_siemens;  ///< to the terminal behind the last node; 0: open
    AlignedVector head_ratio;   ///< head voltage per volt of the terminal; 0: floats

    /// `floats(line)` says which lines no terminal holds.
    template <class Floats>
    LineEnds(Index lines, Index padded, double end_ohm, bool both_ends, Floats floats)
        : far_siemens(static_cast<std::size_t>(padded), 0.0),
          head_ratio(static_cast<std::size_t>(padded), 0.0),
          end_ohm_(end_ohm) {
        for (Index line = 0; line < lines; ++line) {
            if (floats(line)) continue;
            const auto at = static_cast<std::size_t>(line);
            head_ratio[at] = 1;  // until finish_heads
            if (both_ends && end_ohm > 0) far_siemens[at] = 1 / end_ohm;
        }
    }

    /// Given the whole lines seen from their heads, completes head_ratio and calls
    /// store(line, volt per ampere that arrives at the head).
    template <class Store>
    void finish_heads(const AlignedVector& load_siemens, Store store) {
        for (std::size_t line = 0; line < load_siemens.size(); ++line) {
            const double load = load_siemens[line];
            if (head_ratio[line] == 0) {
                store(static_cast<Index>(line), load > 0 ? 1 / load : 0);
            } else {
                head_ratio[line] = 1 / (1 + end_ohm_ * load);
                store(static_cast<Index>(line), end_ohm_ * head_ratio[line]);
            }
        }
    }

  private:
    double end_ohm_;
};

}  // namespace

/// The factors in the kernels' layout. Head terminals come first there: rows are mirrored when the
/// bit lines are sensed at the bottom, columns when the word lines are driven from the right.
class LineSolver::Factors {
  public:
    Factors(Crossbar crossbar, SolveOptions options, NodeShunts shunts)
        : crossbar_(std::move(crossbar)),
          options_(options),
          kernels_(detail::line_kernels().front()),
          mirrors_rows_(crossbar_.sense != SenseEnds::top),
          mirrors_columns_(crossbar_.drive == DriveEnds::right),
          shape_(shape_of(crossbar_, kernels_.lanes)),
          cells_(whole_array()),
          row_pass_(whole_array()),
          column_pass_(whole_array()),
          rows_(shape_.rows, shape_.padded_rows, crossbar_.drive_end_ohm(),
                crossbar_.drive == DriveEnds::both,
                [this](Index i) { return crossbar_.row_floats(row_of(i)); }),
          columns_(shape_.columns, shape_.padded_columns, crossbar_.sense_end_ohm(),
                   crossbar_.sense == SenseEnds::both,
                   [this](Index j) { return crossbar_.column_floats(column_of(j)); }) {
        shape_.cells = cells_.data();
        shape_.row_pass = row_pass_.data();
        shape_.column_pass = column_pass_.data();
        factorise(shunts);
    }

    /// Memory of one solve, reused from vector to vector. All but the last by stripes.
    struct Workspace {
        AlignedVector residual, image, field, injected;
        AlignedVector solution, direction;  ///< gathered; `kept_rows` of each stripe are valid
        AlignedVector scratch, head_volt;
        Index kept_rows = 1;  ///< heads only, or all
    };

    /// What one solve has reached.
    struct State {
        double residual = 0;
        int iterations = 0;
    };

    [[nodiscard]] Workspace make_workspace(Detail detail) const {
        const bool whole = detail == Detail::nodes || crossbar_.sense == SenseEnds::both;
        return {
            .residual = whole_array(),
            .image = whole_array(),
            .field = whole_array(),
            .injected = {},
            .solution = whole_array(),
            .direction = whole_array(),
            .scratch = AlignedVector(static_cast<std::size_t>(detail::row_scratch_doubles(shape_))),
            .head_volt = AlignedVector(rows_.head_ratio.size()),
            .kept_rows = whole ? shape_.rows : 1};
    }

    /// Conjugate gradients with one synchronisation per iteration (Chronopoulos and Gear, J.
    /// Comput. Appl. Math. 25, 1989), on gathered vectors; docs/models/crossbar_dc.md, "Iteration".
    /// Leaves the gathered bit-line currents in work.solution.
    State solve(const VectorXd& input_volt, const NodeCurrents* injected, Workspace& work) const {
        start(input_volt, injected, work);
        const LineVectors vectors{work.residual.data(), work.image.data(), work.field.data()};
        State state;
        const double first = kernels_.update_columns(shape_, vectors, 1, 0);
        double energy = first;
        double alpha = 0;
        double beta = 0;
        while (!(energy <= first * options_.tolerance * options_.tolerance)) {
            if (++state.iterations > options_.max_iterations || !std::isfinite(energy)) fail(state);
            const double returned = kernels_.solve_rows(
                shape_, {.volt = work.field.data(), .out = work.field.data()}, work.scratch.data());
            const double conjugated = beta == 0 ? 0 : beta * energy / alpha;
            alpha = energy / (energy - returned - conjugated);
            if (!(alpha > 0)) fail(state);
            advance(alpha, beta, work);
            const double next = kernels_.update_columns(shape_, vectors, alpha, beta);
            beta = next / energy;
            energy = next;
            state.residual = std::sqrt(energy / first);
        }
        // One step of plain iteration with the residual at hand: it costs nothing, only improves
        // matters, and settles the currents of ideal bit lines, whose voltages are known.
        advance(1, 0, work);
        return state;
    }

    [[nodiscard]] Eigen::RowVectorXd column_currents(Workspace& work) const {
        Eigen::RowVectorXd current(crossbar_.columns());
        for (Index j = 0; j < shape_.columns; ++j) {
            current(column_of(j)) =
                columns_.head_ratio[static_cast<std::size_t>(j)] * work.solution[at(0, j)];
        }
        if (crossbar_.sense == SenseEnds::both && crossbar_.sense_end_ohm() > 0) {
            spread_solution(work);
            for (Index j = 0; j < shape_.columns; ++j) {
                current(column_of(j)) += columns_.far_siemens[static_cast<std::size_t>(j)] *
                                         work.field[at(shape_.rows - 1, j)];
            }
        }
        return current;
    }

    [[nodiscard]] NodeVoltages node_voltages(Workspace& work) const {
        spread_solution(work);
        NodeVoltages nodes;
        nodes.column_volt = to_matrix(work.field);
        kernels_.solve_rows(shape_,
                            {.volt = work.field.data(),
                             .injected = work.injected.empty() ? nullptr : work.injected.data(),
                             .head_volt = work.head_volt.data(),
                             .out = work.field.data(),
                             .output = detail::RowSolve::Output::volt},
                            work.scratch.data());
        nodes.row_volt = to_matrix(work.field);
        return nodes;
    }

    [[nodiscard]] const Crossbar& crossbar() const { return crossbar_; }

  private:
    static LineFactors shape_of(const Crossbar& crossbar, int lanes) {
        return {.rows = crossbar.rows(),
                .columns = crossbar.columns(),
                .padded_rows = round_up(crossbar.rows(), lanes),
                .padded_columns = round_up(crossbar.columns(), detail::stripe_width),
                .row_wire_ohm = crossbar.row_wire_ohm,
                .column_wire_ohm = crossbar.column_wire_ohm};
    }
    [[nodiscard]] AlignedVector whole_array() const {
        return AlignedVector(static_cast<std::size_t>(shape_.padded_rows * shape_.padded_columns));
    }
    [[nodiscard]] std::size_t at(Index i, Index j) const {
        return static_cast<std::size_t>(shape_.in_stripes(i, j));
    }
    [[nodiscard]] Index row_of(Index i) const {
        return mirrors_rows_ ? crossbar_.rows() - 1 - i : i;
    }
    [[nodiscard]] Index column_of(Index j) const {
        return mirrors_columns_ ? crossbar_.columns() - 1 - j : j;
    }

    void factorise(NodeShunts shunts) {
        RowMajorMatrix mirrored;
        if (mirrors_columns_) mirrored = crossbar_.conductance_siemens.rowwise().reverse();
        const RowMajorMatrix& g = mirrors_columns_ ? mirrored : crossbar_.conductance_siemens;
        const double* first_row = g.data() + row_of(0) * g.cols();
        const Index row_step = mirrors_rows_ ? -g.cols() : g.cols();

        kernels_.load_cells(shape_, first_row, row_step);
        AlignedVector row_load(rows_.head_ratio.size(), 0.0);
        kernels_.factor_rows(shape_, {.shunt_siemens = shunts.row_siemens,
                                      .far_siemens = rows_.far_siemens.data(),
                                      .head_load_siemens = row_load.data()});
        rows_.finish_heads(row_load, [this](Index i, double ohm) {
            const Index lane = i % kernels_.lanes;
            row_pass_[static_cast<std::size_t>((i - lane) * shape_.padded_columns + lane)] = ohm;
        });
        AlignedVector column_load(columns_.head_ratio.size(), 0.0);
        kernels_.factor_columns(shape_,
                                {.shunt_siemens = shunts.column_siemens,
                                 .far_siemens = columns_.far_siemens.data(),
                                 .head_load_siemens = column_load.data()},
                                first_row, row_step);
        columns_.finish_heads(column_load,
                              [this](Index j, double ohm) { column_pass_[at(0, j)] = ohm; });
    }

    /// Leaves in work.field what the driven rows send into bit lines held at 0 V.
    void start(const VectorXd& input_volt, const NodeCurrents* injected, Workspace& work) const {
        for (AlignedVector* zero : {&work.residual, &work.image, &work.field}) {
            std::fill(zero->begin(), zero->end(), 0.0);
        }
        for_each_kept_row(work, [&work](Index first) {
            const auto row = static_cast<std::size_t>(first);
            for (std::size_t k = row; k < row + detail::stripe_width; ++k) {
                work.solution[k] = 0;
                work.direction[k] = 0;
            }
        });
        work.injected.clear();
        if (injected != nullptr || crossbar_.drive == DriveEnds::both) {
            work.injected.assign(cells_.size(), 0.0);
        }
        if (injected != nullptr) add_matrix(injected->row_ampere, work.injected);
        std::fill(work.head_volt.begin(), work.head_volt.end(), 0.0);
        for (Index i = 0; i < shape_.rows; ++i) {
            const auto line = static_cast<std::size_t>(i);
            const double volt = input_volt(row_of(i));
            work.head_volt[line] = rows_.head_ratio[line] * volt;
            if (work.injected.empty()) continue;
            work.injected[at(i, shape_.columns - 1)] += rows_.far_siemens[line] * volt;
        }
        kernels_.solve_rows(shape_,
                            {.injected = work.injected.empty() ? nullptr : work.injected.data(),
                             .head_volt = work.head_volt.data(),
                             .out = work.field.data()},
                            work.scratch.data());
        if (injected != nullptr) add_matrix(injected->column_ampere, work.field);
    }

    /// direction = residual + beta * direction; solution += alpha * direction.
    void advance(double alpha, double beta, Workspace& work) const {
        for_each_kept_row(work, [&](Index first) {
            const auto row = static_cast<std::size_t>(first);
            for (std::size_t k = row; k < row + detail::stripe_width; ++k) {
                work.direction[k] = work.residual[k] + beta * work.direction[k];
                work.solution[k] += alpha * work.direction[k];
            }
        });
    }
    template <class Body>
    void for_each_kept_row(const Workspace& work, Body body) const {
        for (Index j = 0; j < shape_.padded_columns; j += detail::stripe_width) {
            for (Index i = 0; i < work.kept_rows; ++i) body(shape_.in_stripes(i, j));
        }
    }
    /// Bit-line voltages of work.solution into work.field.
    void spread_solution(Workspace& work) const {
        kernels_.update_columns(shape_,
                                {work.solution.data(), work.image.data(), work.field.data()}, 0, 0);
    }

    void add_matrix(const RowMajorMatrix& matrix, AlignedVector& to) const {
        for (Index i = 0; i < shape_.rows; ++i) {
            for (Index j = 0; j < shape_.columns; ++j)
                to[at(i, j)] += matrix(row_of(i), column_of(j));
        }
    }
    [[nodiscard]] RowMajorMatrix to_matrix(const AlignedVector& values) const {
        RowMajorMatrix matrix(shape_.rows, shape_.columns);
        for (Index i = 0; i < shape_.rows; ++i) {
            for (Index j = 0; j < shape_.columns; ++j) {
                matrix(row_of(i), column_of(j)) = values[at(i, j)];
            }
        }
        return matrix;
    }

    [[noreturn]] void fail(const State& state) const {
        throw NumericalError(
            {.id = "CIR010",
             .what = fmt::format("no convergence: {} iterations, residual {:.3g}, tolerance {:.3g}",
                                 state.iterations, state.residual, options_.tolerance),
             .remedy = "The array is ill-conditioned; check conductances and resistances, or use "
                       "the reference solver"});
    }

    Crossbar crossbar_;
    SolveOptions options_;
    LineKernels kernels_;
    bool mirrors_rows_;
    bool mirrors_columns_;
    LineFactors shape_;
    AlignedVector cells_;
    AlignedVector row_pass_;
    AlignedVector column_pass_;
    LineEnds rows_;
    LineEnds columns_;
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
    Factors::Workspace work = factors_->make_workspace(detail);
    for (Index k = 0; k < input_volt.rows(); ++k) {
        const Factors::State state = factors_->solve(input_volt.row(k).transpose(), nullptr, work);
        solution.column_current_ampere.row(k) = factors_->column_currents(work);
        if (detail == Detail::nodes) solution.nodes.push_back(factors_->node_voltages(work));
        solution.residual = std::max(solution.residual, state.residual);
        solution.iterations = std::max(solution.iterations, state.iterations);
    }
    return solution;
}

NodeVoltages LineSolver::nodes(const VectorXd& input_volt, const NodeCurrents& injected) const {
    Factors::Workspace work = factors_->make_workspace(Detail::nodes);
    factors_->solve(input_volt, &injected, work);
    return factors_->node_voltages(work);
}

}  // namespace ohmgrid
