#include "sim/circuit/settling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/circuit/detail/integrator.hpp"
#include "sim/circuit/line_solver.hpp"
#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Charges C x as currents into the nodes.
NodeCurrents charges(const ArrayCapacitance& c, const NodeVoltages& x) {
    const RowMajorMatrix cell = c.cell_farad * (x.row_volt - x.column_volt);
    return {c.row_wire_farad * x.row_volt + cell, c.column_wire_farad * x.column_volt - cell};
}

/// x^T q for charges q = C y: the inner product of x and y.
double product(const NodeVoltages& x, const NodeCurrents& charge) {
    return x.row_volt.cwiseProduct(charge.row_ampere).sum() +
           x.column_volt.cwiseProduct(charge.column_ampere).sum();
}

void add(NodeVoltages& sum, double factor, const NodeVoltages& x) {
    sum.row_volt += factor * x.row_volt;
    sum.column_volt += factor * x.column_volt;
}

/// Word lines high, bit lines half-way and slightly uneven: not blind to any slow mode.
NodeVoltages start_shape(const Crossbar& crossbar) {
    NodeVoltages x{RowMajorMatrix(crossbar.rows(), crossbar.columns()),
                   RowMajorMatrix(crossbar.rows(), crossbar.columns())};
    for (Index i = 0; i < crossbar.rows(); ++i) {
        for (Index j = 0; j < crossbar.columns(); ++j) {
            const double uneven = 0.1 * std::sin(static_cast<double>(3 * i + 7 * j));
            x.row_volt(i, j) = 1 + uneven;
            x.column_volt(i, j) = 0.5 - uneven;
        }
    }
    return x;
}

/// Lanczos' method with full reorthogonalisation for T = G^-1 C in the inner product of C.
class Lanczos {
  public:
    Lanczos(const Crossbar& crossbar, const ArrayCapacitance& capacitance)
        : solver_(crossbar),
          capacitance_(capacitance),
          held_volt_(VectorXd::Zero(crossbar.rows())) {
        begin_ = solver_.nodes(held_volt_, charges(capacitance, start_shape(crossbar)));
    }

    /// Adds one vector to the space. @return false when the space cannot grow any more.
    bool grow() {
        NodeVoltages next = basis_.empty()
                                ? begin_
                                : solver_.nodes(held_volt_, charges(capacitance_, basis_.back()));
        const double before = std::sqrt(std::max(product(next, charges(capacitance_, next)), 0.0));
        VectorXd overlap = VectorXd::Zero(size());
        constexpr int passes = 2;  // twice is enough (Parlett and Kahan)
        for (int pass = 0; pass < passes; ++pass) {
            for (Index k = 0; k < size(); ++k) {
                const NodeVoltages& direction = basis_[static_cast<std::size_t>(k)];
                const double part = product(direction, charges(capacitance_, next));
                overlap(k) += part;
                add(next, -part, direction);
            }
        }
        if (!basis_.empty()) columns_.push_back(overlap);
        beta_ = std::sqrt(std::max(product(next, charges(capacitance_, next)), 0.0));
        constexpr double exhausted = 1e-14;
        if (beta_ <= exhausted * before) {
            beta_ = 0;
            return false;
        }
        next.row_volt /= beta_;
        next.column_volt /= beta_;
        basis_.push_back(std::move(next));
        return true;
    }

    /// Largest eigenvalue found so far, and the distance within which a true one lies.
    void estimate(TimeConstant& found) const {
        const auto m = static_cast<Index>(columns_.size());
        MatrixXd projected = MatrixXd::Zero(m, m);
        for (Index k = 0; k < m; ++k) {
            const VectorXd& column = columns_[static_cast<std::size_t>(k)];
            projected.col(k).head(column.size()) = column;
        }
        const MatrixXd symmetric = projected.selfadjointView<Eigen::Upper>();
        const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(symmetric);
        found.second = eigen.eigenvalues()(m - 1);
        const VectorXd weights = eigen.eigenvectors().col(m - 1);
        found.relative_error = beta_ * std::abs(weights(m - 1)) / found.second;
        found.mode = basis_.front();
        add(found.mode, weights(0) - 1, basis_.front());
        for (Index k = 1; k < m; ++k)
            add(found.mode, weights(k), basis_[static_cast<std::size_t>(k)]);
    }

  private:
    [[nodiscard]] Index size() const { return static_cast<Index>(basis_.size()); }

