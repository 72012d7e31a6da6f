#include "sim/circuit/transient.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/circuit/detail/integrator.hpp"
#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

using detail::Integrator;
using detail::Ramp;

void check_times(const TransientOptions& options) {
    const std::vector<double>& out = options.output_second;
    const bool good = options.stop_second > 0 && std::isfinite(options.stop_second) &&
                      std::is_sorted(out.begin(), out.end()) &&
                      (out.empty() || (out.front() >= 0 && out.back() <= options.stop_second));
    if (good) return;
    throw InputError({.place = {},
                      .id = "CIR132",
                      .what = fmt::format("the stop time {} s or an output time is out of order",
                                          options.stop_second),
                      .remedy = "Give a stop time above 0 and rising output times up to it"});
}

/// The straight pieces of a waveform up to the stop time.
std::vector<Ramp> ramps_of(const Waveform& waveform, double stop_second) {
    std::vector<Ramp> ramps;
    double second = 0;
    double scale = waveform.scale.front();
    for (std::size_t k = 0; k < waveform.second.size() && second < stop_second; ++k) {
        Ramp ramp{second, waveform.second[k], scale, waveform.scale[k]};
        second = ramp.end_second;
        scale = ramp.end_scale;
        if (ramp.end_second > ramp.begin_second || ramp.begin_scale != ramp.end_scale) {
            if (ramp.end_second > stop_second) {
                ramp.end_scale = ramp.at(stop_second);
                ramp.end_second = stop_second;
            }
            ramps.push_back(ramp);
        }
    }
    if (second < stop_second) ramps.push_back({second, stop_second, scale, scale});
    return ramps;
}

/// Collects what is asked for while the integrator moves.
class Recorder {
  public:
    Recorder(const Integrator& integrator, const TransientOptions& options)
        : integrator_(integrator), wanted_(options.output_second) {}

    /// The next time at which the integrator must stop, at most `end_second`.
    [[nodiscard]] double next_stop(double end_second) const {
        return taken_ < wanted_.size() ? std::min(end_second, wanted_[taken_]) : end_second;
    }
    void take() {
        if (wanted_.empty()) return keep(integrator_.second());
        for (; taken_ < wanted_.size() && wanted_[taken_] <= integrator_.second(); ++taken_) {
            keep(wanted_[taken_]);
        }
    }
    Transient finish() {
        Transient out{.second = std::move(second_),
                      .column_current_ampere = {},
                      .final_nodes = integrator_.nodes(),
                      .steps = integrator_.steps(),
                      .rejected = integrator_.rejected()};
        const Eigen::Index columns = integrator_.column_ampere().size();
        out.column_current_ampere = Eigen::Map<const RowMajorMatrix>(
            ampere_.data(), static_cast<Eigen::Index>(out.second.size()), columns);
        return out;
    }

  private:
    void keep(double second) {
        second_.push_back(second);
        const Eigen::RowVectorXd& ampere = integrator_.column_ampere();
        ampere_.insert(ampere_.end(), ampere.data(), ampere.data() + ampere.size());
    }

    const Integrator& integrator_;
    const std::vector<double>& wanted_;
    std::size_t taken_ = 0;
    std::vector<double> second_;
    std::vector<double> ampere_;
};

}  // namespace

void Waveform::check() const {
    const auto finite = [](double v) { return std::isfinite(v); };
    const bool good = !second.empty() && second.size() == scale.size() && second.front() >= 0 &&
                      std::is_sorted(second.begin(), second.end()) &&
                      std::all_of(second.begin(), second.end(), finite) &&
                      std::all_of(scale.begin(), scale.end(), finite);
    if (good) return;
    throw InputError({.place = {},
                      .id = "CIR131",
                      .what = "the waveform's times fall, or begin before 0, or are not as many as "
                              "its values, or something is not finite",
                      .remedy = "Give one value per time, and times that rise from 0 s"});
}

Waveform step_waveform(double rise_second) { return {{0, rise_second}, {0, 1}}; }

Waveform pulse_waveform(double width_second, double rise_second) {
    const double fall_second = rise_second + width_second;
    return {{0, rise_second, fall_second, fall_second + rise_second}, {0, 1, 1, 0}};
}

Transient solve_transient(const Crossbar& crossbar, const CellLaw& law,
                          const ArrayCapacitance& capacitance, const Eigen::VectorXd& input_volt,
                          const Waveform& waveform, const TransientOptions& options) {
    crossbar.check();
    check_inputs(crossbar, input_volt.transpose());
    check(law, crossbar);
    capacitance.check();
    waveform.check();
    check_times(options);

    Integrator integrator(crossbar, law, capacitance, input_volt, options);
    Recorder recorder(integrator, options);
    integrator.rest(waveform.scale.front());
    recorder.take();
    for (const Ramp& ramp : ramps_of(waveform, options.stop_second)) {
        if (ramp.begin_second == ramp.end_second) integrator.jump(ramp.end_scale);
        while (integrator.second() < ramp.end_second) {
            integrator.advance(ramp, recorder.next_stop(ramp.end_second));
            check_operating_range(law, crossbar, integrator.nodes());
            recorder.take();
        }
    }
    return recorder.finish();
}

}  // namespace ohmgrid
