#pragma once

#include "sim/circuit/transient.hpp"

namespace ohmgrid {

struct TimeConstantOptions {
    double tolerance = 1e-9;   ///< of the time constant, relative
    int max_iterations = 500;  ///< linear solves, one per iteration
};

/// The slowest way in which an array of linear cells comes to rest.
struct TimeConstant {
    double second = 0;          ///< 0 without any capacitance
    double relative_error = 0;  ///< upper bound
    int iterations = 0;
    NodeVoltages mode;  ///< shape of the slowest decay, largest voltage 1
};

/// The slowest time constant of a crossbar with its drivers held: the largest tau with
/// C x = tau G x. Computed by inverse iteration on the line solver with all iterates kept (Lanczos'
/// method for G^-1 C in the inner product of C), so it is exact to `tolerance`.
///
/// Nonlinear cells: pass their small-signal conductances (CellResponse::row_siemens) as the
/// crossbar's conductances.
/// @throws InputError as Crossbar::check, ArrayCapacitance::check; NumericalError (CIR134) with
/// iterations and error bound if it does not converge.
TimeConstant slowest_time_constant(const Crossbar& crossbar, const ArrayCapacitance& capacitance,
                                   const TimeConstantOptions& options = {});

/// The same at the operating point that the inputs lead to.
TimeConstant slowest_time_constant(const Crossbar& crossbar, const CellLaw& law,
                                   const ArrayCapacitance& capacitance,
                                   const Eigen::VectorXd& input_volt,
                                   const NewtonOptions& newton = {});

/// How late every column's current comes after a step of the inputs, on average: the integral over
/// time of what it still lacks, divided by its final value (Elmore's delay; J. Appl. Phys. 19, 55
/// (1948)). Exact, from two linear solves. A column whose current rises as 1 - exp(-t / tau) has
/// the delay tau, and for real ones that is a good guess: 1 - exp(-t / delay) of the final current
/// is there after t, and within `single_pole_settling` it has settled. 0 for columns without
/// current. Linear cells.
///
/// This is what other models need to know of an array: cheap enough for every array of a chip.
/// @throws InputError as Crossbar::check, check_inputs, ArrayCapacitance::check; NumericalError as
/// LineSolver.
Eigen::RowVectorXd column_delay_second(const Crossbar& crossbar,
                                       const ArrayCapacitance& capacitance,
                                       const Eigen::VectorXd& input_volt);

/// When the column currents may be converted after all inputs are applied at once.
struct Settling {
    Eigen::RowVectorXd column_second;  ///< last time outside the band, per column; 0: never outside
    double second = 0;                 ///< the latest of them
    double single_pole_second = 0;    ///< tau ln(largest current / band): if all were one slow mode
    double time_constant_second = 0;  ///< tau, at the operating point reached
    Eigen::RowVectorXd column_current_ampere;  ///< final currents
};

/// The time after which every column current stays within `band_ampere` of its final value when the
/// inputs step from 0 V at time 0. The band is usually a fraction of an LSB of the converter.
///
/// The transient is followed until three time constants tau have passed without leaving the band;
/// the moment of entry is interpolated between steps as an exponential.
/// @throws as solve_transient and slowest_time_constant; InputError (CIR135) unless the band is
/// above 0.
Settling settling_time(const Crossbar& crossbar, const CellLaw& law,
                       const ArrayCapacitance& capacitance, const Eigen::VectorXd& input_volt,
                       double band_ampere, const NewtonOptions& options = {});

/// Time for one mode of time constant `second` to fall from `full_ampere` to `band_ampere`.
double single_pole_settling(double time_constant_second, double full_ampere, double band_ampere);

}  // namespace ohmgrid
