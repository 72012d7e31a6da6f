#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "sim/converter/adc_spec.hpp"
#include "sim/converter/detail/flash_core.hpp"
#include "sim/converter/detail/sar_core.hpp"
#include "sim/converter/transfer.hpp"
#include "sim/random/virtual_chip.hpp"

namespace ohmgrid {

/// A SAR converter whose decisions can be made without a table:
///
///     code = 0; level = first_level
///     for every bit, the most significant first:
///         if x >= level + bit_level (the last bit: x > ...):  level += bit_level; code += 2^bit
struct BitLevels {
    double first_level = 0;
    std::vector<double> bit_level;  ///< the most significant first
};

/// One manufactured converter: a SAR or flash ADC with everything drawn that differs between
/// instances. Inputs are in ideal steps: x has the ideal code round(x), ties to even, limited to
/// 0 .. 2^bits - 1, and that is exactly what a converter without errors gives.
///
/// Modelled: SAR and flash as in detail/sar_core.hpp and detail/flash_core.hpp, gain and offset of
/// the stage in front, foreground calibration, sampled noise kT/C and noise of each decision.
/// Neglected: jitter, kickback and hysteresis of comparators, reference noise, ageing.
/// Equations: docs/models/converter.md.
class Converter {
  public:
    /// Number `converter` of a chip (a count through the whole network). Without
    /// ErrorSource::converter_static it is perfect, without converter_noise it is noiseless.
    /// `adc` is a SAR or flash that check() has no complaint about.
    static Converter drawn(const AdcSpec& adc, const VirtualChip& chip, std::uint32_t converter);

    /// Conversion without noise: the real sequence of decisions.
    [[nodiscard]] std::int32_t code(double input_lsb) const;
    /// Conversion with fresh noise in the sample and in every decision, drawn from `noise` from
    /// draw `first` on; the number of draws is at most 2^bits.
    [[nodiscard]] std::int32_t code(double input_lsb, const RandomStream& noise,
                                    std::uint32_t first) const;

    /// Codes without noise as a function of the input: exactly what code(x) gives.
    [[nodiscard]] Transfer transfer() const;
    /// For a SAR whose capacitors add up (no redundancy, amplifier, bipolar or unsettled array).
    [[nodiscard]] std::optional<BitLevels> bit_levels() const;
    /// Standard deviation of the noise of one conversion, referred to the input: root of the sum of
    /// the squares of sample and decision. Exact for the sample; for decisions it is an
    /// approximation, because several of them share in a code.
    [[nodiscard]] double noise_lsb() const;

    [[nodiscard]] std::int64_t levels() const { return levels_; }

  private:
    using Core = std::variant<SarCore, FlashCore>;
    Converter(const AdcSpec& adc, Core core) : levels_(adc.levels()), core_(std::move(core)) {}

    /// What the comparators see: gain, offset and their calibration.
    [[nodiscard]] double behind_front(double input_lsb) const {
        return gain_ * input_lsb + offset_lsb_;
    }
    [[nodiscard]] double before_front(double level_lsb) const {
        return (level_lsb - offset_lsb_) / gain_;
    }
    void calibrate(ForegroundCalibration calibration);

    std::int64_t levels_;
    Core core_;
    double gain_ = 1;
    double offset_lsb_ = 0;
    double sample_noise_lsb_ = 0;
    double decision_noise_lsb_ = 0;
};

/// Whether converters of this design differ from exact rounding at all (noise aside).
bool has_static_errors(const AdcSpec& adc);

}  // namespace ohmgrid