    LineSolver solver_;
    const ArrayCapacitance& capacitance_;
    VectorXd held_volt_;
    NodeVoltages begin_;
    std::vector<NodeVoltages> basis_;
    std::vector<VectorXd> columns_;  ///< of the projected operator, above and on its diagonal
    double beta_ = 0;
};

void scale_to_one(NodeVoltages& mode) {
    double largest = 0;
    for (const RowMajorMatrix* part : {&mode.row_volt, &mode.column_volt}) {
        const double low = part->minCoeff();
        const double high = part->maxCoeff();
        const double far = std::abs(low) > high ? low : high;
        if (std::abs(far) > std::abs(largest)) largest = far;
    }
    mode.row_volt /= largest;
    mode.column_volt /= largest;
}

/// Follows each column current into its band.
class BandWatch {
  public:
    BandWatch(Eigen::RowVectorXd final_ampere, double band_ampere)
        : final_ampere_(std::move(final_ampere)),
          band_ampere_(band_ampere),
          last_outside_(Eigen::RowVectorXd::Zero(final_ampere_.size())) {}

    void take(double second, const Eigen::RowVectorXd& ampere) {
        const Eigen::RowVectorXd gap = (ampere - final_ampere_).cwiseAbs();
        for (Index j = 0; j < gap.size(); ++j) {
            if (gap(j) > band_ampere_) {
                last_outside_(j) = second;
            } else if (last_gap_.size() > 0 && last_gap_(j) > band_ampere_) {
                last_outside_(j) = entry_second(second, last_gap_(j), gap(j));
            }
        }
        last_gap_ = gap;
        last_second_ = second;
    }
    [[nodiscard]] const Eigen::RowVectorXd& last_outside() const { return last_outside_; }
    [[nodiscard]] bool inside() const { return (last_gap_.array() <= band_ampere_).all(); }

  private:
    /// Where an exponential from `before` to `after` crosses the band.
    [[nodiscard]] double entry_second(double second, double before, double after) const {
        const double floor = band_ampere_ * 1e-6;  // a gap through 0 is no exponential
        const double share =
            std::log(before / band_ampere_) / std::log(before / std::max(after, floor));
        return last_second_ + share * (second - last_second_);
    }

    Eigen::RowVectorXd final_ampere_;
    double band_ampere_;
    Eigen::RowVectorXd last_outside_;
    Eigen::RowVectorXd last_gap_;
    double last_second_ = 0;
};

[[noreturn]] void never_settles(double second) {
    throw NumericalError(
        {.place = {},
         .id = "CIR136",
         .what = fmt::format("the column currents do not stay in their band within {:.4g} s, ten "
                             "times what the slowest time constant allows",
                             second),
         .remedy = "The band is below what double precision resolves; widen it"});
}

/// The linear array that a nonlinear one is near an operating point.
Crossbar tangent_of(const Crossbar& crossbar, const CellResponse& cells) {
    Crossbar tangent = crossbar;
    tangent.conductance_siemens = cells.row_siemens.cwiseMax(cells.column_siemens);
    return tangent;
}

/// Steps accurate to a small part of the band, within what double precision and patience allow.
double step_tolerance(double band_ampere, double full_ampere) {
    constexpr double share_of_band = 0.01;
    constexpr double finest = 1e-10;
    constexpr double coarsest = 1e-6;
    return std::clamp(share_of_band * band_ampere / full_ampere, finest, coarsest);
}

}  // namespace

TimeConstant slowest_time_constant(const Crossbar& crossbar, const ArrayCapacitance& capacitance,
                                   const TimeConstantOptions& options) {
    capacitance.check();
    const RowMajorMatrix zero = RowMajorMatrix::Zero(crossbar.rows(), crossbar.columns());
    TimeConstant found{.mode = {zero, zero}};
    Lanczos space(crossbar, capacitance);
    if (!space.grow()) return found;
    do {
        if (found.iterations >= options.max_iterations) {
            throw NumericalError(
                {.place = {},
                 .id = "CIR134",
                 .what = fmt::format("the slowest time constant is not found: {} iterations, "
                                     "relative error up to {:.3g}, tolerance {:.3g}",
                                     found.iterations, found.relative_error, options.tolerance),
                 .remedy = "Allow a larger tolerance or more iterations"});
        }
        space.grow();
        ++found.iterations;
        space.estimate(found);
    } while (found.relative_error > options.tolerance);
    scale_to_one(found.mode);
    return found;
}

