#include "sim/converter/driver.hpp"

#include <cmath>

#include "sim/random/random_stream.hpp"

namespace ohmgrid {
namespace {

// Draws of a row: its gain, its edges, its elements. Append only.
constexpr std::uint32_t gain_draw = 0;
constexpr std::uint32_t edge_draw = 1;
constexpr std::uint32_t first_element_draw = 2;

std::uint32_t draws_per_row(const DriverSpec& drivers, int bits) {
    const std::uint32_t elements = drivers.elements == DriverElements::thermometer
                                       ? (1U << static_cast<unsigned>(bits)) - 1
                                       : static_cast<std::uint32_t>(bits);
    return first_element_draw + elements;
}

/// Level q from elements with mismatch, for all q.
void add_elements(const DriverSpec& drivers, int bits, const RandomStream& stream,
                  std::uint32_t first_draw, Eigen::Ref<Eigen::RowVectorXd> levels) {
    if (drivers.elements == DriverElements::thermometer) {
        double sum = 0;
        for (Eigen::Index q = 1; q < levels.size(); ++q) {
            sum += drivers.element_sigma *
                   stream.normal(first_draw + static_cast<std::uint32_t>(q) - 1);
            levels[q] += sum;
        }
        return;
    }
    for (int bit = 0; bit < bits; ++bit) {
        const double error = std::sqrt(std::ldexp(1.0, bit)) * drivers.element_sigma *
                             stream.normal(first_draw + static_cast<std::uint32_t>(bit));
        for (Eigen::Index q = 0; q < levels.size(); ++q) {
            if (((q >> bit) & 1) != 0) levels[q] += error;
        }
    }
}

}  // namespace

const ParamTable<DriverSpec>& driver_parameters() {
    using S = DriverSpec;
    static const ParamTable<S> table{
        "driver",
        {
            param::choice(
                "elements", &S::elements,
                {{"thermometer", DriverElements::thermometer},
                 {"binary", DriverElements::binary},
                 {"pulse-width", DriverElements::pulse_width}},
                {.fallback = "thermometer",
                 .doc = "how a word-line driver makes the levels of a multi-level input"}),
            param::number("gain_sigma", &S::gain_sigma,
                          {.fallback = "0 %",
                           .low = 0,
                           .high = 0.2,
                           .doc = "error of a driver's full output, from row to row"}),
            param::number("element_sigma", &S::element_sigma,
                          {.fallback = "0 %",
                           .low = 0,
                           .high = 0.2,
                           .doc = "mismatch of one unit element of a driver's levels; n of them: "
                                  "divided by sqrt(n)"}),
            param::number("edge_sigma", &S::edge_sigma,
                          {.fallback = "0",
                           .low = 0,
                           .high = 10,
                           .doc = "pulse width: error of a pulse's edges from row to row, in units "
                                  "of the shortest pulse"}),
        }};
    return table;
}

bool has_level_errors(const DriverSpec& drivers) {
    return drivers.gain_sigma > 0 ||
           (drivers.elements == DriverElements::pulse_width ? drivers.edge_sigma > 0
                                                            : drivers.element_sigma > 0);
}

RowMajorMatrix driver_levels(const DriverSpec& drivers, int bits, std::int64_t rows,
                             const VirtualChip& chip, std::uint32_t array) {
    const Eigen::Index levels = Eigen::Index{1} << bits;
    RowMajorMatrix out(rows, levels);
    out.rowwise() = Eigen::RowVectorXd::LinSpaced(levels, 0, static_cast<double>(levels - 1));
    if (!chip.sources.has(ErrorSource::drivers) || !has_level_errors(drivers)) return out;
    const RandomStream stream = chip.stream(ErrorSource::drivers, Purpose::driver_static, array);
    for (std::int64_t row = 0; row < rows; ++row) {
        const std::uint32_t draw = static_cast<std::uint32_t>(row) * draws_per_row(drivers, bits);
        if (drivers.elements == DriverElements::pulse_width) {
            out.row(row).tail(levels - 1).array() +=
                drivers.edge_sigma * stream.normal(draw + edge_draw);
        } else {
            add_elements(drivers, bits, stream, draw + first_element_draw, out.row(row));
        }
        out.row(row) *= 1 + drivers.gain_sigma * stream.normal(draw + gain_draw);
    }
    return out;
}

}  // namespace ohmgrid
