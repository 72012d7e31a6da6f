#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string_view>

namespace ohmgrid {

/// What separates a real array from an ideal one. Each can be left out, to see what it costs.
/// Append only: files of studies hold sets of sources as bits.
enum class ErrorSource : std::uint8_t {
    programming,       ///< conductance error when a cell is written, device to device included
    faults,            ///< stuck and open cells
    drift,             ///< conductance change between writing and reading
    read_noise,        ///< noise of one read
    wires,             ///< wire, driver and sense resistances
    nonlinear_cells,   ///< I-V law of the cell
    multiplexer,       ///< residual charge, charge injection and incomplete settling of the columns
    converter_static,  ///< mismatch and offsets of the converters
    converter_noise,   ///< noise of one conversion
    drivers,           ///< mismatch of the word lines' digital-to-analog converters
};

inline constexpr std::array all_error_sources{
    ErrorSource::programming,     ErrorSource::faults,
    ErrorSource::drift,           ErrorSource::read_noise,
    ErrorSource::wires,           ErrorSource::nonlinear_cells,
    ErrorSource::multiplexer,     ErrorSource::converter_static,
    ErrorSource::converter_noise, ErrorSource::drivers};

/// "converter_static": the name in options, tables and files.
std::string_view to_text(ErrorSource source);

/// A set of error sources; those outside it have no effect.
class ErrorSources {
  public:
    static constexpr ErrorSources none() { return ErrorSources{0}; }
    static constexpr ErrorSources all() {
        return ErrorSources{(1U << all_error_sources.size()) - 1};
    }
    static constexpr ErrorSources only(ErrorSource source) { return none().with(source); }

    [[nodiscard]] constexpr bool has(ErrorSource source) const {
        return (bits_ & bit(source)) != 0;
    }
    [[nodiscard]] constexpr ErrorSources with(ErrorSource source) const {
        return ErrorSources{bits_ | bit(source)};
    }
    [[nodiscard]] constexpr ErrorSources with(ErrorSources others) const {
        return ErrorSources{bits_ | others.bits_};
    }
    [[nodiscard]] constexpr ErrorSources without(ErrorSource source) const {
        return ErrorSources{bits_ & ~bit(source)};
    }
    /// Bit i stands for `all_error_sources[i]`, as files keep the set.
    [[nodiscard]] constexpr std::uint32_t bits() const { return bits_; }
    static constexpr ErrorSources from_bits(std::uint32_t bits) {
        return ErrorSources{bits & all().bits_};
    }
    friend constexpr bool operator==(ErrorSources, ErrorSources) = default;
    friend constexpr auto operator<=>(ErrorSources, ErrorSources) = default;

  private:
    explicit constexpr ErrorSources(std::uint32_t bits) : bits_(bits) {}
    static constexpr std::uint32_t bit(ErrorSource source) {
        return 1U << static_cast<std::uint32_t>(source);
    }

    std::uint32_t bits_;
};

}  // namespace ohmgrid
