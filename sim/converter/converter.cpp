#include "sim/converter/converter.hpp"

#include <cmath>

#include "sim/converter/detail/draws.hpp"

namespace ohmgrid {
namespace {

constexpr double boltzmann_joule_per_kelvin = 1.380649e-23;  // exact, SI 2019

/// The straight line a + b x that lies closest to points (x, y).
struct Line {
    double intercept = 0;
    double slope = 1;
};

/// Through the thresholds over their ideal places. Codes that no input reaches do not count.
Line line_through(const std::vector<double>& first_inputs) {
    double n = 0, x_sum = 0, y_sum = 0, xx_sum = 0, xy_sum = 0;
    for (std::size_t k = 0; k < first_inputs.size(); ++k) {
        if (!std::isfinite(first_inputs[k])) continue;
        const double x = static_cast<double>(k) + 0.5;
        n += 1;
        x_sum += x;
        y_sum += first_inputs[k];
        xx_sum += x * x;
        xy_sum += x * first_inputs[k];
    }
    if (n == 0) return {};
    const double spread = xx_sum - x_sum * x_sum / n;
    const double slope = n < 2 ? 1 : (xy_sum - x_sum * y_sum / n) / spread;
    return {.intercept = (y_sum - slope * x_sum) / n, .slope = slope};
}

}  // namespace

Converter Converter::drawn(const AdcSpec& adc, const VirtualChip& chip, std::uint32_t converter) {
    const RandomStream stream =
        chip.stream(ErrorSource::converter_static, Purpose::converter_static, converter);
    const bool imperfect = chip.sources.has(ErrorSource::converter_static);
    const RandomStream* mismatch = imperfect ? &stream : nullptr;
    Converter out(adc, adc.type == AdcType::flash ? Core(FlashCore(adc, mismatch))
                                                  : Core(SarCore(adc, mismatch)));
    if (imperfect) {
        out.gain_ += adc.gain_sigma * stream.normal(draw_of::gain);
        out.offset_lsb_ = adc.offset_sigma_volt / adc.lsb_volt() * stream.normal(draw_of::offset);
        out.calibrate(adc.calibration);
    }
    if (chip.sources.has(ErrorSource::converter_noise)) {
        if (adc.sampling_farad > 0) {
            out.sample_noise_lsb_ = std::sqrt(boltzmann_joule_per_kelvin * adc.temperature_kelvin /
                                              adc.sampling_farad) /
                                    adc.lsb_volt();
        }
        out.decision_noise_lsb_ = adc.comparator_noise_volt / adc.lsb_volt();
    }
    return out;
}

void Converter::calibrate(ForegroundCalibration calibration) {
    if (calibration == ForegroundCalibration::none) return;
    const std::vector<double> first = transfer().first_inputs(levels_);
    const Line line = line_through(first);
    if (calibration == ForegroundCalibration::offset_and_gain) {
        // Inputs that should meet threshold k are sent to where it lies.
        offset_lsb_ = behind_front(line.intercept);
        gain_ *= line.slope;
        return;
    }
    const double middle = static_cast<double>(levels_ - 1) / 2;  // mean of the ideal thresholds
    const double error = line.intercept + (line.slope - 1) * middle;
    offset_lsb_ += gain_ * error;
}

std::int32_t Converter::code(double input_lsb) const {
    return std::visit(
        [&](const auto& core) { return core.code(behind_front(input_lsb), DecisionNoise()); },
        core_);
}

std::int32_t Converter::code(double input_lsb, const RandomStream& noise,
                             std::uint32_t first) const {
    const double sampled = input_lsb + sample_noise_lsb_ * noise.normal(first);
    const DecisionNoise decisions(noise, first + 1, decision_noise_lsb_);
    return std::visit([&](const auto& core) { return core.code(behind_front(sampled), decisions); },
                      core_);
}

Transfer Converter::transfer() const {
    Transfer transfer = std::visit([](const auto& core) { return core.transfer(); }, core_);
    for (double& threshold : transfer.thresholds) threshold = before_front(threshold);
    return transfer;
}

std::optional<BitLevels> Converter::bit_levels() const {
    const auto* sar = std::get_if<SarCore>(&core_);
    if (sar == nullptr) return std::nullopt;
    auto levels = sar->bit_levels();
    if (!levels) return std::nullopt;
    for (double& level : *levels) level /= gain_;
    return BitLevels{.first_level = before_front(sar->comparator_offset_lsb() - 0.5),
                     .bit_level = std::move(*levels)};
}

double Converter::noise_lsb() const {
    return std::hypot(sample_noise_lsb_, decision_noise_lsb_ / gain_);
}

bool has_static_errors(const AdcSpec& adc) {
    if (adc.type == AdcType::ideal) return false;
    const bool front = adc.gain_sigma > 0 || adc.offset_sigma_volt > 0;
    const bool comparators = adc.comparator_offset_sigma_volt > 0;
    if (adc.type == AdcType::flash) {
        return front || comparators || adc.flash.resistor_sigma > 0;
    }
    return front || comparators || adc.sar.capacitor_sigma > 0 || adc.sar.amplifier_gain > 0 ||
           adc.sar.dac_time_constant > 0 || (adc.sar.split_bits > 0 && adc.sar.split_parasitic > 0);
}

}  // namespace ohmgrid
