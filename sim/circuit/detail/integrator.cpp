#include "sim/circuit/detail/integrator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "sim/core/error.hpp"

namespace ohmgrid::detail {
namespace {

/// SDIRK of order 4, Hairer and Wanner, Solving Ordinary Differential Equations II, 2nd ed. (1996),
/// table IV.6.5. All stages are implicit with the same step share; the last one is the result.
constexpr std::size_t stages = 5;
constexpr double implicit_share = 1.0 / 4;
constexpr std::array<double, stages> node_share{1.0 / 4, 3.0 / 4, 11.0 / 20, 1.0 / 2, 1};
constexpr std::array<std::array<double, stages>, stages> weight{{
    {},
    {1.0 / 2},
    {17.0 / 50, -1.0 / 25},
    {371.0 / 1360, -137.0 / 2720, 15.0 / 544},
    {25.0 / 24, -49.0 / 48, 125.0 / 16, -85.0 / 12},
}};
/// Result minus embedded result of order 3.
constexpr std::array<double, stages> error_weight{-3.0 / 16, -27.0 / 32, 25.0 / 32, 0, 1.0 / 4};
constexpr double error_order = 4;

constexpr double step_safety = 0.9;
constexpr double largest_growth = 5;
constexpr double largest_shrinkage = 0.1;

/// Below this growth the old step, and with it the factors of its matrix, is kept.
constexpr double least_growth = 1.2;

/// The first step after a kink or jump, in units of the fastest time constant there might be.
constexpr double first_step_ratio = 0.1;

/// How long a jump takes, in the same unit: short enough for one backward Euler step.
constexpr double jump_ratio = 1e-5;

NodeVoltages& add(NodeVoltages& sum, double factor, const NodeVoltages& nodes) {
    sum.row_volt += factor * nodes.row_volt;
    sum.column_volt += factor * nodes.column_volt;
    return sum;
}

}  // namespace

double Ramp::at(double second) const {
    if (end_second == begin_second) return end_scale;
    const double share =
        std::clamp((second - begin_second) / (end_second - begin_second), 0.0, 1.0);
    return begin_scale + share * (end_scale - begin_scale);
}

Integrator::Integrator(const Crossbar& crossbar, const CellLaw& law,
                       const ArrayCapacitance& capacitance, const Eigen::VectorXd& input_volt,
                       const TransientOptions& options)
    : crossbar_(crossbar),
      law_(law),
      capacitance_(capacitance),
      input_volt_(input_volt),
      options_(options) {}

void Integrator::rest(double scale) {
    const RowMajorMatrix zero = RowMajorMatrix::Zero(crossbar_.rows(), crossbar_.columns());
    CellNewton dc(crossbar_, law_, options_.newton);
    const CellNewton::State state = dc.solve(scale * input_volt_, {zero, zero}, {zero, zero});
    nodes_ = state.nodes;
    column_ampere_ = sense_currents(crossbar_, nodes_, state.carried_ampere);
}

void Integrator::jump(double scale) {
    const double blink_second = jump_ratio * shortest_second();
    accept(implicit_stage(nodes_, scale, blink_second), blink_second);
    second_ += blink_second;
    next_step_second_ = first_step_ratio * shortest_second();
}

void Integrator::advance(const Ramp& ramp, double until_second) {
    if (second_ == ramp.begin_second) {
        next_step_second_ = first_step_ratio * shortest_second();
    }
    for (;;) {
        if (steps_ + rejected_ >= options_.max_steps) {
            throw NumericalError(
                {.place = {},
                 .id = "CIR133",
                 .what = fmt::format("the transient reached {:.4g} s of {:.4g} s in {} steps",
                                     second_, until_second, steps_ + rejected_),
                 .remedy = "Simulate a shorter time, allow more steps or a larger tolerance"});
        }
        const double left_second = until_second - second_;
        // Two equal steps rather than a full one and a splinter.
        const bool last = next_step_second_ >= left_second;
        const double step_second =
            last ? left_second : std::min(next_step_second_, left_second / 2);
        const Attempt attempted = attempt(ramp, step_second);
        const double growth = std::clamp(step_safety * std::pow(attempted.error, -1 / error_order),
                                         largest_shrinkage, largest_growth);
        if (attempted.error <= 1) {
            accept(attempted.last, implicit_share * step_second);
            second_ = last ? until_second : second_ + step_second;
            ++steps_;
            const double next = growth < least_growth ? step_second : growth * step_second;
            next_step_second_ = last ? std::max(next_step_second_, next) : next;
            return;
        }
        next_step_second_ = std::min(growth, step_safety) * step_second;
        ++rejected_;
    }
}

/// All stages of one step, each starting from the state plus the slopes found before.
Integrator::Attempt Integrator::attempt(const Ramp& ramp, double step_second) {
    const double implicit_second = implicit_share * step_second;
    std::array<NodeVoltages, stages> slope;
    const RowMajorMatrix zero = RowMajorMatrix::Zero(crossbar_.rows(), crossbar_.columns());
    NodeVoltages error{zero, zero};
    Stage stage;
    for (std::size_t s = 0; s < stages; ++s) {
        NodeVoltages start = nodes_;
        for (std::size_t r = 0; r < s; ++r) add(start, step_second * weight[s][r], slope[r]);
        const double scale = ramp.at(second_ + node_share[s] * step_second);
        stage = implicit_stage(std::move(start), scale, implicit_second);
        const NodeVoltages& end = stage.state.nodes;
        slope[s] = {(end.row_volt - stage.start.row_volt) / implicit_second,
                    (end.column_volt - stage.start.column_volt) / implicit_second};
        add(error, step_second * error_weight[s], slope[s]);
    }
    // Through the implicit matrix once more, which takes out of the estimate what the method itself
    // damps (Hairer and Wanner, eq. IV.8.20).
    const NodeVoltages damped =
        newton_->tangent_response(charge_currents(error, 1 / implicit_second));
    const double allowed_volt = options_.tolerance * input_volt_.cwiseAbs().maxCoeff();
    const double error_volt =
        std::max(damped.row_volt.cwiseAbs().maxCoeff(), damped.column_volt.cwiseAbs().maxCoeff());
    return {std::move(stage), error_volt == 0 ? 0 : error_volt / allowed_volt};
}

/// v with C (v - start) / step + i(v) = s: a DC problem with companions C / step.
Integrator::Stage Integrator::implicit_stage(NodeVoltages start, double scale,
                                             double implicit_second) {
    if (!newton_ || newton_second_ != implicit_second) {
        newton_.emplace(crossbar_, law_, options_.newton,
                        Companions{.shunts = {capacitance_.row_wire_farad / implicit_second,
                                              capacitance_.column_wire_farad / implicit_second},
                                   .cell_siemens = capacitance_.cell_farad / implicit_second});
        newton_second_ = implicit_second;
    }
    CellNewton::State state =
        newton_->solve(scale * input_volt_, charge_currents(start, 1 / implicit_second), nodes_);
    return {std::move(state), std::move(start)};
}

/// C v / t: what the capacitors of a stage feed into the nodes.
NodeCurrents Integrator::charge_currents(const NodeVoltages& volt, double per_second) const {
    const RowMajorMatrix cell =
        capacitance_.cell_farad * per_second * (volt.row_volt - volt.column_volt);
    return {capacitance_.row_wire_farad * per_second * volt.row_volt + cell,
            capacitance_.column_wire_farad * per_second * volt.column_volt - cell};
}

void Integrator::accept(const Stage& stage, double implicit_second) {
    nodes_ = stage.state.nodes;
    const RowMajorMatrix cell_ampere =
        stage.state.carried_ampere - capacitance_.cell_farad / implicit_second *
                                         (stage.start.row_volt - stage.start.column_volt);
    column_ampere_ = sense_currents(crossbar_, nodes_, cell_ampere);
}

/// A lower bound, in order of magnitude, on the time constants of the array: the smallest
/// capacitance at the node with the largest conductances.
double Integrator::shortest_second() const {
    double siemens = crossbar_.conductance_siemens.maxCoeff();
    for (const double ohm : {crossbar_.row_wire_ohm, crossbar_.column_wire_ohm,
                             crossbar_.drive_end_ohm(), crossbar_.sense_end_ohm()}) {
        if (ohm > 0) siemens += 2 / ohm;
    }
    double farad = std::numeric_limits<double>::infinity();
    for (const double value :
         {capacitance_.row_wire_farad, capacitance_.column_wire_farad, capacitance_.cell_farad}) {
        if (value > 0) farad = std::min(farad, value);
    }
    const double span_second = options_.stop_second;
    return siemens > 0 ? std::min(farad / siemens, span_second) : span_second;
}

}  // namespace ohmgrid::detail
