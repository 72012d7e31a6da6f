#pragma once

#include <cstdint>
#include <vector>

#include "sim/circuit/array_capacitance.hpp"
#include "sim/circuit/nonlinear_solver.hpp"

namespace ohmgrid {

/// The common time course of all drivers: driver i applies input_volt(i) times `scale`, which is
/// linear between its points, constant before the first and after the last. Two points at the
/// same time are a jump. Before the first point the array rests in its steady state.
struct Waveform {
    std::vector<double> second;
    std::vector<double> scale;

    /// @throws InputError (CIR131) unless times never fall, begin at 0 or later and all is finite.
    void check() const;
};

/// From 0 to 1 at time 0, linearly within `rise_second`.
Waveform step_waveform(double rise_second = 0);

/// From 0 to 1 as above, and back within the same time after `width_second` at 1.
Waveform pulse_waveform(double width_second, double rise_second = 0);

struct TransientOptions {
    double stop_second = 0;
    std::vector<double> output_second = {};  ///< rising; empty: every step
    double tolerance = 1e-6;  ///< of node voltages, per step, relative to the largest input
    NewtonOptions newton = {};
    std::int64_t max_steps = 100000;
};

/// Currents over time.
struct Transient {
    std::vector<double> second;
    RowMajorMatrix column_current_ampere;  ///< times x columns, into the sense nodes
    NodeVoltages final_nodes;              ///< at the stop time
    std::int64_t steps = 0;                ///< accepted
    std::int64_t rejected = 0;             ///< repeated with a shorter step
};

/// How an array of any cells follows its drivers.
///
/// C dv/dt + i(v) = s(t) at all nodes by the five-stage diagonally implicit Runge-Kutta method of
/// order 4 with an embedded solution of order 3 (Hairer and Wanner, Solving ODEs II, 2nd ed., table
/// IV.6.5): L-stable, so modes faster than a step die out instead of ringing. Each stage is a DC
/// problem with the capacitances as companion conductances, solved by the same Newton method.
///
/// @param input_volt one voltage per row
/// @throws InputError as solve_nonlinear, ArrayCapacitance::check and Waveform::check, CIR132 for a
/// stop or output time that is out of order; NumericalError CIR120 as solve_nonlinear, CIR133 when
/// `max_steps` do not reach the stop time.
Transient solve_transient(const Crossbar& crossbar, const CellLaw& law,
                          const ArrayCapacitance& capacitance, const Eigen::VectorXd& input_volt,
                          const Waveform& waveform, const TransientOptions& options);

}  // namespace ohmgrid
