#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ohmgrid {

/// Exponents of the SI base units a quantity is made of. Equal dimensions may be compared.
struct Dimension {
    std::int8_t metre = 0;
    std::int8_t kilogram = 0;
    std::int8_t second = 0;
    std::int8_t ampere = 0;
    std::int8_t kelvin = 0;

    friend constexpr bool operator==(Dimension, Dimension) = default;
    friend constexpr Dimension operator*(Dimension a, Dimension b) { return combine(a, b, 1); }
    friend constexpr Dimension operator/(Dimension a, Dimension b) { return combine(a, b, -1); }

  private:
    static constexpr Dimension combine(Dimension a, Dimension b, int sign) {
        const auto add = [sign](std::int8_t x, std::int8_t y) {
            return static_cast<std::int8_t>(x + sign * y);
        };
        return {add(a.metre, b.metre), add(a.kilogram, b.kilogram), add(a.second, b.second),
                add(a.ampere, b.ampere), add(a.kelvin, b.kelvin)};
    }
};

namespace dimension {
inline constexpr Dimension ratio{};
inline constexpr Dimension length{.metre = 1};
inline constexpr Dimension area{.metre = 2};
inline constexpr Dimension time{.second = 1};
inline constexpr Dimension frequency{.second = -1};
inline constexpr Dimension temperature{.kelvin = 1};
inline constexpr Dimension current{.ampere = 1};
inline constexpr Dimension voltage{.metre = 2, .kilogram = 1, .second = -3, .ampere = -1};
inline constexpr Dimension resistance = voltage / current;
inline constexpr Dimension conductance = current / voltage;
inline constexpr Dimension capacitance = current * time / voltage;
inline constexpr Dimension charge = current * time;
inline constexpr Dimension energy = voltage * current * time;
inline constexpr Dimension power = voltage * current;
inline constexpr Dimension resistivity = resistance * length;
}  // namespace dimension

/// A number read together with its unit, in SI base units.
struct Quantity {
    double value = 0;
    Dimension dimension;
};

/// Reads a number with its unit: "100 uS", "2.5 kohm", "0.2 V", "3 %", "0.2 fF/um", "48 um2".
/// Units may be multiplied with '*' and divided with one or more '/'; every unit symbol takes the
/// prefixes f p n u m k M G T. Times may also be in min, h or d. A plain number is a ratio.
/// @throws InputError (id PAR001, no place) when the text is not a finite number with a known unit.
Quantity parse_quantity(std::string_view text);

/// "a conductance (siemens)": how messages name a dimension.
std::string describe(Dimension d);

/// The value with an engineering prefix and its unit: 1e-4 siemens -> "100 uS".
std::string format_quantity(double value_si, Dimension d);

}  // namespace ohmgrid
