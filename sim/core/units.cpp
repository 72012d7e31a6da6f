#include "sim/core/units.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

struct NamedUnit {
    std::string_view symbol;
    Dimension dimension;
    std::string_view kind;  // how messages call it: "a conductance (siemens)"
};

constexpr std::array named_units{
    NamedUnit{"S", dimension::conductance, "a conductance (siemens)"},
    NamedUnit{"ohm", dimension::resistance, "a resistance (ohm)"},
    NamedUnit{"V", dimension::voltage, "a voltage (volt)"},
    NamedUnit{"A", dimension::current, "a current (ampere)"},
    NamedUnit{"s", dimension::time, "a time (second)"},
    NamedUnit{"Hz", dimension::frequency, "a frequency (hertz)"},
    NamedUnit{"F", dimension::capacitance, "a capacitance (farad)"},
    NamedUnit{"C", dimension::charge, "a charge (coulomb)"},
    NamedUnit{"J", dimension::energy, "an energy (joule)"},
    NamedUnit{"W", dimension::power, "a power (watt)"},
    NamedUnit{"m", dimension::length, "a length (metre)"},
    NamedUnit{"K", dimension::temperature, "a temperature (kelvin)"},
};

constexpr std::array<std::pair<char, double>, 9> prefixes{{{'f', 1e-15},
                                                           {'p', 1e-12},
                                                           {'n', 1e-9},
                                                           {'u', 1e-6},
                                                           {'m', 1e-3},
                                                           {'k', 1e3},
                                                           {'M', 1e6},
                                                           {'G', 1e9},
                                                           {'T', 1e12}}};

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
    throw InputError(Message{.place = {},
                             .id = "PAR001",
                             .what = '"' + std::string(text) + "\" " + why,
                             .remedy =
                                 "Write a number and a unit, such as \"100 uS\", \"2.5 kohm\","
                                 " \"0.2 V\", \"10 ns\" or \"3 %\""});
}

std::string_view trimmed(std::string_view s) {
    while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
    while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
    return s;
}

/// One unit with optional prefix and power: "um2" -> 1e-12 square metres.
std::optional<Quantity> parse_unit(std::string_view word) {
    int power = 1;
    if (!word.empty() && word.back() >= '2' && word.back() <= '3') {
        power = word.back() - '0';
        word.remove_suffix(1);
    }
    const auto raise = [power](double scale, Dimension d) {
        Quantity q{1.0, {}};
        for (int i = 0; i < power; ++i) q = {q.value * scale, q.dimension * d};
        return q;
    };
    if (word == "%") return Quantity{0.01, dimension::ratio};
    if (word == "min") return Quantity{60, dimension::time};
    if (word == "h") return Quantity{3600, dimension::time};
    if (word == "d") return Quantity{86400, dimension::time};
    for (const NamedUnit& unit : named_units) {
        if (word == unit.symbol) return raise(1.0, unit.dimension);
    }
    for (const auto& [letter, scale] : prefixes) {
        if (word.empty() || word.front() != letter) continue;
        for (const NamedUnit& unit : named_units) {
            if (word.substr(1) == unit.symbol) return raise(scale, unit.dimension);
        }
    }
    return std::nullopt;
}

}  // namespace

Quantity parse_quantity(std::string_view text) {
    const std::string_view body = trimmed(text);
    Quantity result;
    const auto [end, failure] =
        std::from_chars(body.data(), body.data() + body.size(), result.value);
    if (failure != std::errc{} || !std::isfinite(result.value)) {
        refuse(text, "is not a finite number with a unit");
    }
    std::string_view units = trimmed(body.substr(static_cast<std::size_t>(end - body.data())));
    bool divide = false;
    while (!units.empty()) {
        const std::size_t cut = units.find_first_of("*/");
        const std::string_view word = trimmed(units.substr(0, cut));
        const std::optional<Quantity> unit = parse_unit(word);
        if (!unit) refuse(text, "has no known unit (\"" + std::string(word) + "\")");
        result.value = divide ? result.value / unit->value : result.value * unit->value;
        result.dimension =
            divide ? result.dimension / unit->dimension : result.dimension * unit->dimension;
        if (cut == std::string_view::npos) break;
        divide = units[cut] == '/';
        units = trimmed(units.substr(cut + 1));
        if (units.empty()) refuse(text, "ends in the middle of a unit");
    }
    return result;
}

std::string describe(Dimension d) {
    if (d == dimension::ratio) return "a plain number or a percentage";
    for (const NamedUnit& unit : named_units) {
        if (unit.dimension == d) return std::string(unit.kind);
    }
    if (d == dimension::area) return "an area (square metre)";
    std::string out = "a quantity in";
    const auto append = [&out](std::string_view base, std::int8_t exponent) {
        if (exponent != 0) out += ' ' + std::string(base) + '^' + std::to_string(exponent);
    };
    append("m", d.metre);
    append("kg", d.kilogram);
    append("s", d.second);
    append("A", d.ampere);
    append("K", d.kelvin);
    return out;
}

std::string format_quantity(double value_si, Dimension d) {
    std::array<char, 32> digits{};
    const auto shortest = [&digits](double v) {
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), v,
                                       std::chars_format::general, 6);
        return std::string(digits.data(), end.ptr);
    };
    for (const NamedUnit& unit : named_units) {
        if (unit.dimension != d) continue;
        const double magnitude = std::fabs(value_si);
        for (const auto& [letter, scale] : prefixes) {
            if (magnitude >= scale * 0.9999995 && magnitude < scale * 999.9995 && scale != 1.0) {
                if (scale == 1e-3 && magnitude >= 1.0) continue;
                return shortest(value_si / scale) + ' ' + letter + std::string(unit.symbol);
            }
        }
        return shortest(value_si) + ' ' + std::string(unit.symbol);
    }
    return shortest(value_si);
}

}  // namespace ohmgrid