TimeConstant slowest_time_constant(const Crossbar& crossbar, const CellLaw& law,
                                   const ArrayCapacitance& capacitance,
                                   const Eigen::VectorXd& input_volt, const NewtonOptions& newton) {
    const NonlinearSolution final =
        solve_nonlinear(crossbar, law, input_volt.transpose(), newton, Detail::nodes);
    return slowest_time_constant(tangent_of(crossbar, final.cells[0]), capacitance);
}

Eigen::RowVectorXd column_delay_second(const Crossbar& crossbar,
                                       const ArrayCapacitance& capacitance,
                                       const Eigen::VectorXd& input_volt) {
    capacitance.check();
    check_inputs(crossbar, input_volt.transpose());
    const LineSolver solver(crossbar);
    const RowMajorMatrix zero = RowMajorMatrix::Zero(crossbar.rows(), crossbar.columns());
    const NodeVoltages final = solver.nodes(input_volt, {zero, zero});
    // With e(t) = v(final) - v(t): C de/dt = -G e, so G times the integral of e is C v(final).
    const NodeCurrents charge = charges(capacitance, final);
    const NodeVoltages lag = solver.nodes(Eigen::VectorXd::Zero(crossbar.rows()), charge);
    const Eigen::RowVectorXd final_ampere = cell_currents(crossbar, final).colwise().sum();
    const Eigen::RowVectorXd lacking_coulomb =
        (cell_currents(crossbar, lag) + charge.column_ampere).colwise().sum();
    return (final_ampere.array() != 0)
        .select(lacking_coulomb.array() / final_ampere.array(), 0)
        .matrix();
}

Settling settling_time(const Crossbar& crossbar, const CellLaw& law,
                       const ArrayCapacitance& capacitance, const Eigen::VectorXd& input_volt,
                       double band_ampere, const NewtonOptions& options) {
    if (!(band_ampere > 0) || !std::isfinite(band_ampere)) {
        throw InputError({.place = {},
                          .id = "CIR135",
                          .what = fmt::format("the settling band is {} A", band_ampere),
                          .remedy = "Give a current above 0 A, such as half an LSB"});
    }
    const NonlinearSolution final =
        solve_nonlinear(crossbar, law, input_volt.transpose(), options, Detail::nodes);
    const double tau_second =
        slowest_time_constant(tangent_of(crossbar, final.cells[0]), capacitance).second;
    Settling settling{.column_second = Eigen::RowVectorXd::Zero(crossbar.columns()),
                      .time_constant_second = tau_second,
                      .column_current_ampere = final.column_current_ampere.row(0)};
    const double full_ampere = settling.column_current_ampere.cwiseAbs().maxCoeff();
    if (tau_second == 0 || full_ampere == 0) return settling;
    settling.single_pole_second = single_pole_settling(tau_second, full_ampere, band_ampere);

    constexpr double quiet_time_constants = 3;
    constexpr double look_ratio = 0.25;  // of tau: how often the currents are looked at, at least
    const double patience_second = 10 * (settling.single_pole_second + tau_second);
    const TransientOptions transient{.stop_second = patience_second,
                                     .tolerance = step_tolerance(band_ampere, full_ampere),
                                     .newton = options};
    detail::Integrator integrator(crossbar, law, capacitance, input_volt, transient);
    BandWatch watch(settling.column_current_ampere, band_ampere);
    integrator.rest(0);
    watch.take(0, integrator.column_ampere());
    integrator.jump(1);
    watch.take(integrator.second(), integrator.column_ampere());
    const detail::Ramp held{0, patience_second, 1, 1};
    while (!watch.inside() || integrator.second() < watch.last_outside().maxCoeff() +
                                                        quiet_time_constants * tau_second) {
        if (integrator.second() >= patience_second) never_settles(patience_second);
        integrator.advance(
            held, std::min(integrator.second() + look_ratio * tau_second, patience_second));
        watch.take(integrator.second(), integrator.column_ampere());
    }
    settling.column_second = watch.last_outside();
    settling.second = settling.column_second.maxCoeff();
    return settling;
}

double single_pole_settling(double time_constant_second, double full_ampere, double band_ampere) {
    return time_constant_second * std::log(std::max(full_ampere / band_ampere, 1.0));
}

}  // namespace ohmgrid
