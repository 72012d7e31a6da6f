#pragma once

#include <optional>

#include "sim/circuit/detail/cell_newton.hpp"
#include "sim/circuit/transient.hpp"

namespace ohmgrid::detail {

/// A straight piece of a waveform.
struct Ramp {
    double begin_second = 0;
    double end_second = 0;
    double begin_scale = 0;
    double end_scale = 0;

    [[nodiscard]] double at(double second) const;
};

/// The state of an array in time and the ways to move it on.
class Integrator {
  public:
    /// All references must outlive this object and must have been checked.
    Integrator(const Crossbar& crossbar, const CellLaw& law, const ArrayCapacitance& capacitance,
               const Eigen::VectorXd& input_volt, const TransientOptions& options);

    /// The steady state with all drivers at `scale`.
    void rest(double scale);

    /// Lets the drivers jump to `scale`: capacitors keep their charge, all else follows at once.
    /// Takes a step of no more than shortest_second().
    void jump(double scale);

    /// One accepted step along `ramp`, no further than `until_second`.
    void advance(const Ramp& ramp, double until_second);

    [[nodiscard]] double second() const { return second_; }
    [[nodiscard]] const NodeVoltages& nodes() const { return nodes_; }
    [[nodiscard]] const Eigen::RowVectorXd& column_ampere() const { return column_ampere_; }
    [[nodiscard]] std::int64_t steps() const { return steps_; }
    [[nodiscard]] std::int64_t rejected() const { return rejected_; }

  private:
    struct Stage {
        CellNewton::State state;
        NodeVoltages start;  ///< what the stage's implicit part starts from
    };
    struct Attempt {
        Stage last;
        double error = 0;  ///< relative to the tolerance
    };

    [[nodiscard]] double shortest_second() const;
    [[nodiscard]] NodeCurrents charge_currents(const NodeVoltages& volt, double per_second) const;
    Stage implicit_stage(NodeVoltages start, double scale, double step_second);
    Attempt attempt(const Ramp& ramp, double step_second);
    void accept(const Stage& stage, double implicit_second);

    const Crossbar& crossbar_;
    const CellLaw& law_;
    const ArrayCapacitance& capacitance_;
    const Eigen::VectorXd& input_volt_;
    const TransientOptions& options_;

    std::optional<CellNewton> newton_;
    double newton_second_ = 0;  ///< implicit step that newton_ was made for
    double second_ = 0;
    double next_step_second_ = 0;
    NodeVoltages nodes_;
    Eigen::RowVectorXd column_ampere_;
    std::int64_t steps_ = 0;
    std::int64_t rejected_ = 0;
};

}  // namespace ohmgrid::detail
